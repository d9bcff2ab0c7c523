"""Who is in the courses: each person's account at the system, where it is enrolled, and which sync found that."""

import datetime
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from toolbox_cli.seed.domains.classes.people import TEACHER, Person, Student, numbers_of
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.lms.journal import Journal
from toolbox_cli.seed.domains.lms.nights import Night, Nights
from toolbox_cli.seed.domains.lms.systems import System, external_user
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row

IDENTITY_COLUMNS: Final = (
    "id", "lms_integration_id", "external_user_id", "user_id", "username", "email", "given_name", "family_name",
    "sis_id", "role", "grade_level", "grade_label", "is_enabled", "status", "removed_at", "merged_into_id", "opted_out",
    "locked_fields", "account_made", "sync_hash", "first_run_id", "last_run_id", "created_at", "updated_at",
)  # fmt: skip
ENROLLMENT_COLUMNS: Final = (
    "id", "lms_course_id", "lms_identity_id", "sync_hash", "last_run_id", "removed_at", "begins_on", "ends_on",
    "is_primary", "role", "status", "source", "external_enrollment_id",
)  # fmt: skip

CO_TEACHERS: Final = 0.3
FORMER_TEACHERS: Final = 0.15
COMING_ASSISTANTS: Final = 0.15
MERGED: Final = 0.01
"""Shares of classes with such teachers, and of students who had two accounts there once."""

HELPERS: Final = CO_TEACHERS + FORMER_TEACHERS + COMING_ASSISTANTS
"""Enrollments of a class by teachers of others, on average."""

_WITHOUT_EMAIL: Final = 0.05
_LOCKED: Final = 0.01
_STAYED: Final = datetime.timedelta(days=20)
_HELPED: Final = datetime.timedelta(days=30)
_COMES_IN: Final = datetime.timedelta(days=14)
_HELD_EVERY: Final = 7
_ENROLLMENTS_A_PERSON: Final = 8


class Taken(NamedTuple):
    """A course that people are in."""

    key: str
    external: str
    starts_on: datetime.date


