"""What happens in a lesson's session: who came, how far they got, and what they earned."""

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.models.toolboxai.learning.attempts import attempt_of
from toolbox_cli.seed.keys import seeded_uuid
from toolbox_cli.seed.room import Classroom, Row, Student

_DIFFICULTY: Final = {"BEGINNER": -0.8, "INTERMEDIATE": 0.0, "ADVANCED": 0.8}


def play(
    room: Classroom, lesson: Row, number: int, students: Sequence[Student], achievements: Mapping[str, Row]
) -> None:
    """Add a finished session of a lesson, with what each student did in it."""
    quiz = room.tables["quizzes"][number]
    present = [student for student in students if room.random.random() < 0.9]
    session = room.add(
        "roblox_sessions",
        lesson["starts_at"],
        lesson_id=lesson["id"],
        teacher_id=lesson["teacher_id"],
        universe_id=room.roblox.universe_id,
        client_id=room.roblox.client_id,
        place_id=str(7_000_000_000 + number),
        websocket_session_id=f"ws-{seeded_uuid(room.seed, 'websocket', number)}",
        status="COMPLETED",
        max_players=len(students) + 5,
        coppa_consent_verified=True,
        started_at=lesson["starts_at"],
        ended_at=lesson["ends_at"],
        last_activity_at=lesson["ends_at"],
        updated_at=lesson["ends_at"],
    )
    for student in present:
        skill = 1 / (1 + math.exp(_DIFFICULTY[lesson["difficulty"]] - student.ability))
        progress = _progress(room, session, student, skill)
        result = _result(room, progress, quiz, student, skill)
        _summary(room, lesson, student, progress, result)
        _earn(room, progress, result, student, achievements)


def _progress(room: Classroom, session: Row, student: Student, skill: float) -> Row:
    percent = min(100.0, round(room.random.gauss(55 + 55 * skill, 12), 1))
    joined = session["started_at"] + datetime.timedelta(seconds=room.random.randrange(0, 300))
    stayed_s = 1500 + round(900 * room.random.random())
    left = joined + datetime.timedelta(seconds=stayed_s)
    return room.add(
        "roblox_player_progress",
        joined,
        session_id=session["id"],
        student_id=student.row["id"],
        lesson_id=session["lesson_id"],
        roblox_user_id=student.roblox_id,
        roblox_username=student.roblox_name,
        progress_percentage=max(0.0, percent),
        checkpoints_completed=[f"checkpoint-{n}" for n in range(1, int(max(0.0, percent) // 10) + 1)],
        score=round(1000 * skill * room.random.uniform(0.8, 1.0)),
        time_spent_seconds=stayed_s - 120,
        mistakes_made=round(12 * (1 - skill) * room.random.random()),
        hints_used=round(6 * (1 - skill) * room.random.random()),
        age_verified=True,
        parental_consent_given=student.row["age_band"] == "under_13",
        data_collection_consent=True,
        joined_at=joined,
        left_at=left,
        updated_at=left,
        session_duration_seconds=stayed_s,
    )


def _result(room: Classroom, progress: Row, quiz: Row, student: Student, skill: float) -> Row:
    questions = [row for row in room.tables["quiz_questions"] if row["quiz_id"] == quiz["id"]]
    right = [room.random.random() < 0.35 + 0.6 * skill for _ in questions]
    percent = round(100 * sum(right) / len(questions), 1)
    taken_s = round(sum(room.random.uniform(12, 60 - 25 * skill) for _ in questions))
    began = progress["left_at"] - datetime.timedelta(seconds=taken_s)
    result = room.add(
        "roblox_quiz_results",
        progress["left_at"],
        session_id=progress["session_id"],
        player_progress_id=progress["id"],
        quiz_id=quiz["id"],
        quiz_name=quiz["title"],
        quiz_type="multiple_choice",
        total_questions=len(questions),
        correct_answers=sum(right),
        incorrect_answers=len(questions) - sum(right),
        skipped_questions=0,
        raw_score=float(sum(right)),
        percentage_score=percent,
        time_taken_seconds=taken_s,
        average_time_per_question=taken_s / len(questions),
        question_responses=[
            {"question_id": str(question["id"]), "correct": was_right}
            for question, was_right in zip(questions, right, strict=True)
        ],
        completed=True,
        passed=percent >= 70,
        started_at=began,
        completed_at=progress["left_at"],
    )
    room.attempts[quiz["id"], student.row["id"]] += 1
    attempt = attempt_of(result, student.row["id"], room.attempts[quiz["id"], student.row["id"]])
    if attempt is not None:
        room.add("quiz_attempts", progress["left_at"], **attempt)
    return result


def _summary(room: Classroom, lesson: Row, student: Student, progress: Row, result: Row) -> None:
    score = result["percentage_score"]
    room.add(
        "user_progress",
        progress["left_at"],
        user_id=student.row["id"],
        content_id=lesson["content_id"],
        progress_type="lesson",
        completion_percentage=progress["progress_percentage"],
        time_spent_seconds=progress["time_spent_seconds"],
        attempts_count=1,
        best_score=score,
        mastery_level=("novice", "developing", "proficient", "advanced")[min(3, int(score // 25))],
        last_interaction=progress["left_at"],
    )


def _earn(room: Classroom, progress: Row, result: Row, student: Student, defined: Mapping[str, Row]) -> None:
    """Give the achievements whose conditions the student met."""
    complete = progress["progress_percentage"] >= 100
    room.finished[student.row["id"]] += complete
    met = {
        "first-steps": progress["progress_percentage"] >= 10,
        "lesson-complete": complete,
        "quiz-passed": result["passed"],
        "full-marks": result["percentage_score"] == 100,
        "no-hints": complete and progress["hints_used"] == 0,
        "three-lessons": complete and room.finished[student.row["id"]] == 3,
    }
    for slug in (slug for slug, holds in met.items() if holds):
        base = defined[slug]
        room.add(
            "roblox_achievements",
            progress["left_at"],
            session_id=progress["session_id"],
            student_id=student.row["id"],
            base_achievement_id=base["id"],
            achievement_name=base["name"],
            achievement_type=base["achievement_type"],
            description=base["description"],
            points_awarded=base["points"],
            trigger_conditions=base["criteria"],
            earned_at=progress["left_at"],
        )
