"""A classroom's rows: made from a seed alone, so that the same seed gives the same rows anywhere."""

import datetime
import hashlib
import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from faker import Faker

from toolbox_cli.core.settings import RobloxSettings
from toolbox_cli.core.shipped import shipped
from toolbox_cli.models.toolboxai.learning.attempts import attempt_of
from toolbox_cli.seed.keys import seeded_uuid

Row = dict[str, Any]

STUDENTS: Final = 30
TEACHERS: Final = 2
NO_PASSWORD: Final = "!"  # noqa: S105  what no password's hash is: nobody can sign in with it

_GRADE: Final = {"under_13": 7, "13_17": 12}
_DIFFICULTY: Final = {"BEGINNER": -0.8, "INTERMEDIATE": 0.0, "ADVANCED": 0.8}
_SCHOOL: Final = "Riverbend Example School"
_DISTRICT: Final = "Example District"

_STAMPS: Final[Mapping[str, tuple[str, ...]]] = {
    "quiz_questions": ("created_at",),
    "quiz_options": ("created_at",),
    "roblox_quiz_results": ("created_at",),
    "roblox_achievements": ("created_at",),
    "quiz_attempts": (),
}
"""Which times of writing a table keeps, where it is not creation and last change."""


@dataclass(frozen=True, slots=True)
class _Student:
    """A student as the generator sees them.

    Attributes:
        ability: on the scale of the quizzes' difficulty; 0 answers an average question right every second time.
    """

    row: Row
    ability: float
    roblox_id: str
    roblox_name: str


@dataclass
class Classroom:
    """Tables in the order to load them, each with its rows."""

    seed: int
    as_of: datetime.date
    roblox: RobloxSettings
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311  sample data
        self.faker = Faker("en_US")
        self.faker.seed_instance(self.seed)
        self.attempts: dict[tuple[object, object], int] = defaultdict(int)
        self.finished: dict[object, int] = defaultdict(int)

    def key(self, table: str) -> Any:
        """Give the key of the next row of a table."""
        return seeded_uuid(self.seed, table, len(self.tables[table]))

    def add(self, table: str, written_at: datetime.datetime, /, **values: Any) -> Row:
        """Add a row with its key, and with the time at which it would have been written."""
        stamps = dict.fromkeys(_STAMPS.get(table, ("created_at", "updated_at")), written_at)
        row = {"id": self.key(table), **stamps, **values}
        self.tables[table].append(row)
        return row

    def at(self, days_before: int, hour: int) -> datetime.datetime:
        """Give a moment before the class's today."""
        day = self.as_of - datetime.timedelta(days=days_before)
        return datetime.datetime.combine(day, datetime.time(hour, 0), tzinfo=datetime.UTC)


def classroom(seed: int, as_of: datetime.date, roblox: RobloxSettings) -> Mapping[str, Sequence[Row]]:
    """Make a class of students with two teachers, their lessons, and what happened in them before `as_of`.

    Returns:
        Rows by table, in an order that satisfies the foreign keys.
    """
    reference = yaml.safe_load((shipped("seeds") / "reference" / "roblox_classroom.yaml").read_text(encoding="utf-8"))
    room = Classroom(seed, as_of, roblox)
    teachers = [_person(room, "teacher", None) for _ in range(TEACHERS)]
    students = [_student(room, number) for number in range(STUDENTS)]
    achievements = [_achievement(room, item) for item in reference["achievements"]]
    templates = [_template(room, item, teachers[0]) for item in reference["templates"]]
    for number, lesson in enumerate(reference["lessons"]):
        _lesson(room, lesson, number, teachers[number % TEACHERS], templates)
    for number, lesson in enumerate(room.tables["lessons"]):
        _play(room, lesson, number, students, achievements)
    return dict(room.tables)


def _person(room: Classroom, role: str, grade: int | None) -> Row:
    first, last = room.faker.first_name(), room.faker.last_name()
    tail = room.key("users").hex[-6:]
    band = "adult" if grade is None else next(name for name, top in _GRADE.items() if grade <= top)
    return room.add(
        "users",
        room.at(120, 8),
        username=f"{first}.{last}.{tail}".lower(),
        email=f"{first}.{last}.{tail}@example.org".lower(),
        password_hash=NO_PASSWORD,
        first_name=first,
        last_name=last,
        display_name=f"{first} {last[0]}.",
        role=role,
        grade_level=grade,
        age_band=band,
        school_name=_SCHOOL,
        district_name=_DISTRICT,
        is_verified=role == "teacher",
    )


def _student(room: Classroom, number: int) -> _Student:
    row = _person(room, "student", 4 + number % 5)
    roblox_name = f"{room.faker.color_name()}{room.faker.last_name()}{number:02}"
    return _Student(row, room.random.gauss(0, 1), str(room.random.randrange(10**9, 10**10)), roblox_name)


def _achievement(room: Classroom, item: Mapping[str, Any]) -> Row:
    return room.add("achievements", room.at(100, 8), **item)


