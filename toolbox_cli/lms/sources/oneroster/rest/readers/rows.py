"""One row of a list, by OneRoster's ways: references, statuses, truth as text."""

import contextlib
import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeVar

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.reading import rows, values
from toolbox_cli.lms.sources.records import Fault, Kind, Record

V = TypeVar("V")
_GONE: Final = {words.Status.REMOVED, words.Status.INACTIVE}
_PASSWORDS: Final = frozenset({"password", "passwordHash"})


class Row(rows.Row):
    """A row with its id and status read.

    Attributes:
        status: active where there is none.
        unsaid: it can't be told whether it still is a record.
    """

    def __init__(self, kind: Kind, sent: Any, place: str) -> None:
        super().__init__(kind, sent if isinstance(sent, dict) else {}, place)
        self.unsaid = False
        with contextlib.suppress(rows.LeftOut):
            self.own_id("sourcedId")
        self.status = self._status()

    @property
    def gone(self) -> bool:
        """Whether the server says that it is no record any more, removed or inactive."""
        return self.status in _GONE

    @property
    def removed(self) -> bool:
        return self.status is words.Status.REMOVED

    @property
    def raw(self) -> Mapping[str, Any]:
        """What was sent, without what is secret or can't be kept."""
        return values.without_secrets(self.sent, but=_PASSWORDS)

    def lose(self, message: str, field: str) -> None:
        """Say that the row may be about anything."""
        self.lost = True
        self.fault("no-id", message, field, severity=Severity.ERROR)

    def texts(self, name: str) -> list[str]:
        """Give a member that lists texts; some servers send one text with commas."""
        value = self.sent.get(name)
        if not isinstance(value, list):
            return words.several(self.text(name) or "")
        return [clean for one in value if isinstance(one, str | int) and (clean := values.clean(str(one)))]

    def ref(self, name: str) -> str | None:
        """Give the id that a member refers to."""
        return _referred(self.sent.get(name))

    def refs(self, name: str) -> list[str]:
        """Give the ids that a member refers to."""
        value = self.sent.get(name)
        found = map(_referred, value if isinstance(value, list) else [value])
        return [one for one in found if one is not None]

    def truth(self, name: str) -> bool | None:
        """Give a truth value, which is often sent as text."""
        return self._word(name, words.boolean, "true or false")

    def day(self, name: str) -> datetime.date | None:
        """Give a date as it stands there, also where it is written as a moment."""
        return self._word(name, words.date, "a date as 2030-12-31")

    def instant(self, name: str, zone: datetime.tzinfo, *, end_of_day: bool = False) -> datetime.datetime | None:
        """Give a moment, or a date as its first or last second; without a zone, the integration's."""
        found = self._word(
            name, lambda word: words.moment(word, zone, end_of_day=end_of_day), "a moment as 2030-12-31T08:00:00Z"
        )
        if found is not None and not words.has_zone(self.text(name) or ""):
            self.fault("no-zone", f"{name} has no time zone; the integration's is taken.", name)
        return found

    def objects(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Give the objects that a member lists."""
        value = self.sent.get(name)
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict))

    def _word(self, name: str, meaning: Callable[[str], V | None], expected: str) -> V | None:
        word = self.text(name) or ""
        try:
            return meaning(word)
        except ValueError:
            self.fault("value", f"{_told(word)} is not {expected}.", name)
            return None

    def _status(self) -> words.Status:
        word = self.text("status") or ""
        try:
            return words.status(word)
        except ValueError:
            self.unsaid = True
            message = f"{_told(word)} is no status, so that it can't be told whether this was removed."
            self.fault("status", message, "status")
            return words.Status.ACTIVE


class Reader(Protocol):
    """Turns rows of one list into records."""

    def read(self, row: Row) -> Record | None:
        """Give a row's record; None where it is none of ours, or can't be told."""
        ...

    def summary(self) -> Iterator[Fault]:
        """Say in the end what concerned many rows alike, and what they refer to."""
        ...


def _told(value: str) -> str:
    told = values.told(value)
    return told[0].upper() + told[1:]


def _referred(value: Any) -> str | None:
    return values.as_id(value.get("sourcedId") if isinstance(value, dict) else value)
