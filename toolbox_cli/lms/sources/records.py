"""What every system is read into.

Named tuples, since a district has a million enrollments. Ids are text as the system sends them. Text is NFC, trimmed
and without NUL; an empty one is None. Moments are aware.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from toolbox_cli.core.findings import Severity


class Kind(StrEnum):
    """What records are of."""

    COURSE = "course"
    USER = "user"
    ENROLLMENT = "enrollment"
    ASSIGNMENT = "assignment"


class Role(StrEnum):
    """What somebody is, in the whole system or in one course."""

    STUDENT = "student"
    TEACHER = "teacher"
    ASSISTANT = "assistant"
    ADMIN = "admin"


class Standing(StrEnum):
    """How an enrollment stands."""

    ACTIVE = "active"
    FUTURE = "future"
    ENDED = "ended"
    INACTIVE = "inactive"


class Course(NamedTuple):
    """A section that people are enrolled in: what OneRoster calls a class, Schoology a section.

    Attributes:
        grade: as the system writes it, such as `5`, `KG` or `05,06`.
        removed: the system itself says that it is gone.
        raw: the answer as it was read, without what is secret.
        unsaid: fields that this record can't tell, since what it refers to was not sent: what we hold of them stays.
    """

    id: str
    title: str
    description: str | None = None
    subject: str | None = None
    grade: str | None = None
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    school: str | None = None
    term: str | None = None
    removed: bool = False
    raw: Mapping[str, Any] | None = None
    unsaid: tuple[str, ...] = ()


class User(NamedTuple):
    """A person, as one account there.

    Attributes:
        sis_id: the student information system's key, where the system shows it: what tells a merge from a removal.
        role: of the person; None where the system knows roles in courses alone.
        grade: as the system writes it.
        enabled: False while the account is off; that is not a removal.
        removed: the system itself says that the account is gone.
    """

    id: str
    username: str | None = None
    email: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    sis_id: str | None = None
    role: Role | None = None
    grade: str | None = None
    enabled: bool = True
    removed: bool = False


class Enrollment(NamedTuple):
    """Somebody in a course, in one role.

    Attributes:
        id: the enrollment's own key; None where the system has none.
        standing: None where the system can't tell: dates then decide.
        removed: the system itself says that it is gone.
    """

    course_id: str
    user_id: str
    role: Role
    id: str | None = None
    standing: Standing | None = None
    begins_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    primary: bool = False
    removed: bool = False


class Assignment(NamedTuple):
    """What is graded in a course.

    Attributes:
        points: of a full result; None if it is not graded by points.
    """

    id: str
    course_id: str
    title: str
    description: str | None = None
    kind: str | None = None
    points: Decimal | None = None
    due_at: datetime.datetime | None = None
    opens_at: datetime.datetime | None = None
    locks_at: datetime.datetime | None = None
    removed: bool = False
    raw: Mapping[str, Any] | None = None


Record = Course | User | Enrollment | Assignment


class Grade(NamedTuple):
    """A grade to write there.

    Attributes:
        key: the same whenever this grade is sent: what makes sending it twice harmless.
        enrollment_id: the enrollment's key there, for the systems that grade enrollments.
        graded_at: when it was reached; later ones count.
        bonus: the score may pass the points possible, where the system takes that.
    """

    key: str
    course_id: str
    assignment_id: str
    user_id: str
    score: Decimal
    points: Decimal
    graded_at: datetime.datetime
    enrollment_id: str | None = None
    comment: str | None = None
    bonus: bool = False


class Pushed(StrEnum):
    """What became of a grade.

    WRITTEN: it was read back, or the system's answer proves it.
    UNKNOWN: the answer was lost or proves nothing, and it could not be read back.
    """

    WRITTEN = "written"
    UNKNOWN = "unknown"


class Scope(NamedTuple):
    """What was asked for as a whole: a kind, of one course or, without a key, of the whole system."""

    kind: Kind
    key: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one record.

    Attributes:
        code: stable, such as `lms-unknown-role`.
        id: the record's, where it has one.
        place: the page or line that it came in.
    """

    code: str
    message: str
    kind: Kind
    id: str | None = None
    field: str | None = None
    place: str | None = None
    remedy: str | None = None
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a scope, in the order in which they came."""

    scope: Scope
    records: tuple[Record, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Complete:
    """A scope was read to its honest end: what is not among its records is not there."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class Broken:
    """A scope can't be read; the others can."""

    scope: Scope
    fault: Fault


Event = Page | Complete | Broken
