"""What changed since the last export: exact under late commits, updates, deletions and restored servers.

A row belongs to the transaction that wrote it (`xmin`). Every transaction before the snapshot's oldest running one, the
watermark, is over: rows below it can go, but none can come. So where a month still has as many rows below the last
watermark as the last export had, those are the same rows, and their files are kept; where it has fewer, something was
updated, deleted or moved, and the month is written anew. Rows from the last watermark on are read; those that are
still above the new one, committed while an older transaction runs, go into files of their own, which the next export
replaces. Transactions within transactions have numbers of their own, below or above the watermark like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Join,
    Select,
    Table,
    and_,
    column,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import Function
from sqlalchemy.sql.selectable import AliasedReturnsRows, ScalarSelect, SelectBase

from toolbox_cli.analytics.datasets.dataset import Grows
from toolbox_cli.analytics.exporting.choices import Partition
from toolbox_cli.analytics.exporting.manifest import Manifest, Part, Source
from toolbox_cli.analytics.exporting.planning import ALL, Reading, month_of, named, within
from toolbox_cli.analytics.extracting.extract import Snapshot
from toolbox_cli.core.errors import RefusedError

_COMPARABLE: Final = 2**31 - 1
"""Transactions that `age` can tell apart."""

_MOST_FILES: Final = 32
_SMALL_BYTES: Final = 16 * 1024 * 1024

_LAYOUT: Final = """
SELECT md5(string_agg(concat_ws(' ', attrelid, attnum, attname, atttypid), ',' ORDER BY attrelid, attnum)) AS layout
FROM pg_attribute WHERE attrelid = ANY (ARRAY[{tables}]::regclass[]) AND attnum > 0 AND NOT attisdropped"""

_CLOCKS: Final = frozenset({"now", "current_timestamp", "clock_timestamp", "statement_timestamp", "current_date"})

_MOMENT: Final = """
SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system,
    (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) AS database,
    pg_current_snapshot()::text AS snapshot, pg_is_in_recovery() AS standby,
    CASE WHEN pg_is_in_recovery() THEN
        (SELECT greatest(timeline_id, (SELECT min_recovery_end_timeline FROM pg_control_recovery()))::bigint
         FROM pg_control_checkpoint())
    ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END AS timeline,
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text AS position,
    age('3'::xid)::bigint AS age_of_third"""


@dataclass(frozen=True, slots=True)
class Horizon:
    """A snapshot's place in its server's history.

    Attributes:
        source: the moment.
        watermark: the oldest transaction that still ran, or the next one where none did.
        ceiling: the first that had not begun, as the snapshot saw it.
        next: what ages of transactions are counted from.
    """

    source: Source
    watermark: int
    ceiling: int
    next: int


@dataclass(frozen=True, slots=True)
class Months:
    """What an export that goes on does with each month.

    Attributes:
        kept: months whose settled files stay.
        read: rows that are to be read and written, by month.
        rewritten: months that are read whole.
        unsettled: whether some of the rows are of transactions above the watermark.
    """

    kept: frozenset[str]
    read: Mapping[str, int]
    rewritten: frozenset[str]
    unsettled: bool


def horizon(snapshot: Snapshot) -> Horizon:
    """Say where in its server's history a snapshot stands."""
    [told] = snapshot.rows(_MOMENT)
    oldest, ceiling, _ = str(told["snapshot"]).split(":")
    source = Source(
        str(told["system"]), told["database"], told["timeline"], told["snapshot"], told["position"], told["standby"]
    )
    upcoming = (told["age_of_third"] + 3) % 2**32
    return Horizon(source, int(oldest), int(ceiling), int(ceiling) + (upcoming - int(ceiling)) % 2**32)


def reason_to_rewrite(reading: Reading, last: Manifest | None, now: Horizon, layout: str) -> str | None:
    """Say why an export can't go on from the last one; None where it can.

    Raises:
        RefusedError: the database is a standby that has not yet come to the last export's moment.
    """
    if last is None:
        return "there is no export to go on from"
    if last.watermark is None or not continues(reading):
        return "it is always exported whole"
    if last.source.history != now.source.history or last.layout != layout:
        return "the server, its history or its tables are others"
    if now.watermark < last.watermark and now.source.standby:
        raise RefusedError(
            "The standby is behind the last export.", remedy="Try again when it has caught up, or ask the primary."
        )
    if not now.ceiling - _COMPARABLE < last.watermark <= now.watermark:
        return "the last export is not of this history, or too long ago"
    return None


def continues(reading: Reading) -> bool:
    """Say whether exports of a dataset can go on from one another."""
    return reading.dataset.grows is Grows.BY_EVENTS and traceable(reading) is not None


