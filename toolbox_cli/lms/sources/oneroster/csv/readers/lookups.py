"""Small files that other records refer to: schools, terms, the catalogue of courses, categories, roles."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.csv.delivery import Delivery, Mode
from toolbox_cli.lms.sources.oneroster.csv.readers.reading import Field, dates
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import CATEGORIES, COURSES, ORGS, ROLES, SESSIONS, Layout
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import UnreadableFileError, of_file, of_row
from toolbox_cli.lms.sources.oneroster.csv.tables.meanings import Meanings
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Batch, Table
from toolbox_cli.lms.sources.records import Fault, Role

T = TypeVar("T")


class Session(NamedTuple):
    """A term or a school year."""

    title: str | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None


class CatalogueCourse(NamedTuple):
    """What is taught in any of its classes."""

    title: str | None
    code: str | None
    grades: str | None
    subjects: str | None
    year: str | None


@dataclass
class Lookup(Generic[T]):
    """What a file says, by id.

    Attributes:
        there: the file could be read; otherwise nothing is known of anything.
        whole: it has everything, not what changed alone.
    """

    there: bool = False
    whole: bool = True
    entries: dict[str, T] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def is_silent_of(self, key: str) -> bool:
        """Tell whether something that is not in it may well be there."""
        return not (self.there and self.whole) and key not in self.entries


def read_orgs(delivery: Delivery) -> Lookup[str]:
    """Read the names of schools."""
    return _lookup(delivery, ORGS, lambda batch: iter(batch.columns[2]))


def read_categories(delivery: Delivery) -> Lookup[str]:
    """Read what kinds of assignments there are."""
    return _lookup(delivery, CATEGORIES, lambda batch: iter(batch.columns[2]))


def read_sessions(delivery: Delivery) -> Lookup[Session]:
    """Read terms and years."""
    days = dates()
    starts, ends = Field("startDate", days), Field("endDate", days)

    def sessions(batch: Batch) -> Iterator[Session]:
        ids, _, titles, first, last = batch.columns
        columns = titles, starts.of(batch, first, ids), ends.of(batch, last, ids)
        return (Session(title or None, begin, end) for title, begin, end in zip(*columns, strict=True))

    return _lookup(delivery, SESSIONS, sessions)


def read_catalogue(delivery: Delivery) -> Lookup[CatalogueCourse]:
    """Read the courses that classes are of."""

    def courses(batch: Batch) -> Iterator[CatalogueCourse]:
        for row in zip(*batch.columns[2:], strict=True):
            yield CatalogueCourse(*(value or None for value in row))

    return _lookup(delivery, COURSES, courses)


def _lookup(delivery: Delivery, layout: Layout, values: Callable[[Batch], Iterator[T]]) -> Lookup[T]:
    mode = delivery.mode(layout.file)
    found: Lookup[T] = Lookup(whole=mode is not Mode.DELTA)
    if mode is Mode.ABSENT:
        return found
    statuses = Meanings(words.status)
    try:
        for batch in _batches(delivery, layout, found.faults):
            removed = statuses.of(batch.columns[1])
            rows = zip(batch.columns[0], values(batch), removed, strict=True)
            for index, (key, value, status) in enumerate(rows):
                if status is not words.Status.REMOVED:
                    _keep(found, batch, index, key, value)
            found.faults += batch.faults
    except UnreadableFileError as error:
        found.faults.append(error.fault)
        return found
    found.there = True
    return found


def _keep(found: Lookup[T], batch: Batch, index: int, key: str, value: T) -> None:
    if not key:
        found.faults.append(of_row("no-id", batch.file, batch.line(index), None, "There is no sourcedId."))
    elif found.entries.setdefault(key, value) != value:
        message = "This sourcedId stands further up with other values, which count."
        found.faults.append(of_row("twice", batch.file, batch.line(index), key, message))


def _batches(delivery: Delivery, layout: Layout, faults: list[Fault]) -> Iterator[Batch]:
    table = Table(layout, delivery.opened(layout.file))
    faults += table.header.faults
    try:
        yield from table.batches()
    finally:
        table.close()


_SECONDARY: Final = 10
_NOT_NOW: Final = 100
_SKIPPED: Final = 1_000
_UNKNOWN: Final = 2_000


class RoleBook:
    """The roles of 1.2's roles.csv: the one that counts for each person, as a small number to spare memory.

    A role that is held now goes before one that was or will be, a primary one before a secondary one, and then the
    strongest counts. Parents who are teachers too are teachers.
    """

    def __init__(self) -> None:
        self._best: dict[str, int] = {}
        self._unknown: dict[str, str] = {}
        self.faults: list[Fault] = []

    def note(self, user: str, word: str, role: Role | None, *, rank: int, known: bool) -> None:
        """Take note of one row."""
        if not known:
            self._unknown.setdefault(user, word)
            rank = _UNKNOWN
        elif role is None:
            rank = _SKIPPED
        else:
            rank += words.STRONGEST.index(role)
        self._best[user] = min(rank, self._best.get(user, rank))

    def has(self, user: str) -> bool:
        return user in self._best

    def role(self, user: str) -> Role | None:
        """Give the role that counts; None where there is none of ours."""
        rank = self._best.get(user, _UNKNOWN)
        return None if rank >= _SKIPPED else words.STRONGEST[rank % _SECONDARY]

    def unknown(self, user: str) -> str | None:
        """Give the word that is not known, of somebody who has no role that is."""
        return self._unknown.get(user) if self._best.get(user) == _UNKNOWN else None


def read_roles(delivery: Delivery, more: Mapping[str, Role | None], today: datetime.date) -> RoleBook:
    """Read roles.csv.

    Raises:
        UnreadableFileError: it can't be read; who is a parent can't be told then.
    """
    book = RoleBook()
    meanings = Meanings(lambda word: words.role(word, more))
    days, statuses = dates(), Meanings(words.status)
    for batch in _batches(delivery, ROLES, book.faults):
        ids, status, users, kinds, written, begins, ends = batch.columns
        roles = meanings.of(written)
        unknown = set(meanings.unreadable(written))
        columns = (users, written, roles, kinds, days.of(begins), days.of(ends), statuses.of(status))
        for index, (user, word, role, kind, begin, end, state) in enumerate(zip(*columns, strict=True)):
            if not user:
                message = "There is no userSourcedId, so that it can't be told whose role this is."
                book.faults.append(of_row("no-id", ROLES.file, batch.line(index), ids[index] or None, message))
            elif state is not words.Status.REMOVED:
                now = (begin is None or begin <= today) and (end is None or today <= end)
                rank = (0 if now else _NOT_NOW) + (_SECONDARY if kind.casefold() == "secondary" else 0)
                book.note(user, word, role, rank=rank, known=index not in unknown)
        book.faults += batch.faults
    return book


def absent(file: str, what: str, count: int) -> Fault:
    """Say that something is not known since its file, or what it says of that, was not sent or can't be read."""
    message = f"does not say what is to be looked up there: of {count:,} {what} what we hold of it stays."
    return of_file("lookup-absent", file, message, severity=Severity.NOTE)
