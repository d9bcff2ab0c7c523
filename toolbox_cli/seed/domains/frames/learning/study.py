"""How students work through modules: which, when, and how well."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance, rising
from toolbox_cli.seed.domains.frames.teaching.courses import Course
from toolbox_cli.seed.domains.frames.universities import Campus, Learner
from toolbox_cli.seed.making.calendar import Day

_SECOND: Final = datetime.timedelta(seconds=1)

_SITTING_S: Final = 1500
"""About how long students stay at it."""

_MOST_SITTINGS: Final = 6

_EVENINGS: Final = 0.75
"""Share of sittings at home, in the evening."""

_LEARNED: Final = 0.25
"""What finishing a module adds to a student's ability."""

RUSH: Final = 15
"""Study days before a deadline on which students begin, the more the nearer it comes."""

_AS_REQUIRED: Final = 0.7
"""Share of students who take a required module as soon as they may."""

_GOING_ON: Final = 0.4
"""Share of those who otherwise go on from a module that they have finished, where that is possible."""


class Deadline(NamedTuple):
    """When a module is given to everybody, and when it is due.

    Attributes:
        given: number of the study day.
        due: the same; may lie after the last.
    """

    given: int
    due: int


class Trouble(NamedTuple):
    """How often a student needed what those who find it hard need."""

    hints: int
    retries: int
    errors: int
    pauses: int


class Work(NamedTuple):
    """One student's work on one module.

    Attributes:
        start: number of the study day on which it began.
        sittings: when each began.
        sitting_s: how long each was.
        done: sections that are done.
        ability: what the student could when it began.
        struggle: how hard it was, 0 to 1.
        mastery: 0 to 1.
        last: number of the study day of the last sitting.
    """

    course: Course
    start: int
    sittings: tuple[datetime.datetime, ...]
    sitting_s: int
    done: int
    ability: float
    struggle: float
    mastery: float
    trouble: Trouble
    last: int

    @property
    def completed(self) -> bool:
        return self.done == len(self.course.sections)

    @property
    def end(self) -> datetime.datetime:
        return self.sittings[-1] + self.sitting_s * _SECOND


def studies(
    learner: Learner, wanted: int, courses: Sequence[Course], deadlines: Mapping[str, Deadline], campus: Campus,
    chance: Chance,
) -> Iterator[Work]:  # fmt: skip
    """Let a student work through modules, one after the other; what comes first is finished first.

    Args:
        learner: the student.
        wanted: how many modules to begin.
        courses: all that there are, in their order.
        deadlines: slug to deadline, of those that are required.
        campus: the university.
        chance: the block's.
    """
    finished: set[str] = set()
    left, ability, free = list(courses), learner.ability, learner.joined
    for number in range(wanted):
        open_now = [course for course in left if course.first <= finished]
        if not open_now:
            return
        course = _next(open_now, deadlines, chance)
        left.remove(course)
        start = _start(free, learner, wanted - number, deadlines.get(course.slug), chance)
        work = work_on(course, start, learner._replace(ability=ability), campus, chance)
        free = work.last + 1
        if work.completed:
            finished.add(course.slug)
            ability += _LEARNED
        yield work


def _next(courses: Sequence[Course], deadlines: Mapping[str, Deadline], chance: Chance) -> Course:
    if chance.unit() < _AS_REQUIRED:
        for course in courses:
            if course.slug in deadlines:
                return course
    if chance.unit() < _GOING_ON:
        courses = [course for course in courses if course.first] or courses
    return chance.pick(courses)


def _start(free: int, learner: Learner, more: int, deadline: Deadline | None, chance: Chance) -> int:
    """Choose the study day: shortly before the deadline, or anywhere in the student's time."""
    if deadline and deadline.due > free:
        start = max(deadline.given, deadline.due - int(RUSH * chance.unit() * chance.unit()))
    else:
        start = free + int((learner.leaves - free) / more * chance.unit())
    return max(min(start, learner.leaves - 1), min(free, learner.leaves - 1))


def work_on(course: Course, start: int, learner: Learner, campus: Campus, chance: Chance) -> Work:
    """Let a student work on a module.

    Args:
        course: the module.
        start: number of the study day on which the student begins.
        learner: the student, as able as by now.
        campus: gives the days.
        chance: the block's.
    """
    unit, gap = chance.unit, learner.ability - course.hardness
    struggle = 1.0 - rising(1.2 * gap + 0.35 * chance.normal())
    mastery = 0.05 + 0.94 * rising(1.1 * gap + 0.5 + 0.35 * chance.normal())
    share = 1.0 if unit() < 0.97 - 0.35 * struggle else unit()
    if learner.once:
        share = 0.5 * unit()
    ordinary = sum([section.seconds for section in course.sections])
    seconds = 60 + int(ordinary * share * learner.pace * (0.6 + 1.1 * struggle))
    planned = 1 if learner.once else min(1 + int(seconds / _SITTING_S + unit()), _MOST_SITTINGS)
    sittings, last = _sittings(start, planned, learner.leaves, campus.days, chance)
    share *= len(sittings) / planned
    done = int(share * len(course.sections) + 1e-9)
    trouble = _trouble(course, share, struggle, chance)
    return Work(course, start, sittings, seconds // planned, done, learner.ability, struggle, mastery, trouble, last)


def _trouble(course: Course, share: float, struggle: float, chance: Chance) -> Trouble:
    unit, pauses = chance.unit, (0.1 + 0.8 * struggle) * share
    if not course.practice:
        return Trouble(0, 0, 0, int(pauses + unit()))
    tries = (0.2 + 3.8 * struggle) * share
    return Trouble(
        int(0.37 * tries + unit()), int(0.28 * tries + unit()), int(0.45 * tries + unit()), int(pauses + unit())
    )


def _sittings(
    start: int, planned: int, leaves: int, days: Sequence[Day], chance: Chance
) -> tuple[tuple[datetime.datetime, ...], int]:
    """Find times for sittings; those that would come after the student leaves, or after the last day, never happen."""
    at, found = start, [_moment(days[start], chance)]
    for _ in range(planned - 1):
        later = at + 1 + int(2.5 * chance.unit())
        if later >= leaves:
            break
        at = later
        found.append(_moment(days[at], chance))
    return tuple(found), at


def _moment(day: Day, chance: Chance) -> datetime.datetime:
    """Give a moment of a day: now and then between lectures, in the evening mostly."""
    if chance.unit() < _EVENINGS:
        return day.home.at(1.5 * chance.unit())
    return day.school.at(chance.unit())
