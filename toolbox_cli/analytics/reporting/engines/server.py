"""PostgreSQL itself: measures over the datasets' own SELECTs, with masks that coarsen done in SQL."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Double,
    FromClause,
    Numeric,
    Text,
    case,
    cast,
    func,
    select,
    values,
)  # fmt: skip
from sqlalchemy import column as named
from sqlalchemy.sql.expression import Subquery
from sqlalchemy.types import TypeEngine

from toolbox_cli.analytics.datasets.dataset import Column, Dataset
from toolbox_cli.analytics.datasets.kinds import Kind, Money
from toolbox_cli.analytics.extracting.compiling import sql_of
from toolbox_cli.analytics.masking.applying import leaving
from toolbox_cli.analytics.masking.coarsening import OTHER, band_labels, path_pattern
from toolbox_cli.analytics.masking.masks import Band, Cut, OneOf, PathPattern, Pseudonym
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.reporting.engines.engine import Row, table_name
from toolbox_cli.analytics.reporting.engines.window import in_window
from toolbox_cli.analytics.reporting.periods import Period
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.names import quote
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.database.transaction import upgraded

_TYPES: Final[Mapping[Kind, TypeEngine[Any]]] = {
    Kind.TEXT: Text(),
    Kind.INTEGER: BigInteger(),
    Kind.REAL: Double(),
    Kind.BOOLEAN: Boolean(),
    Kind.MOMENT: DateTime(timezone=True),
    Kind.DATE: Date(),
}
_SNAPSHOT: Final = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL TIME ZONE 'UTC';
SET LOCAL statement_timeout = '1h';
SET LOCAL jit = off"""


class ServerEngine:
    """The databases of the platforms, each in one snapshot."""

    dialect: Final = "postgres"

    def __init__(self, open_: Mapping[str, tuple[psycopg.Connection[Any], Target]], period: Period) -> None:
        self._open, self._period = open_, period
        self._sources: dict[str, str] = {}
        self.source = "From the live tables, asked in PostgreSQL."

    def has(self, dataset: Dataset) -> bool:
        return dataset.platform in self._open

    def rows(self, sql: str, datasets: Sequence[Dataset]) -> list[Row]:
        connection, _ = self._open[datasets[0].platform]
        tables = ", ".join(f"{quote(table_name(one))} AS NOT MATERIALIZED ({self._source(one)})" for one in datasets)
        with connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(f"WITH {tables} SELECT * FROM ({sql}) AS told").fetchall()  # noqa: S608  names are our own

    def _source(self, dataset: Dataset) -> str:
        if dataset.name not in self._sources:
            connection, target = self._open[dataset.platform]
            self._sources[dataset.name] = source_of(dataset, self._period, target, connection)
        return self._sources[dataset.name]


@contextmanager
def over_servers(targets: Sequence[Target], period: Period) -> Iterator[ServerEngine]:
    """Open each database in a snapshot that only reads.

    Raises:
        UnreachableError: a database can't be reached.
        RefusedError: one is not upgraded.
    """
    with upgraded(), ExitStack() as stack:
        found: dict[str, tuple[psycopg.Connection[Any], Target]] = {}
        for target in targets:
            connection = stack.enter_context(connect(target, autocommit=False, purpose="toolbox analytics report"))
            connection.execute(_SNAPSHOT)
            found |= {platform: (connection, target) for platform in target.names.platforms}
        yield ServerEngine(found, period)


def source_of(dataset: Dataset, period: Period, target: Target, connection: psycopg.Connection[Any]) -> str:
    """Give the SELECT of a dataset's rows in a period, coarsened as an export would; keys of persons stay keys."""
    raw = in_window(dataset, period).subquery("raw")
    rows: FromClause = raw
    shown: list[Any] = []
    for one in leaving(dataset, Mode.PSEUDONYMOUS):
        if isinstance(one.mask, PathPattern):
            patterns = _patterns(raw, one, target, connection)
            rows = rows.outerjoin(patterns, raw.c[one.name] == patterns.c.path)
            shown.append(patterns.c.pattern.label(one.name))
        else:
            shown.append(_masked(one, raw.c[one.name]).label(one.name))
    return sql_of(select(*shown).select_from(rows), target.names)


def _masked(one: Column, value: ColumnElement[Any]) -> ColumnElement[Any]:
    held = cast(value, Numeric(one.kind.precision, one.kind.scale) if isinstance(one.kind, Money) else _TYPES[one.kind])
    match one.mask:
        case Cut(to) if one.kind is Kind.MOMENT:
            return func.date_trunc(str(to), held, "UTC")
        case Cut(to):
            return cast(func.date_trunc(str(to), held), Date())
        case OneOf(words):
            return case((held.is_(None), None), (held.in_(words), held), else_=OTHER)
        case Band(starts):
            labels = band_labels(one.mask)
            steps = zip(reversed(starts), reversed(labels[1:]), strict=True)
            return case((held.is_(None), None), *((held >= start, label) for start, label in steps), else_=labels[0])
        case _:
            return cast(value, Text()) if isinstance(one.mask, Pseudonym) else held


def _patterns(raw: Subquery, one: Column, target: Target, connection: psycopg.Connection[Any]) -> Any:
    """Give each distinct path beside its pattern: what makes one is no SQL."""
    asked = select(raw.c[one.name]).where(raw.c[one.name].is_not(None)).distinct()
    paths = [str(row[0]) for row in connection.execute(sql_of(asked, target.names)).fetchall()]
    pairs = [(path, path_pattern(path)) for path in sorted(paths)] or [("", "")]
    return values(named("path", Text()), named("pattern", Text()), name=f"{one.name}_patterns").data(pairs)
