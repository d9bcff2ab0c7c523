"""What a target says of the tables that revisions work on: rows, size, partitions, columns, indexes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from toolbox_cli.db.revisions.plan import columns
from toolbox_cli.db.revisions.queries import row_estimates

_TABLES: Final = """
SELECT c.relname,
    CASE WHEN c.relkind = 'p' THEN (SELECT count(*) - 1 FROM pg_partition_tree(c.oid)) END,
    (SELECT coalesce(sum(leaf.relpages), 0)::bigint FROM pg_class AS leaf WHERE leaf.oid = c.oid OR leaf.oid IN (
        SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)) * current_setting('block_size')::bigint
FROM pg_class AS c
WHERE c.relnamespace = to_regnamespace(quote_ident(%s)) AND c.relkind IN ('r', 'p')"""

_COLUMNS: Final = """
SELECT c.relname, a.attname, a.attnotnull OR EXISTS (
        SELECT FROM pg_constraint AS k
        WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated
            AND pg_get_expr(k.conbin, k.conrelid) = format('(%%I IS NOT NULL)', a.attname)),
    s.null_frac
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_stats AS s ON (s.schemaname, s.tablename, s.attname, s.inherited)
    = (c.relnamespace::regnamespace::name, c.relname, a.attname, c.relkind = 'p')
WHERE c.relnamespace = to_regnamespace(quote_ident(%s)) AND c.relkind IN ('r', 'p')"""

_INDEXES: Final = """
SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s)) AND relkind IN ('i', 'I')"""


@dataclass(frozen=True, slots=True)
class Column(columns.Column):
    """A column, and what is known of its rows.

    Attributes:
        never_null: it is NOT NULL, or a CHECK that holds for all rows says so.
        null_ratio: 0 to 1, as last analysed; None where nobody knows.
    """

    never_null: bool = False
    null_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        rows: about how many; those of its partitions too.
        size_bytes: of its rows and those of its partitions, without indexes.
        partitions: how many tables are below it; None where it is not partitioned.
    """

    rows: int
    size_bytes: int = 0
    partitions: int | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one schema of a target holds.

    Attributes:
        tables: by name; None where no database was asked, so that every table may be there, of any size.
        indexes: their names.
        migrated: a revision of the platform was applied, so that programs may be using it.
    """

    tables: Mapping[str, Table] | None = None
    indexes: frozenset[str] = frozenset()
    migrated: bool = True

    def rows(self, table: str) -> int | None:
        """Give about how many rows a table holds: none where it isn't there, None where nobody knows."""
        found = self.table(table)
        return None if self.tables is None else found.rows if found else 0

    def table(self, name: str) -> Table | None:
        """Give what is known of a table."""
        return (self.tables or {}).get(name)

    def column(self, table: str, name: str | None) -> Column | None:
        """Give what is known of a column."""
        found = self.table(table)
        return found.columns.get(name) if found and name else None


UNKNOWN: Final = Facts()
"""No database was asked."""


def read_facts(connection: psycopg.Connection[Any], schema: str, *, migrated: bool) -> Facts:
    """Ask a database about one schema; wants SELECT only where it has to count rows."""
    rows = row_estimates(connection, schema)
    held = columns.read_columns(connection, schema)
    found: dict[str, dict[str, Column]] = {}
    for table, name, never_null, null_ratio in connection.execute(_COLUMNS, (schema,)):
        known = held[table, name]
        found.setdefault(table, {})[name] = Column(known.type, never_null, null_ratio, relied_on=known.relied_on)
    tables = {
        name: Table(rows.get(name, 0), size_bytes, partitions, found.get(name, {}))
        for name, partitions, size_bytes in connection.execute(_TABLES, (schema,))
    }
    indexes = frozenset(name for (name,) in connection.execute(_INDEXES, (schema,)))
    return Facts(tables, indexes, migrated)
