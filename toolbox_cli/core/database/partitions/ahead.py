"""Make the monthly partitions of a table before their months begin, and empty the default partition into them."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.locks import NAMESPACE, PARTITIONS, holder
from toolbox_cli.core.database.partitions.queries import (
    PartitionedTable,
    begin_of,
    held_months,
    held_span,
    months_in_default,
    next_month,
    rows_in_default,
)
from toolbox_cli.core.errors import LockedError, RefusedError

# Comments and identity belong to the parent: a partition that PARTITION OF makes has neither.
_CREATE: Final = sql.SQL("CREATE TABLE {child} (LIKE {parent} INCLUDING ALL EXCLUDING COMMENTS EXCLUDING IDENTITY)")
_OWN: Final = sql.SQL("ALTER TABLE {child} OWNER TO {owner}")
_MOVE: Final = sql.SQL("""
WITH moved AS (DELETE FROM {default} WHERE {key} >= {begin} AND {key} < {end} RETURNING *)
INSERT INTO {child} ({columns}) SELECT {columns} FROM moved""")
_ATTACH: Final = sql.SQL("ALTER TABLE {parent} ATTACH PARTITION {child} FOR VALUES FROM ({begin}) TO ({end})")


@dataclass(frozen=True, slots=True)
class MadePartition:
    """One partition that was made.

    Attributes:
        month: its first day.
        rows_moved: rows that came from the default partition.
    """

    name: str
    month: datetime.date
    rows_moved: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was made for one table.

    Attributes:
        made: new partitions, by month; empty when all were there.
        rows_left: rows that stay in the default partition, later or older than any month that was asked for.
    """

    table: PartitionedTable
    made: tuple[MadePartition, ...]
    rows_left: int


def make_ahead(
    connection: psycopg.Connection,
    table: PartitionedTable,
    months: int,
    today: datetime.date,
    *,
    lock_timeout_s: float = 5,
) -> Ahead:
    """Make the partitions of this month and of the coming ones, and of months that rows wait for in the default one.

    A month begins and ends in UTC. Nothing but the catalog is locked when all is there already.

    Args:
        connection: in a transaction, which the caller ends; locks last until then.
        table: as `partitioned_tables` found it.
        months: how many after the current one.
        today: in UTC.
        lock_timeout_s: how long one statement waits for a table.

    Raises:
        LockedError: another run makes partitions, or a table stayed locked; roll back and try again later.
        RefusedError: a partition holds part of a month, or another table has a partition's name.

    Effects: DDL, and moves rows; idempotent; never commits.
    """
    coming = [today.replace(day=1)]
    for _ in range(months):
        coming.append(next_month(coming[-1]))
    return _make_all(connection, table, coming, lock_timeout_s)


def make_span(
    connection: psycopg.Connection,
    table: PartitionedTable,
    first: datetime.date,
    last: datetime.date,
    *,
    lock_timeout_s: float = 5,
) -> Ahead:
    """Make the partitions of all months from one day to another, and of those between them and what is there.

    Args:
        connection: in a transaction, which the caller ends; locks last until then.
        table: as `partitioned_tables` found it.
        first: a day of the first month, in UTC.
        last: a day of the last one.
        lock_timeout_s: how long one statement waits for a table.

    Raises:
        LockedError: as `make_ahead`.
        RefusedError: as `make_ahead`.

    Effects: as `make_ahead`.
    """
    begins, ends = held_span(connection, table)
    month, until = min(first, ends or first).replace(day=1), max(last, begins or last)
    months = [month]
    while next_month(months[-1]) <= until:
        months.append(next_month(months[-1]))
    return _make_all(connection, table, months, lock_timeout_s)


def _make_all(
    connection: psycopg.Connection, table: PartitionedTable, wanted: list[datetime.date], lock_timeout_s: float
) -> Ahead:
    _take_turn(connection)
    made: list[MadePartition] = []
    with _lock_timeout(connection, table, lock_timeout_s):
        if _missing(connection, table, wanted):
            _lock(connection, table)
            made = [_make(connection, table, month) for month in _missing(connection, table, wanted)]
        return Ahead(table, tuple(made), rows_in_default(connection, table))


def _take_turn(connection: psycopg.Connection) -> None:
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (NAMESPACE, PARTITIONS)).fetchone()
    if not (row and row[0]):
        raise LockedError(
            f"Another run makes partitions: {holder(connection, PARTITIONS) or 'it has just ended'}.",
            remedy="Nothing is lost: it does the same work. Try again when it has finished.",
        )


def _missing(
    connection: psycopg.Connection, table: PartitionedTable, wanted: list[datetime.date]
) -> list[datetime.date]:
    """List the months that have no partition, first the oldest."""
    waiting = months_in_default(connection, table, next_month(wanted[-1]))
    months = sorted({*wanted, *waiting})
    held = held_months(connection, table, months)
    for month, name, whole in held:
        if not whole:
            raise RefusedError(
                f"{table.schema}.{name} holds a part of {month:%Y-%m} only; toolbox makes whole months in UTC.",
                remedy=f"Detach {name} or widen it to the whole month.",
            )
    return sorted(set(months) - {month for month, _, _ in held})


@contextmanager
def _lock_timeout(connection: psycopg.Connection, table: PartitionedTable, seconds: float) -> Iterator[None]:
    """Set the lock timeout for a while, and explain its end."""
    before = connection.execute("SELECT current_setting('lock_timeout')").fetchone()
    set_timeout = "SELECT set_config('lock_timeout', %s, true)"
    connection.execute(set_timeout, (f"{round(seconds * 1000)}ms",))
    try:
        yield
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
        raise LockedError(
            f"{table}, or a table that it refers to, stayed locked by others for longer than {seconds:g} s.",
            remedy="Nothing was changed. Repeat it when there is less traffic.",
        ) from error
    connection.execute(set_timeout, before)


def _lock(connection: psycopg.Connection, table: PartitionedTable) -> None:
    """Let writers wait at the parent: one that had already chosen the default partition would fail after us."""
    names = {
        "parent": sql.Identifier(table.schema, table.name),
        "default": sql.Identifier(table.default_schema, table.default),
    }
    connection.execute(sql.SQL("LOCK TABLE ONLY {parent} IN SHARE ROW EXCLUSIVE MODE").format(**names))
    connection.execute(sql.SQL("LOCK TABLE {default} IN ACCESS EXCLUSIVE MODE").format(**names))


def _make(connection: psycopg.Connection, table: PartitionedTable, month: datetime.date) -> MadePartition:
    """Make one partition beside the table, move its rows there, and attach it."""
    name = f"{table.name}_{month:%Y_%m}"
    parts: dict[str, sql.Composable] = {
        "parent": sql.Identifier(table.schema, table.name),
        "child": sql.Identifier(table.schema, name),
        "default": sql.Identifier(table.default_schema, table.default),
        "owner": sql.Identifier(table.owner),
        "key": sql.Identifier(table.key),
        "columns": sql.SQL(", ").join(map(sql.Identifier, table.columns)),
        "begin": sql.Literal(begin_of(month)),
        "end": sql.Literal(begin_of(next_month(month))),
    }
    try:
        connection.execute(_CREATE.format(**parts))
    except psycopg.errors.DuplicateTable as error:
        raise RefusedError(
            f"{table.schema}.{name} is there, and is no partition of {table}.",
            remedy=f"Rename {name}, or attach it for {month:%Y-%m}.",
        ) from error
    connection.execute(_OWN.format(**parts))
    moved = connection.execute(_MOVE.format(**parts)).rowcount
    connection.execute(_ATTACH.format(**parts))
    return MadePartition(name, month, moved)
