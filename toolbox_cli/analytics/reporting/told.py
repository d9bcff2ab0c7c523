"""What a report tells, before it is a page, a table or JSON."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final, TypeGuard

from toolbox_cli.analytics.reporting.periods import Period


class Hidden(Enum):
    """A figure of so few persons that it could tell of one of them, or that would give such a one away."""

    HIDDEN = "hidden"


HIDDEN: Final = Hidden.HIDDEN

Value = str | int | float | Decimal | datetime.date | None | Hidden
Row = Mapping[str, Value]


def is_number(value: Value) -> TypeGuard[int | float]:
    """Tell whether a value can be drawn."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class Unit(StrEnum):
    """What a column's values are."""

    WORD = "word"
    DAY = "day"
    COUNT = "count"
    PERSONS = "persons"
    RATIO = "ratio"
    """0 to 1, read as percent."""
    NUMBER = "number"
    MS = "ms"
    SECONDS = "seconds"
    MONEY = "money"

    @property
    def is_number(self) -> bool:
        """Whether it stands right."""
        return self not in {Unit.WORD, Unit.DAY}


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a section's table.

    Attributes:
        name: key of each row's value.
        title: its heading.
    """

    name: str
    title: str
    unit: Unit = Unit.COUNT


class Shape(StrEnum):
    """How a chart shows its figures."""

    LINE = "line"
    """Over days."""
    BARS = "bars"
    """One bar for each name, from the left."""
    COLUMNS = "columns"
    """One column for each band, in the bands' order."""
    INTERVALS = "intervals"
    """From one figure to another for each name, as from p50 to p95."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What of a section is drawn.

    Attributes:
        over: column along which it is drawn.
        of: columns whose figures are drawn, each in its own colour.
        says: what it shows, a sentence: what is read out in its place.
    """

    shape: Shape
    over: str
    of: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Section:
    """A part of a report: a table, and what of it is drawn.

    Attributes:
        name: stable, for programs.
        says: what the table tells and how it was counted.
        why_empty: what to read where there are no rows.
    """

    name: str
    title: str
    says: str
    fields: tuple[Field, ...]
    rows: tuple[Row, ...] = ()
    chart: Chart | None = None
    why_empty: str = "Nothing of this kind happened in the period."

    @property
    def has_hidden(self) -> bool:
        """Whether a figure was left out for its few persons."""
        return any(value is HIDDEN for row in self.rows for value in row.values())

    @property
    def is_all_hidden(self) -> bool:
        """Whether its rows tell nothing but what they are of."""
        figures = [row[one.name] for row in self.rows for one in self.fields[1:]]
        return HIDDEN in figures and all(value is HIDDEN or value is None for value in figures)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that stands out.

    Attributes:
        note: what it counts, a few words.
    """

    name: str
    title: str
    value: Value
    unit: Unit = Unit.COUNT
    note: str = ""


@dataclass(frozen=True)
class Told:
    """A whole report.

    Attributes:
        report: its name.
        made_at: aware, UTC.
        source: where its figures come from, for people.
        notes: what a reader must know before the figures.
    """

    report: str
    title: str
    period: Period
    made_at: datetime.datetime
    source: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell of the period."""
        return not any(section.rows for section in self.sections)

    @property
    def has_hidden(self) -> bool:
        """Whether a figure was left out for its few persons."""
        return any(section.has_hidden for section in self.sections) or any(one.value is HIDDEN for one in self.figures)
