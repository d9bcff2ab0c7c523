"""How one list is read to its honest end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from toolbox_cli.core.findings import Severity
from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.errors import ForeignLinkError, MalformedLinkError, TooManyError
from toolbox_cli.core.http.links import next_page
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.oneroster.rest.lists.failing import BrokenListError, explained
from toolbox_cli.lms.sources.reading import scopes
from toolbox_cli.lms.sources.reading.values import as_id
from toolbox_cli.lms.sources.records import Fault, Kind, Scope

LIMIT: Final = 500
"""Rows asked for at once. A server that gives fewer is not near its end for that."""
_STEPS_BACK: Final = 8
"""In a row; each goes twice as far as the one before."""
_TURNS: Final = 50
"""Steps back in one list."""
_STALE: Final = 3
"""Pages in a row without anything new: one or two are the end of an honest list."""
_TOTAL: Final = "x-total-count"
_DIGITS: Final = 16


@dataclass(frozen=True)
class Listing:
    """One list of a server.

    Attributes:
        path: below the client's base address, or a whole address.
        name: of the list, as in the path.
        kind: what it is read for.
        envelope: the member of the answer that holds the rows.
        where: filter in the standard's words.
    """

    path: str
    name: str
    kind: Kind
    envelope: str
    where: str | None = None


class Part(NamedTuple):
    """Rows that were not there before, in order, each with its place."""

    rows: tuple[tuple[str, Any], ...]
    faults: tuple[Fault, ...] = ()


class _Page(NamedTuple):
    offset: int
    rows: list[Any]
    total: int | None
    more: bool


@dataclass
class ListReader:
    """Reads a list page by page, and trusts no short page.

    Offsets go by the rows that came, since servers give fewer than asked for without a word. Each page begins with the
    last row of the page before: if it does not, rows have moved, and what lies between could be skipped; so it is
    looked for further up. The end is a page with nothing on it, right after a row that is known; or as many rows as
    the server counts, where its count is more than a page's. Links are never followed: they only say that there is
    more.

    Attributes:
        client: asked.
        listing: what is read.
        limit: rows asked for at once.
    """

    client: Client
    listing: Listing
    limit: int = LIMIT
    _seen: dict[str, int] = field(default_factory=dict, init=False)
    _count: int = field(default=0, init=False)
    _largest: int = field(default=0, init=False)
    _repeated: int = field(default=0, init=False)
    _asked: int = field(default=0, init=False)
    _turns: int = field(default=0, init=False)
    _counted: int | None = field(default=None, init=False)
    _disordered: bool = field(default=False, init=False)
    _told: set[str] = field(default_factory=set, init=False)
    _faults: list[Fault] = field(default_factory=list, init=False)

    def parts(self) -> Iterator[Part]:
        """Give the rows, each once.

        Raises:
            BrokenListError: it has no honest end; what was given is not the whole list.
            HttpError: a page can't be read.
        """
        offset, steps, stale = 0, 0, 0
        while True:
            page = self._page(offset)
            if not self._joined(page):
                steps += 1
                offset = self._further_up(page, steps)
                continue
            if not page.rows:
                break
            fresh = self._fresh(page, stepped=steps > 0)
            steps = 0
            if fresh:
                yield self._part(tuple(fresh))
            if self._whole(page):
                break
            stale = self._stale(page, fresh, stale)
            offset = self._next_offset(page, fresh)
        self._check_end(page)
        yield self._part(())

    @property
    def answered(self) -> bool:
        """Whether the server has given a row of it."""
        return bool(self._seen)

    def _page(self, offset: int) -> _Page:
        if self._asked >= self.client.limits.pages:
            raise TooManyError(f"The list {self.listing.name} has over {self._asked} pages.")
        self._asked += 1
        params: dict[str, str | int] = {"limit": self.limit, "offset": offset, "sort": "sourcedId", "orderBy": "asc"}
        if self.listing.where:
            params["filter"] = self.listing.where
        reply = self.client.get(self.listing.path, params)
        rows = rows_of(reply, self.listing.envelope)
        if reply.trouble:
            self._note(offset, "asked-again", scopes.asked_again(reply))
        self._largest = max(self._largest, len(rows))
        total = reply.headers.get(_TOTAL, "").strip()
        if total.isascii() and total.isdigit() and len(total) < _DIGITS:
            self._counted = int(total)
        return _Page(offset, rows, self._counted, self._more(reply, offset))

    def _more(self, reply: Reply, offset: int) -> bool:
        try:
            return next_page(reply) is not None
        except (MalformedLinkError, ForeignLinkError) as error:
            message = f"{error.message} The list is read on by its offsets."
            code = "lms-link-malformed" if isinstance(error, MalformedLinkError) else "lms-link-foreign"
            self._tell(Fault(code, message, self.listing.kind, field="Link", place=self._place(offset)))
            return False

    def _joined(self, page: _Page) -> bool:
        """Tell whether nothing can lie between this page and those that were read."""
        if page.offset == 0 or page.offset >= self._count:
            return True
        return bool(page.rows) and key_of(page.rows[0]) in self._seen

    def _further_up(self, page: _Page, steps: int) -> int:
        self._turns += 1
        self._note(page.offset, "moved-on", "Rows moved while the list was read: it was read on from further up.")
        if steps > _STEPS_BACK or self._turns > _TURNS:
            message = f"The rows of {self.listing.name} move while they are read, so that some could be missed."
            self._break("moved", page.offset, message, "Sync when nobody changes the roster there.")
        return max(0, page.offset - (self._largest << (steps - 1)))

    def _fresh(self, page: _Page, *, stepped: bool) -> list[tuple[str, Any]]:
        """Give the rows that were not there before; one without an id is new each time, but on a page read again."""
        fresh: list[tuple[str, Any]] = []
        keys: set[str] = set()
        for index, row in enumerate(page.rows):
            key = key_of(row)
            place = self._place(page.offset + index)
            if key is None:
                if page.offset + index >= self._count:
                    fresh.append((place, row))
            elif key not in self._seen:
                self._seen[key] = _print_of(row)
                keys.add(key)
                fresh.append((place, row))
            else:
                self._again(key, row, place, anchor=page.offset + index < self._count)
                self._disordered |= bool(fresh) and key not in keys and not stepped
        self._count = page.offset + len(page.rows)
        return fresh

    def _again(self, key: str, row: Any, place: str, *, anchor: bool) -> None:
        """Note a row that was there before, unless we asked for it again ourselves."""
        if not anchor:
            self._repeated += 1
            if self._seen[key] != _print_of(row):
                message = "This sourcedId came before with other values, which count."
                self._faults.append(Fault("lms-twice", message, self.listing.kind, key, "sourcedId", place))

    def _whole(self, page: _Page) -> bool:
        """Tell whether the server's count proves the end: a count as large as one page may be of that page alone."""
        if page.total is None or page.more or len(page.rows) >= page.total:
            return False
        return self._count == page.total <= len(self._seen)

    def _stale(self, page: _Page, fresh: list[tuple[str, Any]], stale: int) -> int:
        if any(key_of(row) is not None for _, row in fresh):
            return 0
        if stale >= _STALE:
            message = f"{self.listing.name} gives the same rows at whatever offset; what else there is can't be read."
            self._break("pages-repeat", page.offset, message, "Ask the vendor whether `offset` is supported.")
        return stale + 1

    def _next_offset(self, page: _Page, fresh: list[tuple[str, Any]]) -> int:
        """Begin with the last row that has an id again, unless that would be all that ever comes."""
        last = len(page.rows) - 1
        if self._largest > 1 and fresh:
            last = next((at for at in range(last, -1, -1) if key_of(page.rows[at]) is not None), last + 1)
        elif last == 0 or key_of(page.rows[last]) is None or self._largest == 1:
            last += 1
        return page.offset + last

    def _check_end(self, page: _Page) -> None:
        """Refuse an end that the server itself contradicts.

        Raises:
            BrokenListError: it counts more rows, says that there are more, or gave them in no order.
        """
        name, read = self.listing.name, len(self._seen)
        if page.total is not None and read < page.total:
            twice = f", {self._repeated:,} more than once" if self._repeated else ""
            message = f"{name} has {page.total:,} rows by the server's own count, of which {read:,} came{twice}."
            self._break("rows-missing", page.offset, message, "Look whether rights are missing there.")
        if page.more:
            message = f"{name} gives a page without rows that says there are more."
            self._break("end-doubtful", page.offset, message)
        if self._count and not page.rows and page.offset == 0:
            message = f"{name} had rows, and has none any more."
            self._break("rows-vanish", page.offset, message, "Look whether rights were lost there.")
        if self._disordered and read != page.total:
            message = f"{name} comes in another order at each page, so that rows could be missed."
            self._break("no-order", page.offset, message, "Ask the vendor whether `sort` is supported.")
        if 0 < self._largest < min(self.limit, self._count):
            self._note(page.offset, "pages-clamped", scopes.clamped(self._largest, self.limit))
        if self._repeated:
            message = f"{self._repeated:,} rows of {name} came more than once; each is read once."
            self._faults.append(
                Fault("lms-rows-repeated", message, self.listing.kind, place=name, severity=Severity.NOTE)
            )

    def _tell(self, fault: Fault) -> None:
        """Keep what is said of a list once."""
        if fault.code not in self._told:
            self._told.add(fault.code)
            self._faults.append(fault)

    def _note(self, offset: int, code: str, message: str) -> None:
        self._tell(scopes.told_of(Scope(self.listing.kind), code, message, self._place(offset)))

    def _part(self, rows: tuple[tuple[str, Any], ...]) -> Part:
        faults, self._faults = tuple(self._faults), []
        return Part(rows, faults)

    def _place(self, offset: int) -> str:
        return f"{self.listing.name}?offset={offset}"

    def _break(self, code: str, offset: int, message: str, remedy: str | None = None) -> None:
        fault = scopes.fault(Scope(self.listing.kind), code, message, self._place(offset), remedy)
        raise BrokenListError(fault, self._part(()).faults)


def rows_of(reply: Reply, envelope: str) -> list[Any]:
    """Give the rows of a page.

    Raises:
        UnexpectedReplyError: the answer has no list where it must: a 200 is not yet a success.
    """
    rows = reply.json(dict).get(envelope)
    if not isinstance(rows, list):
        said = explained(reply)
        reply.unexpected(f"an error ({said})" if said else f"JSON without a list `{envelope}`")
    return rows


def key_of(row: Any) -> str | None:
    """Give a row's id."""
    return as_id(row.get("sourcedId")) if isinstance(row, Mapping) else None


def _print_of(row: Any) -> int:
    return hash(repr(row))
