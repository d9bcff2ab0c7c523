"""Schoology's lists: 20 rows a page, 200 at most whatever is asked, and a total."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from toolbox_cli.core.http.client import Client, Parameters
from toolbox_cli.core.http.errors import ForeignLinkError, MalformedLinkError
from toolbox_cli.core.http.links import resolve
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.reading.scopes import Reading
from toolbox_cli.lms.sources.reading.values import as_id

PAGE: Final = 200
_DIGITS: Final = 12
"""More of them are no number of rows."""


def rows_of(reply: Reply, name: str) -> list[Any]:
    """Give the rows of a page; an empty list may come without its name, but then with a total of 0."""
    body = reply.json(dict)
    rows = body.get(name)
    if rows is None and total_of(reply) == 0:
        return []
    if not isinstance(rows, list):
        reply.unexpected(f"an object without {name}")
    return rows


def total_of(reply: Reply) -> int | None:
    """Give how many rows the list has, where the page says."""
    total = as_id(reply.json(dict).get("total"))
    return int(total) if total and total.isdecimal() and len(total) <= _DIGITS else None


def pages(
    client: Client, reading: Reading, path: str, name: str, params: Parameters | None = None, *, short: bool = False
) -> Iterator[tuple[Reply, list[Any]]]:
    """Read a list by the rows that really come, to the total that it names; without one to an empty page.

    A short list, such as that of roles, comes on one page, unless it says otherwise.

    A row that stands twice counts once for the total: in its place another may be missing.

    The address of the next page, which a page names too, only says whether there is one: it may be on another host.
    """
    reading.asked_rows = PAGE
    counting = _Counting(reading, name, short=short)
    for reply in client.pages(path, {**(params or {}), "start": 0, "limit": PAGE}, step=counting):
        yield reply, rows_of(reply, name)


def by_type(client: Client, reading: Reading, path: str, name: str) -> Iterator[tuple[Reply, list[Any]]]:
    """Read assignments, whose limit counts for finals and for others by itself: a page has both, side by side.

    The next page begins after the longer of the two, so some rows may come again, and none is missed.

    Source: Schoology REST API v1, Assignment, list, `limit`.
    """
    at, known = 0, reading.rows
    total: int | None = None
    reading.asked_rows = PAGE

    def step(reply: Reply) -> Mapping[str, int] | None:
        nonlocal at, known, total
        rows = rows_of(reply, name)
        total = total_of(reply) if total is None else total
        finals = sum(isinstance(row, dict) and as_id(row.get("is_final")) == "1" for row in rows)
        at += max(finals, len(rows) - finals)
        if rows and reading.rows == known:
            reading.doubt("incomplete", "The same rows come wherever a page begins.")
            return None
        known = reading.rows
        return {"start": at} if rows else None

    for reply in client.pages(path, {"start": 0, "limit": PAGE}, step=step):
        yield reply, rows_of(reply, name)
    if total is not None and reading.rows < total:
        reading.doubt("incomplete", f"The list has {total} rows by its own count, and {reading.rows} came.")


class _Counting:
    def __init__(self, reading: Reading, name: str, *, short: bool) -> None:
        self._reading, self._name, self._short = reading, name, short
        self._came, self._before = 0, reading.rows
        self._until_now = reading.rows
        self._total: int | None = None

    def __call__(self, reply: Reply) -> Mapping[str, int] | None:
        rows, total = rows_of(reply, self._name), total_of(reply)
        self._came += len(rows)
        if self._total is not None and total is not None and total != self._total:
            self._reading.doubt("moved", f"The list had {self._total} rows and then {total} while it was read.")
        self._total = total if self._total is None else self._total
        more = self._more(reply)
        new, self._until_now = self._reading.rows > self._until_now, self._reading.rows
        if rows and not new and (more or total is None):
            self._reading.doubt("incomplete", "The same rows come wherever a page begins.")
            return None
        if rows and (more or (total is None and not self._short) or self._came < (total or 0)):
            return {"start": self._came}
        came = min(self._came, self._reading.rows - self._before)
        if total is not None and came < total:
            self._reading.doubt("incomplete", f"The list has {total} rows by its own count, and {came} came.")
        return None

    def _more(self, reply: Reply) -> bool:
        """Tell whether a page names the next one; where that is, is not asked, but told if it is no place for us."""
        links = reply.json(dict).get("links")
        to = links.get("next") if isinstance(links, dict) else None
        try:
            if isinstance(to, str):
                resolve(reply, to)
        except (MalformedLinkError, ForeignLinkError) as error:
            code = "link-malformed" if isinstance(error, MalformedLinkError) else "link-foreign"
            self._reading.note(code, f"{error.message} The list is read on by its rows.", reply.place)
        return bool(to)
