"""Read a source to its end, kind by kind."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Protocol

from toolbox_cli.lms.sources.records import Broken, Complete, Course, Event, Kind, Page
from toolbox_cli.lms.sources.source import Source
from toolbox_cli.lms.sync.reading.stage import Stage
from toolbox_cli.lms.sync.rules import Integration
from toolbox_cli.lms.sync.wishes import Watch


class _Read(Protocol):
    def __call__(self, courses: Iterable[Course], since: datetime.datetime | None) -> Iterator[Event]: ...


class _Again:
    """Courses that can be gone through more than once; nothing of them is kept."""

    def __init__(self, stage: Stage, *, held: bool) -> None:
        self._stage, self._held = stage, held

    def __iter__(self) -> Iterator[Course]:
        return self._stage.courses(held=self._held)


def read_source(
    source: Source, stage: Stage, integration: Integration, since: datetime.datetime | None, watch: Watch
) -> None:
    """Bring all that an integration wants from its source to the stage.

    Raises:
        UnreachableError: the source can't be read on; nothing of what was read is complete.
    """
    take = _Taking(stage, watch)
    take(source.courses(since))
    stage.settle()
    courses = _Again(stage, held=since is not None or not take.whole_courses)
    asked: list[_Read] = [source.users, source.enrollments] if integration.rosters else []
    if integration.contents and source.knows.assignments:
        asked.append(source.assignments)
    for read in asked:
        take(read(courses, since))


class _Taking:
    """Puts events where they belong."""

    def __init__(self, stage: Stage, watch: Watch) -> None:
        self._stage, self._watch = stage, watch
        self.whole_courses = False

    def __call__(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Page):
                self._page(event)
            elif isinstance(event, Complete):
                self._stage.complete(event.scope)
                self.whole_courses |= event.scope.kind is Kind.COURSE
            elif isinstance(event, Broken):
                self._stage.broken(event.scope, event.fault)
        self._stage.settle()

    def _page(self, page: Page) -> None:
        for fault in page.faults:
            self._stage.fault(page.scope, fault)
        self._watch.read(page.scope.kind.value, self._stage.write(page.scope, page.records))
