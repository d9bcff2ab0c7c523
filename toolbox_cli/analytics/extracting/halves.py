"""Splits a large statement in two that two connections read at once: a server process keeps one core busy, no more."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql
from sqlalchemy import ColumnElement, FromClause, Join, Select, Table, column, literal_column

if TYPE_CHECKING:
    from toolbox_cli.analytics.extracting.extract import Snapshot

WORTH_BLOCKS: Final = 4096
"""Blocks from which a table is read by two: 32 MiB, since a connection and its snapshot take some milliseconds."""
WORTH_ROWS: Final = 50_000
"""Rows of it that are wanted, by the planner: both would go through the index of what holds for few."""

_BLOCKS: Final = """
SELECT pg_relation_size(part) / current_setting('block_size')::bigint AS blocks
FROM (SELECT {name}::regclass UNION SELECT relid FROM pg_partition_tree({name})) AS parts (part)"""


def halves(snapshot: "Snapshot", statement: Select[Any]) -> tuple[Select[Any], ...]:
    """Split a statement by where its rows stand in the files of its first table.

    Each row is of exactly one half. What is small stays whole, and so does what wants little of a large table. Of a
    partitioned table, both halves go through all partitions from the first on, so that rows of one month come at about
    the same time.

    Args:
        snapshot: tells how large the table is, and how many of its rows are wanted.
        statement: over tables that are joined so that each row is of one row of the first.
    """
    table = _first(statement)
    if table is None or statement._order_by_clauses:
        return (statement,)
    sizes = [int(row["blocks"]) for row in snapshot.rows(_BLOCKS.format(name=_named(snapshot, table)))]
    if sum(sizes) < WORTH_BLOCKS or snapshot.rows_planned(statement) < WORTH_ROWS:
        return (statement,)
    place: ColumnElement[Any] = column("ctid", _selectable=table)
    middle: ColumnElement[Any] = literal_column(f"'({level(sizes)},0)'::tid")
    return statement.where(place < middle), statement.where(place >= middle)


def level(sizes: Sequence[int]) -> int:
    """Give the block below which the files of a table, taken together, have half of their blocks.

    Example:
        >>> level([10, 10, 40])
        10
        >>> level([100])
        50
    """
    half, rest = sum(sizes) / 2, sorted(sizes)
    while rest and rest[0] * len(rest) < half:  # the smallest is below the level as a whole
        half -= rest.pop(0)
    return round(half / len(rest)) if rest else 0


def _first(statement: Select[Any]) -> Table | None:
    """Give the table that the statement's joins begin with."""
    froms = statement.get_final_froms()
    found: FromClause | None = froms[0] if len(froms) == 1 else None
    while isinstance(found, Join):
        found = found.left
    return found if isinstance(found, Table) else None


def _named(snapshot: "Snapshot", table: Table) -> str:
    schema = snapshot.names.translate_map.get(table.schema) or table.schema or "public"
    return sql.Literal(sql.Identifier(schema, table.name).as_string()).as_string()
