"""Lessons, and the content and quizzes that teachers make for them."""

import datetime
from collections.abc import Iterator
from typing import Final

from toolbox_cli.seed.domains.classes.library import Columns
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.timetable import Lesson, option_keys
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row

CONTENT: Final = (
    "id", "title", "description", "subject", "grade_level", "environment_type", "difficulty_level",
    "duration_minutes", "max_students", "content_data", "game_mechanics", "accessibility_features", "created_by",
    "created_at", "updated_at",
)  # fmt: skip
OBJECTIVES: Final = ("content_id", "objective_id")
QUIZZES: Final = (
    "id", "title", "description", "subject", "grade_level", "content_id", "time_limit", "passing_score",
    "max_attempts", "created_by", "created_at", "updated_at",
)  # fmt: skip
QUESTIONS: Final = (
    "id", "quiz_id", "question_type", "question_text", "correct_answer", "difficulty", "points", "time_limit", "hint",
    "explanation", "order_index", "created_at",
)  # fmt: skip
OPTIONS: Final = ("id", "question_id", "option_text", "is_correct", "explanation", "order_index", "created_at")
LESSONS: Final = (
    "id", "content_id", "teacher_id", "title", "description", "status", "subject", "grade_level", "difficulty",
    "starts_at", "ends_at", "created_at", "updated_at",
)  # fmt: skip

_STILL_ACTIVE: Final = datetime.timedelta(days=14)
_LEVELS: Final = {"BEGINNER": "easy", "INTERMEDIATE": "medium", "ADVANCED": "hard", "EXPERT": "hard"}


def lessons(context: Context, school_class: SchoolClass) -> list[Row]:
    """Make the lessons of a class; those of the last two weeks go on."""
    teacher = school_class.teacher.key
    midnight = datetime.datetime.combine(context.as_of, datetime.time(), datetime.UTC)
    return [
        (
            one.key, one.content_key, teacher, one.title, one.content.row.get("description"),
            "active" if one.ends_at > midnight - _STILL_ACTIVE else "completed", one.subject, one.grade,
            one.difficulty, one.starts_at, one.ends_at, one.planned_at, one.ends_at,
        )
        for one in school_class.lessons
    ]  # fmt: skip


def own_content(context: Context, school_class: SchoolClass) -> dict[str, list[Row]]:
    """Make what the teacher wrote for the class: content with its objectives, and a quiz."""
    own = _Own(context, school_class)
    for lesson in school_class.lessons:
        if lesson.own:
            own.add(lesson)
    return own.tables


class _Own:
    def __init__(self, context: Context, school_class: SchoolClass) -> None:
        self._teacher = school_class.teacher.key
        self._size = len(school_class.students)
        self._run, self._block = context.run, school_class.number
        self.tables: dict[str, list[Row]] = {
            "educational_content": [], "content_objectives": [], "quizzes": [], "quiz_questions": [],
            "quiz_options": [],
        }  # fmt: skip

    def add(self, lesson: Lesson) -> None:
        source, quiz, made_at = lesson.content.row, lesson.content.quiz, lesson.planned_at
        self.tables["educational_content"].append((
            lesson.content_key, own_title(lesson), source.get("description"), lesson.subject, lesson.grade,
            source.get("environment_type") or "classroom", _LEVELS[lesson.difficulty],
            source.get("duration_minutes") or 45, self._size + 5, lesson.content.data,
            lesson.content.mechanics, bool(source.get("accessibility_features")), self._teacher, made_at,
            made_at,
        ))  # fmt: skip
        links = [(lesson.content_key, objective) for objective in lesson.objectives]
        self.tables["content_objectives"].extend(links)
        self.tables["quizzes"].append((
            lesson.quiz_key, f"{own_title(lesson)}: quiz", quiz.get("description"), lesson.subject, lesson.grade,
            lesson.content_key, quiz.get("time_limit"), lesson.content.passing, lesson.content.most_attempts,
            self._teacher, made_at, made_at,
        ))  # fmt: skip
        for place, question in enumerate(lesson.content.questions[: len(lesson.questions)]):
            self._ask(lesson, place, question.row)
            self.tables["quiz_options"].extend(self._options(lesson, place))

    def _ask(self, lesson: Lesson, place: int, row: Columns) -> None:
        points = row.get("points")
        self.tables["quiz_questions"].append((
            lesson.questions[place], lesson.quiz_key, row["question_type"], row["question_text"],
            row.get("correct_answer"), row.get("difficulty"), 1 if points is None else points, row.get("time_limit"),
            row.get("hint"), row.get("explanation"), place, lesson.planned_at,
        ))  # fmt: skip

    def _options(self, lesson: Lesson, place: int) -> Iterator[Row]:
        keys = option_keys(self._run, self._block, lesson, place)
        for order, (key, row) in enumerate(zip(keys, lesson.content.questions[place].options, strict=False)):
            yield (
                key, lesson.questions[place], row["option_text"], bool(row.get("is_correct")), row.get("explanation"),
                order, lesson.planned_at,
            )  # fmt: skip


def own_title(lesson: Lesson) -> str:
    """Name what a teacher made from content."""
    return f"{lesson.title[:180]}: class edition"
