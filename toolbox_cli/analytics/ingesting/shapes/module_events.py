"""Events of modules, which become rows of `module_analytics_events`."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final

from toolbox_cli.analytics.events.types import TYPES, EventType, Holds, Part
from toolbox_cli.analytics.ingesting.faults import Fault, Reason
from toolbox_cli.analytics.ingesting.shapes import fields
from toolbox_cli.analytics.ingesting.shapes.fields import Reader
from toolbox_cli.analytics.ingesting.shapes.shape import Event, Reference, Shape, missing_parts
from toolbox_cli.core.nearby import near

PLATFORM: Final = "frames"
PAGE: Final = "docs/events.md"


class ModuleEvents:
    """Reads events of modules.

    Args:
        now: events may be at most a day ahead of it.
    """

    def __init__(self, now: datetime.datetime) -> None:
        self.shape = Shape(
            PLATFORM,
            "module_analytics_events",
            {
                "module_id": (fields.module, "text"),
                "student_id": (fields.text(200), "text"),
                "event_type": (fields.text(100), "text"),
                "event_data": (fields.document, "jsonb"),
                "section_number": (fields.whole(), "integer"),
                "session_id": (fields.text(255), "text"),
                "device_type": (fields.one_of("tablet", "phone", "desktop"), "text"),
                "timestamp": (fields.moment(now), "timestamptz"),
                "time_elapsed_seconds": (fields.whole(), "integer"),
            },
            ("event_type", "module_id", "student_id", "timestamp"),
            "timestamp",
            (Reference("module_id", "modules", "id", "module_id"), Reference("student_id", "students", "id")),
            fields.identifier,
        )

    def read(self, given: Mapping[str, Any], *, told: bool = False) -> Event:
        """Make an event of what a line says.

        Args:
            given: its fields.
            told: by a statement of another system, which need not know what we keep in `event_data`.

        Raises:
            Fault: it can't be taken in.
        """
        return self.shape.read(given, faults=_of_its_type(given, told=told))


def is_one(given: Mapping[str, Any]) -> bool:
    """Tell whether this means to be an event of a module."""
    kind = given.get("event_type")
    return (
        "module_id" in given
        or "student_id" in given
        or (isinstance(kind, str) and kind in TYPES and "event_category" not in given)
    )


def _of_its_type(given: Mapping[str, Any], *, told: bool) -> Iterator[Fault]:
    name = given.get("event_type")
    if not isinstance(name, str):
        return
    kind = TYPES.get(name)
    if kind is None:
        yield Fault(
            Reason.UNKNOWN_TYPE,
            f"event_type is none of {PAGE}",
            field="event_type",
            remedy=near(name[:100], TYPES) or f"See {PAGE} for the kinds of events that there are.",
        )
        return
    if kind.in_section and given.get("section_number") is None:
        yield Fault(Reason.MISSING, f"section_number is missing, which {name} has", field="section_number")
    yield from _data(kind, given.get("event_data"), told=told)


def _data(kind: EventType, data: Any, *, told: bool) -> Iterator[Fault]:
    data = {} if data is None else data
    if not isinstance(data, dict):
        return  # the reader of event_data tells it
    if not told:
        yield from missing_parts(data, [part.name for part in kind.must], "event_data")
    for part in (*kind.must, *kind.may):
        if data.get(part.name) is not None:
            try:
                _READERS[kind.name, part.name](data[part.name])
            except ValueError as error:
                where = f"event_data.{part.name}"
                yield Fault(Reason.WRONG_VALUE, f"{where} is not {error}", field=where)


def _reader(part: Part) -> Reader:
    if part.holds is Holds.TRUTH:
        return fields.truth
    if part.holds is Holds.TEXT:
        return fields.text(int(part.most or 200))
    if part.holds is Holds.WHOLE:
        return fields.whole(int(part.least or 0), int(part.most or fields.MOST))
    least = fields.MOST * -1.0 if part.least is None else part.least
    return fields.number(least, fields.MOST if part.most is None else part.most)


_READERS: Final = {(kind.name, part.name): _reader(part) for kind in TYPES.values() for part in (*kind.must, *kind.may)}
