"""Which statement reads a dataset for an export, and what of it leaves."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal_column, not_, or_, true
from sqlalchemy.dialects import postgresql

from toolbox_cli.analytics.datasets.dataset import Column, Dataset
from toolbox_cli.analytics.datasets.kinds import Kind
from toolbox_cli.analytics.extracting.compiling import finite, readable
from toolbox_cli.analytics.masking.leaving import leaving, mask_in
from toolbox_cli.analytics.masking.masks import OneOf, PathPattern, Pseudonym
from toolbox_cli.analytics.masking.modes import Mode

NO_MONTH: Final = "__HIVE_DEFAULT_PARTITION__"
"""The folder of rows without a time, as Hive, Spark, pyarrow and DuckDB name it."""

ALL: Final = ""
"""In place of a month, where months don't decide folders."""

CLOCK: Final = "when__"
"""The column that a row's month is taken from, where its time does not leave."""

UNSETTLED: Final = "unsettled__"
"""The column that says that a row is of a transaction above the watermark."""


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment on, and before another; None is open."""

    since: datetime.datetime | None = None
    until: datetime.datetime | None = None

    def conditions(self, dataset: Dataset) -> tuple[ColumnElement[bool], ...]:
        """Say it in SQL."""
        when = dataset.column(dataset.time).value
        begins = () if self.since is None else (when >= self.since,)
        return begins if self.until is None else (*begins, when < self.until)


@dataclass(frozen=True)
class Reading:
    """A dataset as one export reads it.

    Attributes:
        mode: what becomes of columns that tell who somebody is.
        span: which moments.
    """

    dataset: Dataset
    mode: Mode
    span: Span = Span()

    @property
    def columns(self) -> tuple[Column, ...]:
        """What leaves, in the files' order."""
        return leaving(self.dataset, self.mode)

    @property
    def repeating(self) -> frozenset[str]:
        """Columns of which each distinct value is worked on once."""
        worded = (column for column in self.columns if column.kind is Kind.TEXT)
        return frozenset(
            column.name for column in worded if isinstance(mask_in(column, self.mode), Pseudonym | OneOf | PathPattern)
        )

    @property
    def clock(self) -> str:
        """The column of raw batches that a row's month is taken from."""
        return self.dataset.time if any(column.name == self.dataset.time for column in self.columns) else CLOCK

    @property
    def rows(self) -> Select[Any]:
        """Every row that may leave, without columns."""
        nothing: Select[Any] = self.dataset.select().with_only_columns(literal_column("1"), maintain_column_froms=True)
        return nothing.where(*self.span.conditions(self.dataset))

    def statement(self, *conditions: ColumnElement[bool], unsettled: ColumnElement[bool] | None = None) -> Select[Any]:
        """Read what leaves of the rows that meet conditions, its time, and on demand whether each is unsettled."""
        values = [readable(column).label(column.name) for column in self.columns]
        if self.clock == CLOCK:
            values.append(readable(self.dataset.column(self.dataset.time)).label(CLOCK))
        if unsettled is not None:
            values.append(unsettled.label(UNSETTLED))
        return self.rows.with_only_columns(*values, maintain_column_froms=True).where(*conditions)


def month_of(dataset: Dataset) -> ColumnElement[datetime.datetime]:
    """Give the beginning of a row's month in SQL, in a session whose time zone is UTC."""
    return func.date_trunc("month", finite(dataset.column(dataset.time).value))


def named(month: ColumnElement[Any]) -> ColumnElement[str]:
    """Give the name of a month's folder in SQL."""
    return func.coalesce(func.to_char(month, "YYYY-MM"), NO_MONTH)


def within(dataset: Dataset, months: Sequence[str]) -> ColumnElement[bool]:
    """Hold rows to some months, in ranges that partitions and indexes can be chosen by."""
    if ALL in months:
        return true()
    when = dataset.column(dataset.time).value
    ranges: list[ColumnElement[bool]] = []
    for first, last in _runs(sorted(month for month in months if month != NO_MONTH)):
        ranges.append((when >= _start(first)) & (when < _start(_next(last))))
    if NO_MONTH in months:
        ranges.append(when.is_(None) | not_(func.isfinite(when)))
    return or_(*ranges)


def conditions_of(dataset: Dataset) -> tuple[str, ...]:
    """Give the conditions that rows leave on at all, as text for a manifest."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    literal = {"literal_binds": True}
    return tuple(str(where.compile(dialect=dialect, compile_kwargs=literal)) for where in dataset.where)


def _runs(months: Sequence[str]) -> list[tuple[str, str]]:
    """Put months that follow one another together."""
    runs: list[tuple[str, str]] = []
    for month in months:
        if runs and _next(runs[-1][1]) == month:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return runs


def _start(month: str) -> datetime.datetime:
    year, number = map(int, month.split("-"))
    return datetime.datetime(year, number, 1, tzinfo=datetime.UTC)


def _next(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"
