"""Measurements of learning: what students did in a lesson, beside what their class and they themselves did before."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from toolbox_cli.seed.domains.classes.people import Student
from toolbox_cli.seed.domains.classes.playing import Attempt, Played, Visit
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.timetable import Lesson
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw, Row, raw

COLUMNS: Final = (
    "id", "user_id", "content_id", "quiz_id", "learning_objective_id", "subject", "grade_level", "difficulty_level",
    "metric_type", "metric_unit", "activity_type", "metric_value", "peer_average", "historical_average",
    "benchmark_value", "session_duration_seconds", "time_to_completion_seconds", "attempts_before_success",
    "context_data", "calculated_at", "recorded_at",
)  # fmt: skip

_Head = tuple[Raw, Raw, Raw]


def _head(kind: str, activity: str) -> _Head:
    return Raw(kind), Raw("percentage"), Raw(activity)


COMPREHENSION: Final = _head("comprehension", "quiz")
ENGAGEMENT: Final = _head("engagement", "game")
RETENTION: Final = _head("retention", "quiz")
PROGRESS: Final = _head("progress", "lesson")

_GOALS: Final[Mapping[_Head, float]] = {ENGAGEMENT: 80.0, RETENTION: 90.0, PROGRESS: 80.0}


class _Done(NamedTuple):
    """What a student did in a lesson.

    Attributes:
        percents: by kind of measurement; those that can't be told are left out.
        last: the latest visit.
        stayed: seconds in all visits.
        took: seconds up to the attempt that passed; None where none did.
        failed: attempts before it.
    """

    student: Student
    percents: dict[_Head, float]
    last: Visit
    stayed: int
    took: int | None
    failed: int | None


class _Before(NamedTuple):
    """A student's lessons so far: of each kind of measurement the sum and the number, and the latest first score."""

    sums: dict[_Head, tuple[float, int]]
    lessons: list[bool]
    scores: list[float]


def measure_rows(context: Context, school_class: SchoolClass, played: Played) -> Iterator[Row]:
    """Measure what a class did, lesson by lesson."""
    unit, mean = context.chance("measures", school_class.number).unit, context.profile.activity.measures_a_lesson
    key, number = context.run.uuids("educational_analytics"), school_class.number << 24
    visits, attempts = _by_lesson(school_class, played.visits), _by_lesson(school_class, played.attempts)
    before: dict[str, _Before] = {}
    for lesson in school_class.lessons:
        found = [
            _done(lesson, stayed, attempts[lesson.number].get(who, []), before.setdefault(who, _Before({}, [], [])))
            for who, stayed in visits[lesson.number].items()
        ]
        peers = _averages(found)
        goals = {COMPREHENSION: float(lesson.content.quiz.get("passing_score") or 70), **_GOALS}
        about = _about(lesson)
        for done in found:
            past = before[done.student.key].sums
            told = tuple(done.percents)
            first = int(unit() * len(told))
            tail = (done.stayed, done.took, done.failed, about.document, done.last.session.ends_at, done.last.left_at)
            for place in range(int(mean + unit())):
                kind = told[(first + place) % len(told)]
                total, count = past.get(kind, (0.0, 0))
                yield (
                    f"{key}{number:015x}", done.student.key, *about.columns, *kind, done.percents[kind], peers[kind],
                    round(total / count, 2) if count else None, goals[kind], *tail,
                )  # fmt: skip
                number += 1
        _remember(found, before)


class _About(NamedTuple):
    columns: tuple[object, ...]
    document: Raw


def _about(lesson: Lesson) -> _About:
    objective = Raw(lesson.objectives[0]) if lesson.objectives else None
    columns = (
        Raw(lesson.content_key), Raw(lesson.quiz_key), objective, Raw(lesson.subject), lesson.grade,
        Raw(lesson.difficulty.lower()),
    )  # fmt: skip
    return _About(columns, raw({"lesson": lesson.number + 1, "sessions": len(lesson.sessions)}))


def _by_lesson(school_class: SchoolClass, things: list[Visit] | list[Attempt]) -> list[dict[str, list]]:  # type: ignore[type-arg]
    """Sort visits or attempts by lesson and student, in their order."""
    found: list[dict[str, list]] = [{} for _ in school_class.lessons]  # type: ignore[type-arg]
    for one in things:
        found[one.lesson.number].setdefault(one.student.key, []).append(one)
    return found


def _done(lesson: Lesson, visits: list[Visit], attempts: list[Attempt], before: _Before) -> _Done:
    stayed = sum([(one.left_at - one.joined_at).seconds for one in visits])
    held = sum([(one.session.ends_at - one.session.starts_at).seconds for one in visits])
    finished = [one for one in attempts if one.completed_at is not None]
    percents = {ENGAGEMENT: round(100.0 * stayed / held, 2) if held else 0.0}
    passed = next((place for place, one in enumerate(finished) if one.passed), None)
    lessons = [*before.lessons, passed is not None]
    percents[PROGRESS] = round(100.0 * sum(lessons) / len(lessons), 2)
    if finished:
        percents[COMPREHENSION] = max([one.percent for one in finished])
        if before.scores and before.scores[-1] > 0:
            percents[RETENTION] = min(100.0, round(100.0 * finished[0].percent / before.scores[-1], 2))
    took = None if passed is None else sum([one.seconds for one in finished[: passed + 1]])
    return _Done(visits[0].student, percents, visits[-1], stayed, took, passed)


def _averages(found: list[_Done]) -> dict[_Head, float]:
    kinds: dict[_Head, list[float]] = {}
    for done in found:
        for kind, percent in done.percents.items():
            kinds.setdefault(kind, []).append(percent)
    return {kind: round(sum(percents) / len(percents), 2) for kind, percents in kinds.items()}


def _remember(found: list[_Done], before: Mapping[str, _Before]) -> None:
    for done in found:
        past = before[done.student.key]
        past.lessons.append(done.took is not None)
        if COMPREHENSION in done.percents:
            past.scores.append(done.percents[COMPREHENSION])
        for kind, percent in done.percents.items():
            total, count = past.sums.get(kind, (0.0, 0))
            past.sums[kind] = (total + percent, count + 1)
