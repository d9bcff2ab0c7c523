"""A kind of record that events become: its fields, what must be there, what it refers to."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from toolbox_cli.analytics.ingesting.faults import Fault, Reason
from toolbox_cli.analytics.ingesting.shapes.fields import Reader
from toolbox_cli.core.nearby import near

EVENT_ID: Final = "event_id"


class Reference(NamedTuple):
    """A column whose value must be a row's key.

    Attributes:
        by_name: a column of that table that names the row too, where the value is no number.
    """

    column: str
    table: str
    key: str
    by_name: str | None = None


class Event(NamedTuple):
    """An event that can be taken in.

    Attributes:
        values: one a column, in the shape's order.
        sha256: of what it says: the same for the same event, however it was written down.
    """

    event_id: str
    happened_at: datetime.datetime
    sha256: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Shape:
    """What events of one kind are read as.

    Attributes:
        platform: whose table they go into.
        table: that table.
        fields: column to its reader and its type in SQL, in the order of loading.
        must: columns that have to be there.
        moment: column that says when it happened.
        references: what must exist.
    """

    platform: str
    table: str
    fields: Mapping[str, tuple[Reader, str]]
    must: tuple[str, ...]
    moment: str
    references: tuple[Reference, ...]
    identifier: Reader = field(repr=False)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The table's columns that are loaded."""
        return tuple(self.fields)

    def read(self, given: Mapping[str, Any], *, faults: Iterable[Fault] = ()) -> Event:
        """Make an event of what a line says; fields that are null count as left out.

        Args:
            given: what the line says.
            faults: what is wrong with it beyond its fields.

        Raises:
            Fault: it can't be taken in; the worst reason counts, and everything wrong is told.
        """
        found: list[Fault] = [*faults]
        there = {name: value for name, value in given.items() if value is not None}
        found += [self._unknown(name) for name in there if name not in self.fields and name != EVENT_ID]
        found += [_missing(name) for name in (EVENT_ID, *self.must) if name not in there]
        values = {name: _value(reader, name, there, found) for name, (reader, _) in self.fields.items()}
        event_id = _value(self.identifier, EVENT_ID, there, found)
        if found:
            raise _together(found)
        row = tuple(values.values())
        return Event(event_id, values[self.moment], _digest(self.platform, row), row)

    def _unknown(self, name: str) -> Fault:
        remedy = near(name[:100], (EVENT_ID, *self.fields)) or "Put what is not known here into event_data."
        return Fault(Reason.WRONG_VALUE, "a field is none of an event's", remedy=remedy)


def missing_parts(given: Mapping[str, Any], names: Iterable[str], where: str) -> list[Fault]:
    """Tell the parts of a document that are not there."""
    return [
        Fault(Reason.MISSING, f"{where}.{name} is missing", field=f"{where}.{name}")
        for name in names
        if given.get(name) is None
    ]


def _missing(name: str) -> Fault:
    return Fault(Reason.MISSING, f"{name} is missing", field=name)


def _value(reader: Reader, name: str, there: Mapping[str, Any], faults: list[Fault]) -> Any:
    if name not in there:
        return None
    try:
        return reader(there[name])
    except ValueError as error:
        faults.append(Fault(Reason.WRONG_VALUE, f"{name} is not {error}", field=name))
        return None


def _together(faults: list[Fault]) -> Fault:
    order = list(Reason)
    first = min(faults, key=lambda one: order.index(one.reason))
    told = dict.fromkeys(one.detail for one in sorted(faults, key=lambda one: order.index(one.reason)))
    remedy = next((one.remedy for one in faults if one.remedy), None)
    return Fault(first.reason, "; ".join(told), field=first.field, remedy=remedy)


def _digest(platform: str, row: tuple[Any, ...]) -> str:
    said = json.dumps([platform, *row], ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(said.encode()).hexdigest()