def traceable(reading: Reading) -> tuple[FromClause, ...] | None:
    """Give the tables whose rows alone decide a dataset's rows; None where something else does.

    An outer join, a subquery or the time of day changes what is read without any row of these tables being written.
    """
    statement = reading.dataset.select()
    for element in visitors.iterate(statement):
        if isinstance(element, Join) and (element.isouter or element.full):
            return None
        if isinstance(element, Function) and element.name.lower() in _CLOCKS:
            return None
        if isinstance(element, SelectBase | ScalarSelect) and element is not statement:
            return None
    return tuple(table for source in statement.get_final_froms() for table in _tables(source))


def decide(snapshot: Snapshot, reading: Reading, last: Manifest, now: Horizon, by: Partition) -> Months:
    """Decide what becomes of each month, by counting rows before the last watermark, between the two, and after.

    Args:
        snapshot: to be read from.
        reading: what is exported.
        last: the last export, which this one can go on from.
        now: where the snapshot stands.
        by: what decides folders.
    """
    kept, read, rewritten, waiting = set(), {}, set(), 0
    for row in snapshot.rows(_counting(reading, last, now, by)):
        month, old, fresh = row["month"], row["old"], row["new"] + row["waiting"]
        files = last.settled(month)
        waiting += row["waiting"]
        if old == sum(part.rows for part in files) and not _crumbled(files):
            kept.add(month)
            read[month] = fresh
        else:
            rewritten.add(month)
            read[month] = old + fresh
    return Months(
        frozenset(kept), {month: rows for month, rows in read.items() if rows}, frozenset(rewritten), waiting > 0
    )


def wanted(reading: Reading, months: Months, last: Manifest, now: Horizon) -> tuple[ColumnElement[bool], ...]:
    """Hold rows to those that are to be read."""
    dataset = reading.dataset
    appended = [month for month in months.read if month in months.kept]
    choices = [within(dataset, tuple(months.rewritten))] if months.rewritten else []
    if appended:
        choices.append(and_(within(dataset, appended), since(reading, last.watermark or 0, now)))
    return (or_(*choices),)


def since(reading: Reading, watermark: int, now: Horizon) -> ColumnElement[bool]:
    """Say that a row is of a transaction from a watermark on.

    `age` is below 0 for a frozen row whose number has been given out again since: such a row is as old as can be.
    """
    oldest = min(now.next - watermark, _COMPARABLE - 1)
    ages = [
        func.age(column("xmin", Integer, _selectable=table), type_=BigInteger) for table in traceable(reading) or ()
    ]
    return or_(*(age.between(0, oldest) for age in ages))


def layout_of(snapshot: Snapshot, reading: Reading) -> str:
    """Tell the tables and columns that a dataset reads from others of the same names, which may have come since."""
    tables = [snapshot.names.table(str(table.schema), table.name) for table in map(_itself, traceable(reading) or ())]
    if not tables:
        return ""
    listed = ", ".join("'" + table.replace("'", "''") + "'" for table in sorted(tables))
    [told] = snapshot.rows(_LAYOUT.format(tables=listed))
    return str(told["layout"])


def _crumbled(files: Sequence[Part]) -> bool:
    """Say that a month has got so many small files that it is better written anew."""
    return len(files) > _MOST_FILES and sum(part.size_bytes for part in files) < len(files) * _SMALL_BYTES


def _counting(reading: Reading, last: Manifest, now: Horizon, by: Partition) -> Select[Any]:
    fresh, waiting = since(reading, last.watermark or 0, now), since(reading, now.watermark, now)
    month = month_of(reading.dataset) if by is Partition.MONTH else literal_column("NULL::timestamptz")
    rows = func.count()
    counts = (
        rows.filter(not_(fresh)).label("old"),
        rows.filter(and_(fresh, not_(waiting))).label("new"),
        rows.filter(waiting).label("waiting"),
    )
    counting = reading.rows.with_only_columns(month.label("month"), *counts, maintain_column_froms=True)
    counted = counting.group_by(literal_column("1")).subquery()
    name = named(counted.c.month) if by is Partition.MONTH else literal(ALL)
    return select(name.label("month"), counted.c.old, counted.c.new, counted.c.waiting)


def _itself(source: FromClause) -> Table:
    """Give the table behind a name that a statement gives it."""
    held = source.element if isinstance(source, AliasedReturnsRows) else source
    if not isinstance(held, Table):
        raise TypeError(f"{source} is no table")
    return held


def _tables(source: FromClause) -> list[FromClause]:
    return [*_tables(source.left), *_tables(source.right)] if isinstance(source, Join) else [source]
