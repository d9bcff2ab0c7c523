"""One scope, page by page, to an end that deserves to be called one.

A scope is complete when the system itself said that there is no more, no row came on two pages (then rows moved while
they were read, and others may have been skipped), and it is known of each row what it is about.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.core.http.errors import (
    CircuitOpenError,
    ForbiddenError,
    HttpError,
    NoConnectionError,
    NotFoundError,
    ThrottledError,
    UnauthorizedError,
)
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.records import Broken, Complete, Event, Fault, Page, Record, Scope

Make = Callable[[Row], Record]
"""Makes a record of a row; raises LeftOut where it is none for us."""

_ALL: Final = (NoConnectionError, UnauthorizedError, ThrottledError, CircuitOpenError)
"""What concerns the system as a whole."""


class Reading:
    """A scope that is being read.

    Attributes:
        rows: how many came that were not there yet.
        why_not: why the scope is not complete, as a code and a sentence; the first reason counts.
        partial: rows may be missing.
        place: of the latest page.
        again: pages are looked at once more, so that rows on them which were there already mean nothing.
        notes: what there is to say of the list, beside its rows; goes out with the next page.
        asked_rows: how many rows a page was asked for; None where that is nobody's choice.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.rows = 0
        self.pages = 0
        self.why_not: tuple[str, str] | None = None
        self.partial = False
        self.place: str | None = None
        self.again = False
        self.notes: list[Fault] = []
        self.asked_rows: int | None = None
        self._noted: set[str] = set()
        self._largest = 0
        self._seen: dict[str, int] = {}
        self._page_ids: set[str] = set()

    def records(
        self, reply: Reply, rows: Sequence[Any], make: Make, *, overlapping: bool = False
    ) -> tuple[tuple[Record, ...], tuple[Fault, ...]]:
        """Make the records of a page.

        Args:
            reply: where the rows came in.
            rows: as they were sent.
            make: makes one record; it reads the row's id first.
            overlapping: pages are known to repeat rows, which then means nothing.
        """
        self.pages += 1
        self._page_ids.clear()
        self.place = reply.place
        self._tell_of(reply, len(rows))
        records: list[Record] = []
        faults, self.notes = self.notes, []
        for number, sent in enumerate(rows, 1):
            row = Row(self.scope.kind, sent if isinstance(sent, dict) else {}, f"{reply.place} row {number}")
            record = self._record(row, make)
            new = self._is_new(row, overlapping or self.again)
            if new and record is not None:
                records.append(record)
            if new or not self.again:
                faults += row.faults
        return tuple(records), tuple(faults)

    def page(self, reply: Reply, rows: Sequence[Any], make: Make, *, overlapping: bool = False) -> Page:
        """Make the page; see `records`."""
        return Page(self.scope, *self.records(reply, rows, make, overlapping=overlapping))

    def doubt(self, code: str, why: str, *, partial: bool = True) -> None:
        """Hear why the scope can't be called complete; not `partial` where all rows came all the same."""
        self.why_not = self.why_not or (code, why)
        self.partial |= partial

    def note(self, code: str, message: str, place: str | None = None) -> None:
        """Keep what is worth knowing of the list, though it was read all the same; of each code the first."""
        if code not in self._noted:
            self._noted.add(code)
            self.notes.append(told_of(self.scope, code, message, place or self.place))

    def end(self) -> Complete | Broken:
        """Give how the reading ended."""
        if self.why_not is None:
            return Complete(self.scope)
        code, why = self.why_not
        return Broken(self.scope, fault(self.scope, code, f"{why} Nothing is removed because of it.", self.place))

    def _tell_of(self, reply: Reply, rows: int) -> None:
        """Say that a page came only when it was asked for again, and that pages are shorter than asked for."""
        if reply.trouble:
            self.note("asked-again", asked_again(reply))
        self._largest = max(self._largest, rows)
        if self.pages == 2 and self._largest < (self.asked_rows or 0):
            self.note("pages-clamped", clamped(self._largest, self.asked_rows))

    def _record(self, row: Row, make: Make) -> Record | None:
        try:
            return make(row)
        except LeftOut:
            if row.lost:
                self.doubt("rows-lost", "It can't be told of each row what it is about.", partial=False)
            return None

    def _is_new(self, row: Row, overlapping: bool) -> bool:
        if row.id is None:
            return True
        before = self._seen.setdefault(row.id, self.pages)
        if before == self.pages and row.id not in self._page_ids:
            self._page_ids.add(row.id)
            self.rows += 1
            return True
        if before == self.pages:
            row.fault("twice", "This id stands on the page twice; the first one counts.")
        elif not overlapping:
            row.fault("moved", f"This was on page {before} already: rows moved while they were read.")
            self.doubt("moved", "Rows moved while they were read, so that others may have been missed.")
        return False


def honest(
    scope: Scope, events: Iterable[Event], *, everywhere: Callable[[HttpError], bool] | None = None
) -> Iterator[Event]:
    """Give a scope's events; what goes wrong in this scope alone becomes `Broken`.

    Args:
        scope: whose events they are.
        events: raise HttpError where the scope can't be read on.
        everywhere: tells whether an error concerns the system as a whole, where that is not plain.

    Raises:
        HttpError: it concerns everything.
    """
    try:
        yield from events
    except HttpError as error:
        if (everywhere or concerns_all)(error):
            raise
        yield Broken(scope, unreadable(scope, error))


def concerns_all(error: HttpError) -> bool:
    """Tell whether what went wrong here will go wrong everywhere."""
    return isinstance(error, _ALL)


def unreadable(scope: Scope, error: HttpError) -> Fault:
    """Say that a scope can't be read."""
    code = "unreadable"
    if isinstance(error, ForbiddenError | UnauthorizedError):
        code = "forbidden"
    elif isinstance(error, NotFoundError):
        code = "not-found"
    place = error.reply.place if error.reply else None
    return fault(scope, code, error.message, place, error.remedy)


def fault(scope: Scope, code: str, message: str, place: str | None = None, remedy: str | None = None) -> Fault:
    """Say what is wrong with a scope as a whole; of a course's the id is the course's."""
    return Fault(f"lms-{code}", message, scope.kind, scope.key or None, None, place, remedy, Severity.ERROR)


def told_of(scope: Scope, code: str, message: str, place: str | None) -> Fault:
    """Say what is worth knowing of a scope, though nothing is missing because of it."""
    return Fault(f"lms-{code}", message, scope.kind, None, None, place, severity=Severity.NOTE)


def asked_again(reply: Reply) -> str:
    """Say that a page came only when it was asked for again."""
    return f"It came when it was asked for again. Before: {reply.trouble}"


def clamped(largest: int, asked: int | None) -> str:
    """Say that pages are shorter than asked for."""
    return f"The list comes in pages of {largest:,} rows at most, where {asked:,} were asked for."


def note(scope: Scope, code: str, message: str, *, field: str | None = None, remedy: str | None = None) -> Fault:
    """Say what concerns many records of a scope alike."""
    return Fault(f"lms-{code}", message, scope.kind, None, field, None, remedy)


def each(
    scopes: Iterable[Scope],
    read: Callable[[Scope], Iterator[Event]],
    everywhere: Callable[[HttpError], bool] | None = None,
) -> Iterator[Event]:
    """Read one scope after the other; one that can't be read keeps none of the others."""
    for scope in scopes:
        yield from honest(scope, read(scope), everywhere=everywhere)
