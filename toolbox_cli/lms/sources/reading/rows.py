"""One record of an answer: fields are taken out of it, and what is wrong with them is kept beside."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.settings.definitions import SAY_ZONE
from toolbox_cli.lms.sources.reading import values
from toolbox_cli.lms.sources.records import Fault, Kind

T = TypeVar("T")


class LeftOut(Exception):  # noqa: N818  no error: the row is not one that we hold
    """This row becomes no record; why is among its faults, where it is one."""


class Row:
    """A record as it was sent.

    A field is named by its path, such as `name.given`; a missing one and null are the same.

    Attributes:
        id: once it was read by `own_id`.
        place: where it stands.
        faults: what was found wrong until now.
        lost: it can't be told what it is about, so it may be any that is held.
    """

    def __init__(self, kind: Kind, sent: Mapping[str, Any], place: str) -> None:
        self.kind, self.sent, self.place = kind, sent, place
        self.id: str | None = None
        self.faults: list[Fault] = []
        self.lost = False

    def get(self, path: str) -> Any:
        """Give what stands at a path, as it was sent."""
        value: Any = self.sent
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def own_id(self, path: str) -> str:
        """Give the id of the record.

        Raises:
            LeftOut: there is none.
        """
        self.id = self.needed_id(path)
        return self.id

    def needed_id(self, path: str) -> str:
        """Give an id that the record means nothing without.

        Raises:
            LeftOut: there is none.
        """
        found = values.as_id(self.get(path))
        if found is None:
            self.lost = True
            self.fault("no-id", f"There is no {path} that is an id, so it can't be told what this is about.", path,
                       severity=Severity.ERROR)  # fmt: skip
            raise LeftOut
        return found

    def other_id(self, path: str) -> str | None:
        """Give an id that may be missing."""
        value = self.get(path)
        found = values.as_id(value)
        if found is None and not (value is None or value == ""):
            self.fault("value", f"{path} is no id.", path)
        return found

    def text(self, path: str) -> str | None:
        """Give text; an empty one is None."""
        value = self.get(path)
        if value is None:
            return None
        if not isinstance(value, str):
            return None if isinstance(value, dict | list) else str(value)
        if not values.is_clean(value):
            self.fault("nul", f"{path} holds characters that can't be stored, such as NUL; they were left out.", path)
        return values.clean(value) or None

    def number(self, path: str) -> Decimal | None:
        return self._read(path, "a number", values.as_number)

    def date(self, path: str, zone: datetime.tzinfo) -> datetime.date | None:
        """Give a date, or the date of a moment in that zone."""
        return self._read(path, "a date", lambda value: values.as_date(value, zone))

    def moment(self, path: str, zone: datetime.tzinfo, *, zoned: bool = True) -> datetime.datetime | None:
        """Give a moment in UTC.

        Args:
            path: of the field.
            zone: for what has none itself.
            zoned: the system is known to write zones, so that one without is a fault.
        """
        moment = self._read(path, "a moment", lambda value: values.as_moment(value, zone))
        if moment and zoned and not values.has_zone(self.get(path)):
            self.fault("no-zone", f"{path} says no time zone; {zone} was taken.", path,
                       remedy=SAY_ZONE)  # fmt: skip
        return moment

    def fault(
        self,
        code: str,
        message: str,
        field: str | None = None,
        *,
        remedy: str | None = None,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Keep what is wrong with the record."""
        self.faults.append(Fault(f"lms-{code}", message, self.kind, self.id, field, self.place, remedy, severity))

    def _read(self, path: str, what: str, read: Callable[[object], T | None]) -> T | None:
        try:
            return read(self.get(path))
        except ValueError:
            self.fault("value", f"{path} is not {what}.", path)
            return None