def _template(room: Classroom, item: Mapping[str, Any], teacher: Row) -> Row:
    low, high = item["grades"]
    return room.add(
        "roblox_templates",
        room.at(90, 15),
        creator_id=teacher["id"],
        name=item["name"],
        description=item["description"],
        category=item["category"],
        subject_area=item["subject_area"],
        grade_level_min=low,
        grade_level_max=high,
        template_type=item["template_type"],
        base_structure={"kind": item["template_type"], "name": item["name"]},
        quality_thresholds={"quality": 0.8, "confidence": 0.7},
        version="1.0.0",
        is_public=True,
        coppa_compliant=True,
        age_appropriate_content=True,
    )


def _lesson(room: Classroom, item: Mapping[str, Any], number: int, teacher: Row, templates: Sequence[Row]) -> None:
    """Add a lesson with its objective, content, quiz and what it has in Roblox."""
    about = {"subject": item["subject"], "grade_level": item["grade_level"]}
    starts = room.at(42 - 6 * number, 9 + number % 4)
    planned_at = room.at(60 - number, 16)
    objective = room.add("learning_objectives", planned_at, **item["objective"], **about)
    content = room.add(
        "educational_content",
        planned_at,
        title=item["title"],
        description=item["description"],
        environment_type=item["environment_type"],
        content_data={"slug": item["slug"], "activities": ["explore", "collect", "quiz"]},
        game_mechanics={"checkpoints": 10, "quiz_gate": True},
        created_by=teacher["id"],
        **about,
    )
    room.tables["content_objectives"].append({"content_id": content["id"], "objective_id": objective["id"]})
    lesson = room.add(
        "lessons",
        planned_at,
        content_id=content["id"],
        teacher_id=teacher["id"],
        title=item["title"],
        description=item["description"],
        status="completed",
        difficulty=item["difficulty"],
        starts_at=starts,
        ends_at=starts + datetime.timedelta(minutes=45),
        updated_at=starts + datetime.timedelta(minutes=45),
        **about,
    )
    _quiz(room, item, content, teacher, about)
    for template in templates[number % 2 :: 2]:
        _published(room, lesson, template, item)


def _quiz(room: Classroom, item: Mapping[str, Any], content: Row, teacher: Row, about: Row) -> None:
    made_at = content["created_at"]
    title = f"{item['title']}: quiz"
    quiz = room.add("quizzes", made_at, title=title, content_id=content["id"], created_by=teacher["id"], **about)
    for order, asked in enumerate(item["quiz"]):
        question = room.add(
            "quiz_questions",
            made_at,
            quiz_id=quiz["id"],
            question_type="multiple_choice",
            question_text=asked["question"],
            correct_answer=asked["options"][0],
            explanation=asked["explanation"],
            order_index=order,
        )
        for place, option in enumerate(room.random.sample(asked["options"], len(asked["options"]))):
            room.add(
                "quiz_options",
                made_at,
                question_id=question["id"],
                option_text=option,
                is_correct=option == question["correct_answer"],
                order_index=place,
            )


def _published(room: Classroom, lesson: Row, template: Row, item: Mapping[str, Any]) -> None:
    slug, kind = item["slug"], template["template_type"]
    is_script = kind == "SCRIPT"
    deployed_at = lesson["starts_at"] - datetime.timedelta(days=1)
    room.add(
        "roblox_content",
        deployed_at - datetime.timedelta(hours=2),
        lesson_id=lesson["id"],
        template_id=template["id"],
        title=f"{item['title']}: {template['name']}",
        content_type=kind,
        version="1.0.0",
        script_content=f'--!strict\nlocal lesson: string = "{slug}"\nprint(lesson)\n' if is_script else None,
        content_data={"template": template["name"], "lesson": slug},
        is_deployed=True,
        deployed_at=deployed_at,
        updated_at=deployed_at,
        deployment_hash=hashlib.sha256(f"{slug}/{template['name']}".encode()).hexdigest(),
        coppa_compliant=True,
    )


def _play(room: Classroom, lesson: Row, number: int, students: Sequence[_Student], achievements: Sequence[Row]) -> None:
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
        max_players=STUDENTS + 5,
        coppa_consent_verified=True,
        started_at=lesson["starts_at"],
        ended_at=lesson["ends_at"],
        last_activity_at=lesson["ends_at"],
        updated_at=lesson["ends_at"],
    )
    earned = {item["slug"]: item for item in achievements}
    for student in present:
        skill = 1 / (1 + math.exp(_DIFFICULTY[lesson["difficulty"]] - student.ability))
        progress = _progress(room, session, student, skill)
        result = _result(room, progress, quiz, student, skill)
        _summary(room, lesson, student, progress, result)
        _earn(room, progress, result, student, earned)


def _progress(room: Classroom, session: Row, student: _Student, skill: float) -> Row:
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


def _result(room: Classroom, progress: Row, quiz: Row, student: _Student, skill: float) -> Row:
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


def _summary(room: Classroom, lesson: Row, student: _Student, progress: Row, result: Row) -> None:
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


def _earn(room: Classroom, progress: Row, result: Row, student: _Student, earned: Mapping[str, Row]) -> None:
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
        base = earned[slug]
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
