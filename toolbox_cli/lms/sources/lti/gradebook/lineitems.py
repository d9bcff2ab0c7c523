"""The columns of a course's gradebook.

A platform makes a second one if it is asked twice, so one is made only where none with the same `resourceId` and
`tag` is found.
"""

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.core.http.pacing import server_time
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.errors import RefusedGradeError, SourceError
from toolbox_cli.lms.sources.lti.platform import LINE_ITEM, LINE_ITEMS, Context, pages, posted
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.values import as_id, without_secrets
from toolbox_cli.lms.sources.records import Assignment

_FACTS: Final = ("resourceId", "tag", "resourceLinkId")


class Wanted(NamedTuple):
    """A line item as we want it.

    Attributes:
        resource_id: what of ours it is for.
        tag: tells apart several line items for the same.
    """

    resource_id: str
    tag: str
    label: str
    points: Decimal


class LineItems:
    """Line items of the courses that were launched from."""

    def __init__(self, client: Client, contexts: Mapping[str, Context]) -> None:
        self._client, self._contexts = client, contexts
        self._known: dict[str, dict[str, Mapping[str, Any]]] = {}
        self.ahead = datetime.timedelta()

    def pages(self, course_id: str) -> Iterator[tuple[Reply, list[Any]]]:
        """Read a course's list.

        No page size is asked for: Moodle then gives all, and with one it writes Link headers that nobody can read.

        Raises:
            HttpError: it can't be read on, or a Link header can't.
        """
        for reply in pages(self._client, self._address(course_id), LINE_ITEMS):
            now = self._client.clock.now()
            self.ahead = server_time(reply.headers, now) - now
            yield reply, reply.json(list)

    def needed(self, course_id: str, item_id: str) -> Mapping[str, Any]:
        """Give a line item.

        Raises:
            RefusedGradeError: the course has none of that id.
            HttpError: the list can't be read.
        """
        if item_id not in self._known.get(course_id, {}):
            self._read(course_id)
        if item_id not in self._known[course_id]:
            raise RefusedGradeError(
                f"The course {course_id} has no line item {item_id}.", remedy="Sync the course, and link it again."
            )
        return self._known[course_id][item_id]

    def made(self, course_id: str, wanted: Wanted) -> str:
        """Find a line item, or make it; gives its id, which is to be kept.

        Raises:
            SourceError: it is told apart from nothing.
            HttpError: it is not there.
        """
        if not wanted.resource_id:
            raise SourceError("A line item without a resourceId can't be found again.")
        found = self._found(course_id, wanted)
        if found is None:
            found = self._make(course_id, wanted)
        return found

    def _make(self, course_id: str, wanted: Wanted) -> str:
        body = {
            "label": wanted.label,
            "scoreMaximum": number(wanted.points),
            "resourceId": wanted.resource_id,
            "tag": wanted.tag,
        }
        lost: HttpError | None = None
        try:
            self._client.send(posted(self._address(course_id), body, LINE_ITEM, idempotent=False))
        except HttpError as error:
            if not error.doubtful:
                raise
            lost = error
        found = self._found(course_id, wanted)
        if found is None:
            raise lost or SourceError(f"The platform took the line item {wanted.label!r}, and does not have it.")
        return found

    def _found(self, course_id: str, wanted: Wanted) -> str | None:
        """Give the line item that is wanted; of several, which somebody else made at the same time, always the same."""
        items = self._read(course_id)
        ids = [own_id for own_id, item in items.items() if key_of(item) == (wanted.resource_id, wanted.tag)]
        return min(ids, key=lambda own_id: (len(own_id), own_id), default=None)

    def _read(self, course_id: str) -> Mapping[str, Mapping[str, Any]]:
        rows = [row for _, sent in self.pages(course_id) for row in sent if isinstance(row, dict)]
        self._known[course_id] = {own_id: row for row in rows if (own_id := as_id(row.get("id")))}
        return self._known[course_id]

    def _address(self, course_id: str) -> str:
        context = self._contexts.get(course_id)
        if context is None or context.lineitems_url is None:
            raise RefusedGradeError(
                f"No launch has told where the line items of the course {course_id} are.",
                remedy="Launch from the course once with grades allowed for this tool, and give the address.",
            )
        return context.lineitems_url


def key_of(item: Mapping[str, Any]) -> tuple[str, str]:
    """Give what tells line items apart that tools make; what is missing is empty."""
    return str(item.get("resourceId") or ""), str(item.get("tag") or "")


def assignment(row: Row, course_id: str, zone: datetime.tzinfo, seen: dict[tuple[str, str], str]) -> Assignment:
    """Make an assignment of a line item.

    Args:
        row: as it was sent.
        course_id: whose it is.
        zone: of moments that have none.
        seen: ids by what tells them apart, of the line items before this one; grows.
    """
    own_id = row.own_id("id")
    points = row.number("scoreMaximum")
    if points is not None and points <= 0:
        row.fault("value", "scoreMaximum is not above 0.", "scoreMaximum")
        raise LeftOut
    _tell_twins(row, own_id, seen)
    return Assignment(
        own_id,
        course_id,
        row.text("label") or own_id,
        points=points,
        opens_at=row.moment("startDateTime", zone),
        due_at=row.moment("endDateTime", zone),
        raw=without_secrets({name: row.sent[name] for name in _FACTS if name in row.sent}),
    )


def number(value: Decimal) -> int | float:
    """Write a number of points for JSON."""
    return int(value) if value == value.to_integral_value() else float(value)


def _tell_twins(row: Row, own_id: str, seen: dict[tuple[str, str], str]) -> None:
    key = key_of(row.sent)
    if key[0] and seen.setdefault(key, own_id) != own_id:
        row.fault("line-item-twice", f"{seen[key]} has the same resourceId and tag: grades may be in either.", "tag",
                  remedy="Delete the one without grades there.")  # fmt: skip
