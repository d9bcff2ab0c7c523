"""What every adapter gives."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from toolbox_cli.lms.sources.records import Course, Event, Grade, Pushed


@dataclass(frozen=True, slots=True)
class Knows:
    """What a system can tell at all; what it can't must never be read as a removal.

    Attributes:
        standing: whether enrollments are active, ended and so on.
        dates: when enrollments begin and end.
        tombstones: what was removed, explicitly.
        changes: what changed since a moment.
        sis_ids: the student information system's keys.
        assignments: what is graded.
        grades: takes grades.
    """

    standing: bool = True
    dates: bool = True
    tombstones: bool = False
    changes: bool = False
    sis_ids: bool = True
    assignments: bool = True
    grades: bool = True


@dataclass(frozen=True, slots=True)
class Tried:
    """What a look at a system showed.

    Attributes:
        version: of its interface, where it says.
        notes: what an operator should know, such as rights that are missing.
    """

    version: str | None
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """One connection to one system.

    Reading yields pages as they come, and after the last page of each scope that it is complete. What concerns one
    record is a fault on its page, what concerns one scope is `Broken`, and what concerns everything is raised:
    whatever was yielded until then is not complete.

    Attributes:
        knows: what the system can tell.
        cannot: what it can't, in sentences for an operator.

    Raises:
        UnreachableError: the system is not there, does not let us in, or answers what it should not; from any method.
    """

    @property
    def knows(self) -> Knows: ...

    @property
    def cannot(self) -> tuple[str, ...]: ...

    def test(self) -> Tried:
        """Sign in and read a little."""
        ...

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read courses.

        Args:
            since: only what changed since then, where `knows.changes`; the scope is then never complete.
        """
        ...

    def users(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read people; of these courses, where the system lists them by course alone."""
        ...

    def enrollments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read who is in which course."""
        ...

    def assignments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read what is graded in these courses."""
        ...

    def push_grade(self, grade: Grade) -> Pushed:
        """Write one grade; twice is as good as once.

        Raises:
            RefusedGradeError: the system does not take it, and never will.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
