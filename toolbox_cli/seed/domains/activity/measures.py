"""Measurements of learning: what students did in a lesson, beside what their class and they themselves did before."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

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

_ACTIVITIES: Final = {"comprehension": "quiz", "engagement": "game", "retention": "quiz", "progress": "lesson"}
_KINDS: Final = tuple((Raw(kind), Raw("percentage"), Raw(activity)) for kind, activity in _ACTIVITIES.items())
"""What is measured, in which unit, and what the student was doing; all else counts by the place here."""

_GOALS: Final = (80.0, 90.0, 80.0)
"""Of all kinds but the first, whose goal is to pass."""

_Percents = tuple[float | None, float, float | None, float]


class _Done(NamedTuple):
    """What a student did in a lesson.

    Attributes:
        percents: by kind; None for what can't be told.
        last: the latest visit.
        stayed: seconds in all visits.
        took: seconds up to the attempt that passed; None where none did.
        failed: attempts before it.
    """

    percents: _Percents
    last: Visit
    stayed: int
    took: int | None
    failed: int | None


class _Before:
    """A student's lessons so far.

    Attributes:
        sums, counts: by kind.
        came: lessons that they came to.
        passed: those whose quiz they passed.
        score: the best of the latest quiz; None before the first.
    """

    __slots__ = ("came", "counts", "passed", "score", "sums")

    def __init__(self) -> None:
        self.sums, self.counts = [0.0] * len(_KINDS), [0] * len(_KINDS)
        self.came = self.passed = 0
        self.score: float | None = None

    def add(self, done: _Done) -> None:
        self.came += 1
        self.passed += done.failed is not None
        self.score = self.score if done.percents[0] is None else done.percents[0]
        for kind, percent in enumerate(done.percents):
            if percent is not None:
                self.sums[kind] += percent
                self.counts[kind] += 1


def measure_rows(context: Context, school_class: SchoolClass, played: Played) -> Iterator[Row]:
    """Measure what a class did, lesson by lesson."""
    unit, mean = context.chance("measures", school_class.number).unit, context.profile.activity.measures_a_lesson
    key, number = context.run.uuids("educational_analytics"), school_class.number << 24
    visits, attempts = _by_lesson(school_class, played.visits), _by_lesson(school_class, played.attempts)
    before = {student.key: _Before() for student in school_class.students}
    for lesson in school_class.lessons:
        tried, about = attempts[lesson.number], _about(lesson)
        found = [(who, _done(came, tried.get(who, ()), before[who])) for who, came in visits[lesson.number].items()]
        peers, goals = _averages([done for _, done in found]), (float(lesson.content.passing), *_GOALS)
        for who, done in found:
            past, percents = before[who], done.percents
            told = [kind for kind in range(len(_KINDS)) if percents[kind] is not None]
            first = int(unit() * len(told))
            tail = (done.stayed, done.took, done.failed, about.document, done.last.session.ends_at, done.last.left_at)
            for place in range(int(mean + unit())):
                kind = told[(first + place) % len(told)]
                count = past.counts[kind]
                yield (
                    f"{key}{number:015x}", who, *about.columns, *_KINDS[kind], percents[kind], peers[kind],
                    round(past.sums[kind] / count, 2) if count else None, goals[kind], *tail,
                )  # fmt: skip
                number += 1
            past.add(done)


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


_Thing = TypeVar("_Thing", Visit, Attempt)


def _by_lesson(school_class: SchoolClass, things: Sequence[_Thing]) -> list[dict[str, list[_Thing]]]:
    """Sort visits or attempts by lesson and student, in their order."""
    found: list[dict[str, list[_Thing]]] = [{} for _ in school_class.lessons]
    for one in things:
        found[one.lesson.number].setdefault(one.student.key, []).append(one)
    return found


def _done(visits: Sequence[Visit], attempts: Sequence[Attempt], before: _Before) -> _Done:
    stayed, held = 0, 0
    for one in visits:
        stayed += (one.left_at - one.joined_at).seconds
        held += (one.session.ends_at - one.session.starts_at).seconds
    finished = [one for one in attempts if one.completed_at is not None]
    failed = next((place for place, one in enumerate(finished) if one.passed), None)
    score = max([one.percent for one in finished]) if finished else None
    kept = None
    if finished and before.score:
        kept = min(100.0, round(100.0 * finished[0].percent / before.score, 2))
    present = round(100.0 * stayed / held, 2) if held else 0.0
    passed = round(100.0 * (before.passed + (failed is not None)) / (before.came + 1), 2)
    took = None if failed is None else sum([one.seconds for one in finished[: failed + 1]])
    return _Done((score, present, kept, passed), visits[-1], stayed, took, failed)


def _averages(found: Sequence[_Done]) -> list[float]:
    """Give the class's average of each kind."""
    columns = zip(*[one.percents for one in found], strict=True)
    told = [[percent for percent in column if percent is not None] for column in columns]
    return [round(sum(percents) / len(percents), 2) if percents else 0.0 for percents in told]