class People:
    """The making of a class's accounts and enrollments.

    Attributes:
        identities: rows of `lms_identities`.
        enrollments: rows of `lms_enrollments`.
        active: course to how many students are in it now.
    """

    def __init__(
        self, context: Context, school_class: SchoolClass, system: System, nights: Nights, journal: Journal
    ) -> None:
        self._context, self._class, self._system = context, school_class, system
        self._nights, self._journal = nights, journal
        self._chance = context.chance("lms/people", school_class.number)
        self._known = nights.before(school_class.days[0].school.end)
        self._second = numbers_of(context) * context.profile.class_count
        self.identities: list[Row] = []
        self.enrollments: list[Row] = []
        self.active: dict[str, int] = {}

    def administrator(self, person: Person) -> None:
        self._identity(person, None)

    def enroll(self, courses: Sequence[Taken], neighbours: Sequence[int]) -> None:
        """Bring everybody into the courses.

        Args:
            courses: the class's; at least one.
            neighbours: earlier classes of the school that have courses too: their teachers help out.
        """
        held = self._class
        self._identity(held.teacher, None)
        for course in courses:
            self.active[course.key] = 0
            self._enrollment(course, self._key(held.number, TEACHER), "teacher", primary=True)
        for student in held.students:
            self._student(student, courses)
        if neighbours:
            self._helpers(courses, self._key(self._chance.pick(neighbours), TEACHER))

    def _student(self, student: Student, courses: Sequence[Taken]) -> None:
        gone = self._nights.after(student.leaves_at) if student.leaves_at else None
        self._identity(student, gone)
        for course in courses:
            ends = course.starts_on + _STAYED if student.never_back else None
            key = self._key(self._class.number, student.number)
            status = self._enrollment(course, key, "student", ends=ends, gone=gone)
            self.active[course.key] += status == "active"
        if gone is None and self._chance.happens(MERGED):
            self._merged(student)

    def _helpers(self, courses: Sequence[Taken], key: str) -> None:
        chance, today = self._chance, self._context.as_of
        if chance.happens(CO_TEACHERS):
            self._enrollment(courses[0], key, "teacher")
        if chance.happens(FORMER_TEACHERS):
            self._enrollment(courses[-1], key, "assistant", ends=courses[-1].starts_on + _HELPED)
        if chance.happens(COMING_ASSISTANTS) and len(courses) > 1:
            self._by_hand(courses[0], key, "assistant", today + _COMES_IN)

    def _identity(self, person: Person, gone: Night | None) -> None:
        held, chance, night = self._class, self._chance, self._known
        key = self._key(held.number, person.number)
        external = external_user(self._context, self._system, held.number, person.number)
        grade = person.grade if isinstance(person, Student) else None
        email = None if chance.happens(_WITHOUT_EMAIL) else person.email
        locked = ("first_name",) if chance.happens(_LOCKED) else ()
        row: Row = (
            key, self._system.key, external, person.key, person.username, email, person.first, person.last,
            self._sis_id(person.number), person.role, grade, str(grade) if grade else None, True, "present", None,
            None, False, locked, False, _digest(external, person.first, person.last, email, grade), night.key,
            night.key, night.ended_at, max(night.ended_at, person.joined_at),
        )  # fmt: skip
        self._journal.inserted(night, "lms_identities", key, external)
        if gone:
            changes = {"status": "removed", "removed_at": gone.ended_at, "last_run_id": gone.key}
            changes["updated_at"] = gone.ended_at
            row = self._changed(gone, "lms_identities", "remove", row, external, changes)
        self.identities.append(row)

    def _merged(self, student: Student) -> None:
        """Add the account that somebody had beside it, until the next night."""
        night, gone = self._known, self._nights.after(self._known.ended_at)
        if gone is None:
            return
        people = numbers_of(self._context)
        key = self._key(self._class.number, people + student.number)
        external = self._system.external("user", self._second + self._class.number * people + student.number + 1)
        into = self._key(self._class.number, student.number)
        row = (
            key, self._system.key, external, student.key, student.username, None, student.first, student.last,
            self._sis_id(student.number), "student", student.grade, str(student.grade), True, "present", None, None,
            False, (), False, _digest(external, student.first, student.last), night.key, night.key, night.ended_at,
            max(night.ended_at, student.joined_at),
        )  # fmt: skip
        self._journal.inserted(night, "lms_identities", key, external)
        changes = {"status": "removed", "removed_at": gone.ended_at, "last_run_id": gone.key, "merged_into_id": into}
        changes["updated_at"] = max(gone.ended_at, student.joined_at)
        self.identities.append(self._changed(gone, "lms_identities", "remove", row, external, changes))

    def _enrollment(
        self, course: Taken, who: str, role: str, *, ends: datetime.date | None = None,
        gone: Night | None = None, primary: bool = False,
    ) -> str:  # fmt: skip
        """Make an enrollment that a sync found, and say how it stands now."""
        night, (key, external) = self._known, self._next_enrollment()
        digest = _digest(course.external, external, role, ends)
        row: Row = (
            key, course.key, who, digest, night.key, None, course.starts_on, ends, primary, role, "active", "sync",
            external,
        )  # fmt: skip
        self._journal.inserted(night, "lms_enrollments", key, external)
        over = self._nights.after(_midnight(ends)) if ends else None
        if over and over.ended_at > night.ended_at:
            row = self._changed(
                over, "lms_enrollments", "update", row, external, {"status": "ended", "last_run_id": over.key}
            )
        if gone:
            changes = {"status": "removed", "removed_at": gone.ended_at, "last_run_id": gone.key}
            row = self._changed(gone, "lms_enrollments", "remove", row, external, changes)
        last = self._nights.last
        if last.status == "held" and not gone and len(self.enrollments) % _HELD_EVERY == 0:
            self._changed(last, "lms_enrollments", "remove", row, external, {"status": "removed"})
        self.enrollments.append(row)
        return str(row[_STATUS])

    def _by_hand(self, course: Taken, who: str, role: str, begins: datetime.date) -> None:
        key, _ = self._next_enrollment()
        self.enrollments.append(
            (key, course.key, who, None, None, None, begins, None, False, role, "future", "manual", None)
        )

    def _changed(
        self, night: Night, table: str, action: str, row: Row, external: str | None, changes: Mapping[str, Any]
    ) -> Row:
        columns = IDENTITY_COLUMNS if table == "lms_identities" else ENROLLMENT_COLUMNS
        before = dict(zip(columns, row, strict=True))
        if not night.applied:
            changes = {**changes, "removed_at": night.ended_at, "last_run_id": night.key}
        after = {**before, **changes}
        self._journal.changed(night, table, action, external, before, after)
        return tuple(after.values())

    def _next_enrollment(self) -> tuple[str, str | None]:
        number = len(self.enrollments)
        key = self._context.run.uuid("lms_enrollments", self._class.number, number)
        first = self._class.number * numbers_of(self._context) * _ENROLLMENTS_A_PERSON
        known = self._system.kind.platform != "moodle"
        return key, self._system.external("enrollment", first + number + 1) if known else None

    def _key(self, block: int, number: int) -> str:
        return self._context.run.uuid("lms_identities", block, number)

    def _sis_id(self, number: int) -> str | None:
        if self._system.kind.platform == "moodle":
            return None
        return f"S{self._class.number * numbers_of(self._context) + number + 1:08d}"


_STATUS: Final = ENROLLMENT_COLUMNS.index("status")


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), datetime.UTC)


def _digest(*told: object) -> str:
    return blake2b(repr(told).encode(), digest_size=16).hexdigest()
