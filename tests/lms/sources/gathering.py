"""What came out of a source, taken together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from toolbox_cli.core.errors import UnreachableError
from toolbox_cli.lms.sources.records import Broken, Complete, Event, Fault, Kind, Page, Record, Scope
from toolbox_cli.lms.sources.source import Source


@dataclass
class Gathered:
    """Everything until the end, or until `error`.

    Attributes:
        faults: but for what tells of short pages, which doubles always have.
        clamped: what does.
    """

    records: list[Any] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    clamped: list[Fault] = field(default_factory=list)
    complete: set[Scope] = field(default_factory=set)
    broken: dict[Scope, Fault] = field(default_factory=dict)
    error: UnreachableError | None = None

    @property
    def ids(self) -> list[str]:
        return [record.id for record in self.records]

    @property
    def codes(self) -> list[str]:
        return [fault.code for fault in self.faults]

    def fault(self, code: str) -> Fault:
        """Give the one fault of that code."""
        (found,) = [fault for fault in self.faults if fault.code == code]
        return found

    def of(self, scope: Scope) -> bool:
        return scope in self.complete


def gather(events: Iterable[Event]) -> Gathered:
    made = Gathered()
    try:
        for event in events:
            match event:
                case Page(_, records, faults):
                    made.records += records
                    short = [fault for fault in faults if fault.code == "lms-pages-clamped"]
                    made.clamped += short
                    made.faults += [fault for fault in faults if fault not in short]
                case Complete(scope):
                    assert scope not in made.broken
                    made.complete.add(scope)
                case Broken(scope, fault):
                    assert scope not in made.complete
                    made.broken[scope] = fault
    except UnreachableError as error:
        made.error = error
    return made


def everything(source: Source) -> dict[Kind, Gathered]:
    """Read all four kinds, the courses first."""
    courses = gather(source.courses())
    listed = courses.records
    return {
        Kind.COURSE: courses,
        Kind.USER: gather(source.users(listed)),
        Kind.ENROLLMENT: gather(source.enrollments(listed)),
        Kind.ASSIGNMENT: gather(source.assignments(listed)),
    }


def by_id(records: Iterable[Record]) -> dict[str, Any]:
    return {str(record.id): record for record in records}
