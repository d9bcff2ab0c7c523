"""A source that plays rosters, and everything that can go wrong with reading them."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from toolbox_cli.lms.sources.errors import SourceError
from toolbox_cli.lms.sources.records import (
    Assignment,
    Broken,
    Complete,
    Course,
    Enrollment,
    Event,
    Fault,
    Grade,
    Kind,
    Page,
    Pushed,
    Record,
    Role,
    Scope,
    User,
)
from toolbox_cli.lms.sources.source import Knows, Tried


@dataclass(frozen=True)
class Roster:
    """What a school's system has."""

    courses: tuple[Course, ...] = ()
    users: tuple[User, ...] = ()
    enrollments: tuple[Enrollment, ...] = ()
    assignments: tuple[Assignment, ...] = ()

    def but(self, **fields: Any) -> "Roster":
        return replace(self, **fields)

    def without(self, kind: str, *keys: str) -> "Roster":
        """Leave records out by their keys."""
        return self.but(**{kind: tuple(one for one in getattr(self, kind) if one.id not in keys)})

    def having(self, kind: str, key: str, **fields: Any) -> "Roster":
        """Change the fields of one record."""
        return self.but(
            **{kind: tuple(one._replace(**fields) if one.id == key else one for one in getattr(self, kind))}
        )

    def plus(self, *records: Record) -> "Roster":
        names = {Course: "courses", User: "users", Enrollment: "enrollments", Assignment: "assignments"}
        made = self
        for one in records:
            name = names[type(one)]
            made = made.but(**{name: (*getattr(made, name), one)})
        return made


def school(students: int = 6, courses: int = 2, **fields: Any) -> Roster:
    """Make a school: each course has one teacher and every student."""
    sections = tuple(Course(f"c{n}", f"Course {n}") for n in range(courses))
    teachers = tuple(
        User(f"t{n}", f"teacher{n}", f"t{n}@school.example", "Tea", f"Cher{n}", f"ST{n}", Role.TEACHER)
        for n in range(courses)
    )
    pupils = tuple(
        User(f"s{n}", f"pupil{n}", f"s{n}@school.example", "Pu", f"Pil{n}", f"SS{n}", Role.STUDENT, "5")
        for n in range(students)
    )
    taught = [
        Enrollment(one.id, f"t{n}", Role.TEACHER, f"e-{one.id}-t{n}", primary=True) for n, one in enumerate(sections)
    ]
    learned = [
        Enrollment(one.id, pupil.id, Role.STUDENT, f"e-{one.id}-{pupil.id}") for one in sections for pupil in pupils
    ]
    return Roster(sections, (*teachers, *pupils), (*taught, *learned)).but(**fields)


@dataclass
class Made:
    """A source of a roster.

    Attributes:
        page: records of a page.
        by_course: list enrollments and assignments course by course.
        incomplete: kinds that never get complete.
        broken: scopes that can't be read.
        fails: kind and number of its records after which the connection is cut.
        faults: what is wrong with records, by kind.
        clamped: how many records of a kind are shown at most, as if they were all.
        repeated: pages come twice.
        since_asked: what was asked for last, by kind.
        deltas: what a delta gives, in place of the roster.
    """

    roster: Roster = field(default_factory=Roster)
    knows: Knows = field(default_factory=Knows)
    cannot: tuple[str, ...] = ()
    page: int = 100
    by_course: bool = False
    incomplete: frozenset[Kind] = frozenset()
    broken: frozenset[Scope] = frozenset()
    fails: tuple[Kind, int] | None = None
    faults: dict[Kind, Sequence[Fault]] = field(default_factory=dict)
    clamped: dict[Kind, int] = field(default_factory=dict)
    repeated: bool = False
    deltas: Roster | None = None
    since_asked: dict[Kind, datetime.datetime | None] = field(default_factory=dict)
    asked_courses: list[str] = field(default_factory=list)

    def test(self) -> Tried:
        return Tried("1")

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        yield from self._flat(Kind.COURSE, self._shown(since).courses, since)

    def users(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        yield from self._flat(Kind.USER, self._shown(since).users, since)

    def enrollments(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        yield from self._of(Kind.ENROLLMENT, self._shown(since).enrollments, courses, since)

    def assignments(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        yield from self._of(Kind.ASSIGNMENT, self._shown(since).assignments, courses, since)

    def push_grade(self, grade: Grade) -> Pushed:
        raise NotImplementedError

    def close(self) -> None:
        pass

    def _shown(self, since: datetime.datetime | None) -> Roster:
        return self.roster if since is None or self.deltas is None else self.deltas

    def _of(
        self, kind: Kind, records: Sequence[Any], courses: Iterable[Course], since: datetime.datetime | None
    ) -> Iterator[Event]:
        if not self.by_course:
            yield from self._flat(kind, records, since)
            return
        for course in courses:
            self.asked_courses.append(course.id)
            of_course = [one for one in records if one.course_id == course.id]
            yield from self._scope(Scope(kind, course.id), of_course, since)

    def _flat(self, kind: Kind, records: Sequence[Record], since: datetime.datetime | None) -> Iterator[Event]:
        yield from self._scope(Scope(kind), records, since)

    def _scope(self, scope: Scope, records: Sequence[Record], since: datetime.datetime | None) -> Iterator[Event]:
        self.since_asked[scope.kind] = since
        if scope in self.broken:
            yield Broken(scope, Fault("lms-forbidden", "It can't be read.", scope.kind))
            return
        shown = records[: self.clamped.get(scope.kind, len(records))]
        faults = tuple(self.faults.get(scope.kind, ()))
        if faults:
            yield Page(scope, (), faults)
        for first in range(0, len(shown), self.page):
            if self.fails and self.fails[0] is scope.kind and first >= self.fails[1]:
                raise SourceError("The connection was cut.")
            page = Page(scope, tuple(shown[first : first + self.page]))
            yield page
            if self.repeated:
                yield page
        if self.fails and self.fails[0] is scope.kind:
            raise SourceError("The connection was cut.")
        if scope.kind not in self.incomplete and since is None:
            yield Complete(scope)
