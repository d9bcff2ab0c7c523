"""Results of quizzes in Roblox, and the attempts that they are too."""

from typing import Final

from toolbox_cli.seed.domains.classes.playing import Attempt, Played, Visit
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.rows.lessons import own_title
from toolbox_cli.seed.domains.classes.timetable import Lesson, option_keys
from toolbox_cli.seed.making.calendar import written
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.keys import Run
from toolbox_cli.seed.making.text import Raw, Row, raw

RESULTS: Final = (
    "id", "session_id", "player_progress_id", "quiz_id", "quiz_name", "quiz_type", "difficulty_level",
    "total_questions", "correct_answers", "incorrect_answers", "skipped_questions", "raw_score", "percentage_score",
    "weighted_score", "bonus_points", "time_allocated_seconds", "time_taken_seconds", "average_time_per_question",
    "question_responses", "learning_gaps", "in_game_location", "hints_provided", "help_requests",
    "improvement_from_previous", "consistency_score", "confidence_indicators", "completed", "passed", "retry_count",
    "started_at", "completed_at", "created_at",
)  # fmt: skip
ATTEMPTS: Final = (
    "id", "quiz_id", "user_id", "attempt_number", "started_at", "completed_at", "score", "passed", "time_taken",
    "answers", "feedback",
)  # fmt: skip

_WEIGHTS: Final = {"BEGINNER": 1.0, "INTERMEDIATE": 1.25, "ADVANCED": 1.5, "EXPERT": 2.0}
_NO_GAPS: Final = raw([])
_SURE: Final = tuple(raw({"level": level}) for level in ("low", "medium", "high"))
_FEEDBACK: Final = tuple(
    raw({"summary": summary})
    for summary in (
        "Look at the lesson again, then try once more.",
        "Half of it is right: go through the wrong answers.",
        "Nearly all of it is right.",
        "All of it is right.",
    )
)


class Results:
    """The making of a class's results and attempts.

    Attributes:
        results: rows of `roblox_quiz_results`.
        attempts: rows of `quiz_attempts`.
    """

    def __init__(self, context: Context, school_class: SchoolClass, played: Played) -> None:
        self.results: list[Row] = []
        self.attempts: list[Row] = []
        number = school_class.number
        self._prefix = context.run.uuid("roblox_quiz_results", number, 0)[:-6]
        self._progress = context.run.uuid("roblox_player_progress", number, 0)[:-6]
        self._chance = context.chance("classes/results", number)
        self._quizzes = {lesson.key: _Quiz(context.run, number, lesson) for lesson in school_class.lessons}
        for attempt in played.attempts:
            quiz = self._quizzes[attempt.lesson.key]
            answers, started = quiz.document(attempt.answers), written(attempt.started_at)
            completed = written(attempt.completed_at) if attempt.completed_at else None
            if attempt.visit is not None:
                self._result(attempt, attempt.visit, quiz, (answers, started, completed))
            if attempt.number:
                self._attempt(attempt, answers, started, completed)

    def _attempt(self, attempt: Attempt, answers: Raw, started: Raw, completed: Raw | None) -> None:
        self.attempts.append((
            attempt.key, attempt.lesson.quiz_key, attempt.student.key, attempt.number, started,
            completed, attempt.percent, attempt.passed, attempt.seconds, answers,
            _FEEDBACK[int(attempt.percent) * 3 // 100],
        ))  # fmt: skip

    def _result(self, attempt: Attempt, visit: Visit, quiz: "_Quiz", written_down: tuple[Raw, Raw, Raw | None]) -> None:
        answers, started, completed = written_down
        _, lesson, _, _, _, _, _, seconds, chosen, points, percent, passed, earlier, better = attempt
        unit = self._chance.unit
        total, answered, right = quiz.total, len(chosen), chosen.count(0)
        wrong = 1.0 - visit.skill
        hints = int(4 * wrong * (0.3 + 1.2 * unit()))
        place = Raw(f'{{"x":{int(400 * unit()) - 200},"y":{int(40 * unit())},"z":{int(400 * unit()) - 200}}}')
        self.results.append((
            f"{self._prefix}{len(self.results):06x}", visit.session.key, f"{self._progress}{visit.number:06x}",
            lesson.quiz_key, quiz.name, "multiple_choice", lesson.difficulty, total, right, answered - right,
            total - answered, float(points), percent, round(points * quiz.weight, 2),
            int(3 * unit()) if percent >= 90.0 else 0, quiz.limit, seconds, round(seconds / (answered or 1), 2),
            answers, quiz.gaps if percent < 50.0 else _NO_GAPS, place, hints, int(hints * unit()), better,
            round(100.0 * (1.0 - abs(percent / 100.0 - visit.skill)), 1), _SURE[int(percent) // 34],
            completed is not None, passed, earlier, started, completed, completed or written(visit.left_at),
        ))  # fmt: skip


class _Quiz:
    """What results repeat of a lesson's quiz.

    Attributes:
        total: its questions.
        gaps: the objectives that who fails has not met.
    """

    def __init__(self, run: Run, block: int, lesson: Lesson) -> None:
        self.total = len(lesson.questions)
        self.name = f"{own_title(lesson)}: quiz" if lesson.own else lesson.content.quiz["title"]
        self.weight = _WEIGHTS[lesson.difficulty]
        self.limit = lesson.content.quiz.get("time_limit")
        self.gaps = raw(list(lesson.objectives))
        self._answers = [_answers(run, block, lesson, place) for place in range(self.total)]

    def document(self, answers: tuple[int, ...]) -> Raw:
        """Write the answers down, each with its question."""
        return Raw(f"[{','.join([held[one] for held, one in zip(self._answers, answers, strict=False)])}]")


def _answers(run: Run, block: int, lesson: Lesson, place: int) -> list[str]:
    """Write down a question's right answer, and each wrong one: with the options that were chosen, if it has any."""
    asked = lesson.content.questions[place]
    told = zip(option_keys(run, block, lesson, place), asked.options, strict=False)
    right: list[str] = []
    wrong: list[str] = []
    for key, row in told:
        (right if row.get("is_correct") else wrong).append(f'"{key}"')
    chosen = [right, *([*right[1:], key] for key in wrong)]
    return [
        f'{{"question_id":"{lesson.questions[place]}","option_ids":[{",".join(keys)}],'
        f'"correct":{"false" if number else "true"}}}'
        for number, keys in enumerate(chosen if wrong else [right, []])
    ]
