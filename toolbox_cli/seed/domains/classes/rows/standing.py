"""How far each student is with what each lesson teaches."""

import datetime
from typing import Final

from toolbox_cli.seed.domains.classes.people import Student
from toolbox_cli.seed.domains.classes.playing import Played, Visit
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.rows.live import Progress
from toolbox_cli.seed.domains.classes.timetable import Lesson
from toolbox_cli.seed.making.calendar import written
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw, Row, array, raw

STANDING: Final = (
    "id", "user_id", "content_id", "progress_type", "completion_percentage", "time_spent_seconds", "attempts_count",
    "best_score", "current_streak", "max_streak", "difficulty_level", "mastery_level", "last_interaction",
    "next_recommended_content", "learning_style", "performance_trends", "recommendations", "created_at", "updated_at",
)  # fmt: skip

_MASTERY: Final = ("novice", "developing", "proficient", "advanced")
_STYLES: Final = tuple(raw({"observed": style}) for style in ("visual", "auditory", "kinesthetic"))
_LEVELS: Final = {"BEGINNER": "easy", "INTERMEDIATE": "medium", "ADVANCED": "hard", "EXPERT": "hard"}
_AGAIN: Final = array({"kind": "repeat", "because": "score"})


class _Standing:
    """One student's with one lesson's content, so far."""

    __slots__ = ("days", "last_at", "lesson", "percent", "scores", "seconds", "since", "student")

    def __init__(self, visit: Visit) -> None:
        self.student: Student = visit.student
        self.lesson: Lesson = visit.lesson
        self.since: datetime.datetime = visit.joined_at
        self.last_at: datetime.datetime = visit.left_at
        self.percent, self.seconds = 0.0, 0
        self.days: set[datetime.date] = set()
        self.scores: list[float] = []


def standing(context: Context, school_class: SchoolClass, played: Played, progress: Progress) -> list[Row]:
    """Sum up visits and attempts: a row for each student and lesson that they came to."""
    found: dict[tuple[str, int], _Standing] = {}
    for visit, percent, seconds in zip(played.visits, progress.percents, progress.seconds, strict=True):
        key = (visit.student.key, visit.lesson.number)
        one = found.get(key)
        if one is None:
            one = found[key] = _Standing(visit)
        one.percent, one.seconds, one.last_at = percent, one.seconds + seconds, visit.left_at
        one.days.add(visit.session.day.date)
    for attempt in played.attempts:
        if attempt.completed_at is not None:
            one = found[attempt.student.key, attempt.lesson.number]
            one.scores.append(attempt.percent)
            if attempt.visit is None:
                one.seconds, one.last_at = one.seconds + attempt.seconds, attempt.completed_at
    return _rows(context, school_class, list(found.values()))


def _rows(context: Context, school_class: SchoolClass, found: list[_Standing]) -> list[Row]:
    prefix = context.run.uuid("user_progress", school_class.number, 0)[:-6]
    following = [lesson.content_key for lesson in school_class.lessons[1:]] + [None]
    rows: list[Row] = []
    for number, one in enumerate(found):
        lesson, scores = one.lesson, one.scores
        best, since, last_at = max(scores, default=None), written(one.since), written(one.last_at)
        rows.append((
            f"{prefix}{number:06x}", one.student.key, lesson.content_key, "lesson", one.percent, one.seconds,
            len(scores), best, 0, len(one.days), _LEVELS[lesson.difficulty],
            None if best is None else _MASTERY[min(3, int(best) // 25)], last_at, following[lesson.number],
            _STYLES[one.student.number % 3], Raw(f'{{"scores":{scores}}}'),
            _AGAIN if best is not None and best < lesson.content.passing else None, since, last_at,
        ))  # fmt: skip
    return rows
