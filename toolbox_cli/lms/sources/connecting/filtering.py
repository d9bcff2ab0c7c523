"""A source whose filters leave courses out."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.connecting.filters import Filters
from toolbox_cli.lms.sources.records import (
    Broken,
    Complete,
    Course,
    Event,
    Fault,
    Grade,
    Kind,
    Page,
    Pushed,
    Record,
    User,
)
from toolbox_cli.lms.sources.source import Knows, Source, Tried

CANNOT: Final = (
    "With filters every sync reads everything: of what only changed, nobody says whose course it is.",
    "Filters choose courses, with their enrollments and assignments; people are read all the same.",
)


class Filtered:
    """Leaves courses out, and what belongs to them; a course that is left out is as one that is not there.

    Args:
        source: is closed with it.
        filters: choose courses.
    """

    def __init__(self, source: Source, filters: Filters) -> None:
        self._source, self._filters = source, filters
        self._left_out: set[str] = set()
        self._taken = 0

    @property
    def knows(self) -> Knows:
        return replace(self._source.knows, changes=False)

    @property
    def cannot(self) -> tuple[str, ...]:
        return (*self._source.cannot, *CANNOT)

    def test(self) -> Tried:
        return self._source.test()

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read courses; where the filters leave none of them, the scope is broken: somebody mistyped one."""
        self._left_out, self._taken = set(), 0
        for event in _of(self._source.courses(since), self._takes):
            lost = isinstance(event, Complete) and self._left_out and not self._taken
            yield Broken(event.scope, _nothing_left(len(self._left_out))) if lost else event

    def users(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        return self._source.users(courses, since)

    def enrollments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        return _of(self._source.enrollments(courses, since), self._belongs)

    def assignments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        return _of(self._source.assignments(courses, since), self._belongs)

    def push_grade(self, grade: Grade) -> Pushed:
        return self._source.push_grade(grade)

    def close(self) -> None:
        self._source.close()

    def _takes(self, record: Record) -> bool:
        if isinstance(record, Course) and not self._filters.take(record):
            self._left_out.add(record.id)
            return False
        self._taken += 1
        return True

    def _belongs(self, record: Record) -> bool:
        return isinstance(record, User | Course) or record.course_id not in self._left_out


def _of(events: Iterable[Event], take: Callable[[Record], bool]) -> Iterator[Event]:
    for event in events:
        if not isinstance(event, Page):
            yield event
            continue
        kept = replace(event, records=tuple(filter(take, event.records)))
        if kept.records or kept.faults:
            yield kept


def _nothing_left(read: int) -> Fault:
    return Fault(
        "lms-filters-leave-nothing", f"Of {read:,} courses the integration's filters leave none.", Kind.COURSE,
        remedy="Hold the filters against what the system calls its schools and terms.", severity=Severity.ERROR,
    )  # fmt: skip
