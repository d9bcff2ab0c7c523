"""What the catalog says of partitioned tables, and which months their default partitions hold."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql
from psycopg.rows import class_row

EARLIEST: Final = datetime.date(2000, 1, 1)
"""Older times come from clocks that were never set: such rows stay in the default partition."""


@dataclass(frozen=True, slots=True)
class PartitionedTable:
    """A table in monthly partitions.

    Attributes:
        schema: its schema, unquoted.
        name: its name, unquoted.
        owner: the role that owns it.
        key: the column of time that decides the partition.
        columns: the columns that a row is written with.
        default_schema: schema of the default partition.
        default: name of the default partition.
    """

    schema: str
    name: str
    owner: str
    key: str
    columns: list[str]
    default_schema: str
    default: str

    def __str__(self) -> str:
        """Name the table for people."""
        return f"{self.schema}.{self.name}"


_PARTITIONED: Final = """
SELECT n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner, k.attname AS key,
       (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
       dn.nspname AS default_schema, d.relname AS default
FROM pg_partitioned_table AS p
JOIN pg_class AS c ON c.oid = p.partrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS k ON k.attrelid = c.oid AND k.attnum = p.partattrs[0]
JOIN pg_class AS d ON d.oid = p.partdefid
JOIN pg_namespace AS dn ON dn.oid = d.relnamespace
WHERE n.nspname = %s AND p.partstrat = 'r' AND p.partnatts = 1 AND k.atttypid = 'timestamptz'::regtype
ORDER BY c.relname"""

_PARTS: Final = r"""
WITH bound AS (
    SELECT c.relname::text AS name,
           regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''?(.*?)''?\) TO \(''?(.*?)''?\)') AS ends
    FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = %(parent)s::regclass
), part AS (
    SELECT name, replace(ends[1], 'MINVALUE', '-infinity')::timestamptz AS begins,
           replace(ends[2], 'MAXVALUE', 'infinity')::timestamptz AS ends
    FROM bound WHERE ends IS NOT NULL
)"""

_HELD: Final = f"""{_PARTS}
SELECT wanted.month, part.name, part.begins <= wanted.begins AND part.ends >= wanted.ends AS whole
FROM unnest(%(months)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS wanted (month, begins, ends)
JOIN part ON part.begins < wanted.ends AND part.ends > wanted.begins
ORDER BY 1, 2"""  # noqa: S608  text of ours

_SPAN: Final = f"""{_PARTS}
SELECT min((begins AT TIME ZONE 'UTC')::date) FILTER (WHERE isfinite(begins)),
       max((ends AT TIME ZONE 'UTC')::date) FILTER (WHERE isfinite(ends)) FROM part"""  # noqa: S608  text of ours


def partitioned_tables(connection: psycopg.Connection, schema: str) -> list[PartitionedTable]:
    """Find the tables of a schema in partitions by time that have a default partition, by name."""
    with connection.cursor(row_factory=class_row(PartitionedTable)) as cursor:
        return cursor.execute(_PARTITIONED, (schema,)).fetchall()


def held_months(
    connection: psycopg.Connection, table: PartitionedTable, months: Sequence[datetime.date]
) -> list[tuple[datetime.date, str, bool]]:
    """Find the partitions that hold wanted months.

    Returns:
        A row per month and partition: the month, the partition's name, whether it holds the month to both ends.
    """
    parameters = {
        "parent": _name(connection, table),
        "months": list(months),
        "begins": [begin_of(month) for month in months],
        "ends": [begin_of(next_month(month)) for month in months],
    }
    return connection.execute(_HELD, parameters).fetchall()


def held_span(
    connection: psycopg.Connection, table: PartitionedTable
) -> tuple[datetime.date | None, datetime.date | None]:
    """Find the day on which the first partition begins and that before which the last one ends, in UTC.

    Returns:
        None where there is no partition but the default one, or the first or last goes on without end.
    """
    row = connection.execute(_SPAN, {"parent": _name(connection, table)}).fetchone()
    return (row[0], row[1]) if row else (None, None)


def months_in_default(
    connection: psycopg.Connection, table: PartitionedTable, until: datetime.date
) -> list[datetime.date]:
    """Find the months before `until` that rows of the default partition belong to."""
    statement = sql.SQL("""
        SELECT DISTINCT date_trunc('month', {key} AT TIME ZONE 'UTC')::date FROM {default}
        WHERE {key} >= %s AND {key} < %s ORDER BY 1""").format(
        key=sql.Identifier(table.key), default=sql.Identifier(table.default_schema, table.default)
    )
    rows = connection.execute(statement, (begin_of(EARLIEST), begin_of(until)))
    return [month for (month,) in rows]


def rows_in_default(connection: psycopg.Connection, table: PartitionedTable) -> int:
    """Count the rows of the default partition."""
    statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.default_schema, table.default))
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


def begin_of(month: datetime.date) -> str:
    """Write the moment that a month begins at, in UTC, as PostgreSQL reads it.

    Example:
        >>> begin_of(datetime.date(2026, 11, 1))
        '2026-11-01 00:00:00+00'
    """
    return f"{month.isoformat()} 00:00:00+00"


def next_month(month: datetime.date) -> datetime.date:
    """Give the first day of the month after.

    Example:
        >>> next_month(datetime.date(2026, 12, 1))
        datetime.date(2027, 1, 1)
    """
    return datetime.date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _name(connection: psycopg.Connection, table: PartitionedTable) -> str:
    return sql.Identifier(table.schema, table.name).as_string(connection)
