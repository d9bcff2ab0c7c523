"""One row of a list: what stands in its members, cleaned, and what is wrong with them."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Protocol, TypeVar

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.rest.cleaning import Cleaner
from toolbox_cli.lms.sources.records import Fault, Kind, Record

V = TypeVar("V")
_HARMLESS: Final = re.compile(r"[\w:./+ -]{1,40}")
_GONE: Final = {words.Status.REMOVED, words.Status.INACTIVE}


class Row:
    """A row as an object, cleaned: text is NFC, trimmed, and without what a database can't keep.

    Attributes:
        id: as it was sent; None where there is none.
        values: what was sent, without what is secret.
        faults: what was found wrong, in order.
        lost: it may be any of the records that are held.
        unsaid: it can't be told whether it still is a record.
    """

    def __init__(self, kind: Kind, sent: Any, place: str) -> None:
        self.kind, self.place = kind, place
        self.faults: list[Fault] = []
        self.lost, self.unsaid = False, False
        cleaner = Cleaner()
        self.values: Mapping[str, Any] = cleaner.clean(sent) if isinstance(sent, dict) else {}
        self.id = _id(self.values.get("sourcedId"))
        for name in sorted(cleaner.dirty):
            self.note("nul", f"There are characters in {name} that can't be kept; they are left out.", name)
        if self.id is None:
            self.lose("There is no sourcedId, so that it can't be told what this row is about.", "sourcedId")
        self.status = self._status()

    @property
    def gone(self) -> bool:
        """Whether the server says that it is no record any more, removed or inactive."""
        return self.status in _GONE

    @property
    def removed(self) -> bool:
        return self.status is words.Status.REMOVED

    def lose(self, message: str, field: str) -> None:
        """Say that the row may be about anything."""
        self.lost = True
        self.faults.append(Fault("lms-no-id", message, self.kind, self.id, field, self.place, None, Severity.ERROR))

    def note(self, code: str, message: str, field: str | None = None, remedy: str | None = None) -> None:
        """Say what is wrong with the row."""
        self.faults.append(Fault(f"lms-{code}", message, self.kind, self.id, field, self.place, remedy))

    def text(self, name: str) -> str | None:
        """Give a member as text; None where it is absent, empty, or something else."""
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return value or None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self.note("value", f"{name} is no text.", name)
        return None

    def texts(self, name: str) -> list[str]:
        """Give a member that lists texts; some servers send one text with commas."""
        value = self.values.get(name)
        if isinstance(value, str):
            return words.several(value)
        if not isinstance(value, list):
            return []
        return [str(one) for one in value if isinstance(one, str | int) and one != ""]

    def ref(self, name: str) -> str | None:
        """Give the id that a member refers to."""
        return _id(_referred(self.values.get(name)))

    def refs(self, name: str) -> list[str]:
        """Give the ids that a member refers to."""
        value = self.values.get(name)
        found = (_id(_referred(one)) for one in (value if isinstance(value, list) else [value]))
        return [one for one in found if one is not None]

    def truth(self, name: str) -> bool | None:
        """Give a truth value, which is often sent as text."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else self._read(name, words.boolean, "true or false")

    def date(self, name: str) -> datetime.date | None:
        return self._read(name, words.date, "a date as 2030-12-31")

    def number(self, name: str) -> Decimal | None:
        return self._read(name, words.number, "a number")

    def moment(self, name: str, zone: datetime.tzinfo, *, end_of_day: bool = False) -> datetime.datetime | None:
        """Give a moment; of one without a zone, say so and take the integration's."""
        found = self._read(
            name, lambda word: words.moment(word, zone, end_of_day=end_of_day), "a moment as 2030-12-31T08:00:00Z"
        )
        if found is not None and not words.has_zone(self.text(name) or ""):
            self.note("no-zone", f"{name} has no time zone; the integration's is taken.", name)
        return found

    def objects(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Give the objects that a member lists."""
        value = self.values.get(name)
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict))

    def _read(self, name: str, meaning: Callable[[str], V | None], expected: str) -> V | None:
        word = self.text(name)
        try:
            return meaning(word or "")
        except ValueError:
            self.note("value", f"{told(word or '')} is not {expected}.", name)
            return None

    def _status(self) -> words.Status:
        word = self.text("status") or ""
        try:
            return words.status(word)
        except ValueError:
            self.unsaid = True
            self.note("status", f"{told(word)} is no status, so that it can't be told whether this is one.", "status")
            return words.Status.ACTIVE


class Reader(Protocol):
    """Turns rows of one list into records."""

    def read(self, row: Row) -> Record | None:
        """Give a row's record; None where it is none of ours, or can't be told."""
        ...

    def summary(self) -> Iterator[Fault]:
        """Say in the end what concerned many rows alike, and what they refer to."""
        ...


def told(value: str) -> str:
    """Quote a value that may be told; anything longer or odder may be something else in the wrong place."""
    return f"`{value}`" if _HARMLESS.fullmatch(value) else "The value"


def _referred(value: Any) -> Any:
    return value.get("sourcedId") if isinstance(value, dict) else value


def _id(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
