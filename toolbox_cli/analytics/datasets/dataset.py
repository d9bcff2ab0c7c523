"""What a dataset is: a SELECT over the models with documented columns, and how each of them leaves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column as SqlColumn
from sqlalchemy import ColumnElement, FromClause, Integer, Select, Table, Uuid, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import visitors

from toolbox_cli.analytics.datasets.kinds import Kind, Money, kind_of
from toolbox_cli.analytics.masking.masks import KEEP, Mask, RowKey, refusal
from toolbox_cli.models.privacy import Privacy

_STRICTNESS: Final = (
    Privacy.NONE, Privacy.QUASI_IDENTIFIER, Privacy.SENSITIVE, Privacy.IDENTIFIER, Privacy.SECRET,
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a dataset.

    Attributes:
        name: as the files have it.
        value: a model's column, or an expression over some.
        mask: how it leaves in a pseudonymous export.
        doc: what it is, with unit and range; the model's own comment where nothing is said.
        made_from: the models' columns that an expression reads; they decide its privacy class.
        kind: its type; that of the model's column where nothing is said.
    """

    name: str
    value: ColumnElement[Any] | InstrumentedAttribute[Any]
    mask: Mask = KEEP
    doc: str = ""
    made_from: tuple[InstrumentedAttribute[Any], ...] = ()
    kind: Kind | Money = None  # type: ignore[assignment]  # filled in below

    def __post_init__(self) -> None:
        if not self.made_from:
            if not isinstance(self.value, InstrumentedAttribute):
                raise TypeError(f"{self.name} is an expression and does not say what it is made from")
            object.__setattr__(self, "made_from", (self.value,))
            object.__setattr__(self, "doc", self.doc or str(self.value.property.columns[0].comment))
        if unsaid := _read_by(self.value) - {attribute.property.columns[0] for attribute in self.made_from}:
            raise ValueError(f"{self.name} reads {', '.join(sorted(map(str, unsaid)))} and does not say so")
        if self.kind is None:
            object.__setattr__(self, "kind", kind_of(self.value.type))
        if reason := refusal(self.privacy, self.mask, worded=self.kind is Kind.TEXT):
            raise ValueError(f"{self.name} ({self.privacy}) can't leave {self.mask}: {reason}")
        if isinstance(self.mask, RowKey) and not isinstance(self.value.type, Integer | Uuid):
            raise ValueError(f"{self.name} is no whole number and no UUID, so it can't leave as a key of a row")

    @property
    def privacy(self) -> Privacy:
        """The strictest class of what it is made from, as the models have it."""
        classes: list[Privacy] = [attribute.property.columns[0].info["privacy"] for attribute in self.made_from]
        return max(classes, key=_STRICTNESS.index)


def _read_by(value: ColumnElement[Any] | InstrumentedAttribute[Any]) -> set[SqlColumn[Any]]:
    """Give the tables' columns that an expression reads, those of its subqueries too."""
    expression = value.__clause_element__() if isinstance(value, InstrumentedAttribute) else value
    named: Iterator[Any] = (part for part in visitors.iterate(expression) if part.__visit_name__ == "column")
    return {part.table.columns[part.key] for part in named if isinstance(getattr(part, "table", None), Table)}


class Grows(StrEnum):
    """How a dataset changes over time."""

    BY_EVENTS = "events"
    """Rows are added, seldom changed: exports can continue where the last one ended."""
    IN_PLACE = "state"
    """Rows say how things stand and change all the time: exports are whole."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of each row whose mean a table of cells may tell."""

    name: str
    column: str
    doc: str


@dataclass(frozen=True)
class Dataset:
    """A named table of values that may leave the database.

    Attributes:
        name: as commands and folders have it, such as `module-events`.
        platform: the platform whose tables it reads; all of them in one database.
        title: what a row is, a sentence.
        columns: what it tells, in the files' order.
        rows: tables and joins that the columns are read from; the table of the first column when None.
        where: which rows may leave at all, such as only those with a live consent.
        key: columns that name a row.
        time: column whose month decides the folder.
        grows: whether it is a log of events or a state.
        person: column that says whose row it is, for counting persons; None where rows are no person's.
        by: columns that a table of cells is grouped by, besides the month.
        measures: numbers whose means such a table tells.
        order: what rows are sorted by, where the order in which they came would tell who somebody is.
        version: of its schema; a changed type or meaning makes a new one, an added column does not.
    """

    name: str
    platform: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    time: str
    grows: Grows
    rows: FromClause | None = None
    where: tuple[ColumnElement[bool], ...] = ()
    person: str | None = None
    by: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    order: tuple[InstrumentedAttribute[Any], ...] = ()
    version: int = 1
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {column.name: column for column in self.columns})
        named = (*self.key, self.time, *self.by, *(measure.column for measure in self.measures))
        missing = [name for name in (*named, *filter(None, [self.person])) if name not in self._by_name]
        if missing or len(self._by_name) < len(self.columns):
            raise ValueError(f"{self.name}: columns that are not there, or twice: {missing}")

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def column(self, name: str) -> Column:
        """Give a column by its name."""
        return self._by_name[name]

    def select(self) -> Select[Any]:
        """Give the statement that reads it, with the models' schema names and no masks applied."""
        statement = select(*(column.value.label(column.name) for column in self.columns))
        if self.rows is not None:
            statement = statement.select_from(self.rows)
        return statement.where(*self.where).order_by(*self.order)
