"""Courses and assignments as the schools' systems have them."""

import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

from toolbox_cli.core.chance import Weighted
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL, SchoolClass
from toolbox_cli.seed.domains.classes.timetable import Lesson
from toolbox_cli.seed.domains.lms.journal import Journal
from toolbox_cli.seed.domains.lms.nights import Nights
from toolbox_cli.seed.domains.lms.people import People, Taken
from toolbox_cli.seed.domains.lms.systems import System
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row

COURSE_COLUMNS: Final = (
    "id", "lms_integration_id", "external_course_id", "title", "description", "subject", "grade_level",
    "instructor_name", "instructor_email", "enrollment_count", "start_date", "end_date", "last_synced_at", "sync_hash",
    "raw_data", "linked_content_ids", "auto_sync_enabled", "created_at", "updated_at", "status", "term", "school",
)  # fmt: skip
ASSIGNMENT_COLUMNS: Final = (
    "id", "lms_course_id", "external_assignment_id", "title", "description", "assignment_type", "points_possible",
    "due_date", "unlock_date", "lock_date", "toolboxai_content_id", "toolboxai_quiz_id", "grade_passback_enabled",
    "last_synced_at", "raw_data", "created_at", "updated_at", "status", "sync_hash",
)  # fmt: skip

_COURSES_A_CLASS: Final = 8
_ASSIGNMENTS_A_CLASS: Final = 1_000
"""More than there are lessons: so many keys each class has at its system."""

_LASTS: Final = datetime.timedelta(days=300)
_DUE: Final = datetime.timedelta(days=3)
_LOCKED: Final = datetime.timedelta(days=10)

POINTS: Final = Weighted({100: 8.0, 50: 2.0, 200: 1.0})
"""Points of an assignment: a percentage of two digits of these is points of two digits too, or nearly."""


class Assignment(NamedTuple):
    """An assignment that stands for a lesson's quiz."""

    key: str
    lesson: Lesson
    points: int


class _Planned(NamedTuple):
    """A course that is not written yet: first it has to be known who is in it.

    Attributes:
        row: up to `enrollment_count`, and from there on.
    """

    taken: Taken
    row: tuple[Row, Row]


class Courses:
    """The making of a class's courses, one a subject, and of who is in them.

    Attributes:
        courses: rows of `lms_courses`.
        rows: rows of `lms_assignments`.
        assignments: the same, for the grades.
        people: accounts and enrollments.
        journal: the syncs' changes.
    """

    def __init__(self, context: Context, school_class: SchoolClass, system: System, nights: Nights) -> None:
        self._context, self._class, self._system, self._nights = context, school_class, system, nights
        self.journal = Journal(school_class.number)
        self.people = People(context, school_class, system, nights, self.journal)
        self._chance = context.chance("lms/courses", school_class.number)
        self.courses: list[Row] = []
        self.rows: list[Row] = []
        self.assignments: list[Assignment] = []
        if school_class.admin:
            self.people.administrator(school_class.admin)
        if _has_course(school_class.number, context.profile.lms.classes_with_course):
            self._whole()

    def _whole(self) -> None:
        held, share = self._class, self._context.profile.lms.classes_with_course
        planned = [
            self._course(number, subject, [one for one in held.lessons if one.subject == subject])
            for number, subject in enumerate(held.subjects)
        ]
        first = held.number - held.number % CLASSES_A_SCHOOL
        with_course = [number for number in range(first, held.number) if _has_course(number, share)]
        self.people.enroll([one.taken for one in planned], with_course)
        self.courses += [(*one.row[0], self.people.active[one.taken.key], *one.row[1]) for one in planned]

    def _course(self, number: int, subject: str, lessons: list[Lesson]) -> _Planned:
        held, system, teacher = self._class, self._system, self._class.teacher
        key = self._context.run.uuid("lms_courses", held.number, number)
        external = system.external("course", held.number * _COURSES_A_CLASS + number + 1)
        grade = held.grades[0] if len(held.grades) == 1 else None
        title = f"{subject}, grade {held.grades[0]}" + ("" if grade else f" to {held.grades[-1]}")
        name, since = f"{teacher.first} {teacher.last}", max(held.days[0].school.end, system.since)
        first = held.days[0].date
        told = {"id": external, "name": title, "workflow_state": "available", "start_at": first.isoformat()}
        head: Row = (
            key, system.key, external, title, f"{subject} of class {held.number + 1}.", subject, grade, name,
            teacher.email,
        )  # fmt: skip
        rest: Row = (
            first, first + _LASTS, system.synced_at, _digest(told), told, tuple(one.content_key for one in lessons),
            True, since, system.synced_at, "active", f"{first.year}/{(first + _LASTS).year}", held.school,
        )  # fmt: skip
        known = self._nights.before(held.days[0].school.end)
        self.journal.inserted(known, "lms_courses", key, external)
        wanted = self._chance.count(self._context.profile.lms.assignments_a_lesson * len(lessons))
        chosen = self._chance.some(lessons, wanted)
        for lesson in sorted(chosen, key=lambda one: one.number):
            self._assignment(key, lesson, since)
        return _Planned(Taken(key, external, first), (head, rest))

    def _assignment(self, course: str, lesson: Lesson, since: datetime.datetime) -> None:
        place, system = len(self.rows), self._system
        key = self._context.run.uuid("lms_assignments", self._class.number, place)
        external = system.external("lineitem", self._class.number * _ASSIGNMENTS_A_CLASS + place + 1)
        title, points = f"{lesson.title}: quiz"[:200], POINTS.pick(self._chance)
        due, since = lesson.ends_at + _DUE, max(since, lesson.planned_at)
        told = {"id": external, "name": title, "points_possible": points, "due_at": due.isoformat()}
        row = (
            key, course, external, title, "Play the lesson, then answer the quiz.", "quiz", points, due, since,
            max(since, lesson.ends_at) + _LOCKED, lesson.content_key, lesson.quiz_key, True, system.synced_at, told,
            since, system.synced_at, "active", _digest(told)[:32],
        )  # fmt: skip
        self.journal.inserted(self._nights.before(since), "lms_assignments", key, external)
        self.rows.append(row)
        self.assignments.append(Assignment(key, lesson, points))


def _has_course(number: int, share: float) -> bool:
    """Spread the classes that have courses evenly over all."""
    return int((number + 1) * share) > int(number * share)


def _digest(told: dict[str, Any]) -> str:
    return sha256(repr(sorted(told.items())).encode()).hexdigest()
