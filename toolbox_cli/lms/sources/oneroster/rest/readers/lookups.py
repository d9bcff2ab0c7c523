"""What classes and line items refer to by id, read whole before them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from toolbox_cli.core.findings import Severity
from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.lms.sources.oneroster.rest.lists.failing import not_served
from toolbox_cli.lms.sources.oneroster.rest.lists.reading import ListReader
from toolbox_cli.lms.sources.oneroster.rest.readers.rows import Row
from toolbox_cli.lms.sources.records import Fault, Kind

V = TypeVar("V")


class Session(NamedTuple):
    """A term or a year."""

    title: str | None
    starts_on: date | None
    ends_on: date | None


class CatalogueCourse(NamedTuple):
    """What a class is one section of."""

    title: str | None
    code: str | None
    grades: list[str]
    subjects: list[str]
    year: str | None


@dataclass
class Lookup(Generic[V]):
    """Things by id.

    Attributes:
        name: of the list they came from.
        there: False where the server does not have the list.
        faults: what was wrong with it.
        unknown: how often something was sought in vain since there is no list.
    """

    name: str
    entries: dict[str, V] = field(default_factory=dict)
    there: bool = True
    faults: list[Fault] = field(default_factory=list)
    unknown: int = 0

    def find(self, row: Row, member: str, key: str | None) -> V | None:
        """Look something up for a row, which gets a fault where the list lacks it."""
        if key is None:
            return None
        if not self.there:
            self.unknown += 1
        elif key not in self.entries:
            row.fault("reference", f"{member} names something that {self.name} does not have.", member)
        return self.entries.get(key)


def look_up(reader: ListReader, read: Callable[[Row], V]) -> Lookup[V]:
    """Read a list whole.

    Raises:
        BrokenListError: it has no honest end: what refers to it would seem changed.
        HttpError: it can't be read, though the server has it.
    """
    listing = reader.listing
    found: Lookup[V] = Lookup(listing.name)
    try:
        for part in reader.parts():
            found.faults += part.faults
            for place, sent in part.rows:
                row = Row(listing.kind, sent, place)
                if row.id is not None:
                    found.entries[row.id] = read(row)
                found.faults += (fault for fault in row.faults if fault.code != "lms-status")
    except HttpError as error:
        if not not_served(error) or found.entries:
            raise
        found.there = False
    return found


def absent(lookup: Lookup[Any], kind: Kind, what: str) -> Iterator[Fault]:
    """Say that something is not known since the server has no list of it."""
    if lookup.unknown:
        message = f"The server has no list {lookup.name}: of {lookup.unknown:,} {what} it is not known."
        yield Fault("lms-lookup-absent", message, kind, place=lookup.name, severity=Severity.WARNING)


def session(row: Row) -> Session:
    return Session(row.text("title"), row.day("startDate"), row.day("endDate"))


def catalogue_course(row: Row) -> CatalogueCourse:
    years = row.refs("schoolYear") if isinstance(row.sent.get("schoolYear"), dict) else []
    return CatalogueCourse(
        row.text("title"), row.text("courseCode"), row.texts("grades"), row.texts("subjects"), next(iter(years), None)
    )
