"""What a database says about its revisions. psycopg alone: a check that nothing is to do must be cheap."""

import datetime
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg.rows import class_row

_ESTIMATES: Final = """
WITH estimated AS (
    SELECT c.oid, c.relname, c.relkind, CASE
        WHEN c.reltuples > 0 THEN c.reltuples
        WHEN c.reltuples = 0 THEN pg_stat_get_live_tuples(c.oid)
        WHEN c.relkind = 'p' OR pg_relation_size(c.oid) > 0 THEN -1
        ELSE 0 END::bigint AS number
    FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(quote_ident(%s)) AND c.relkind IN ('r', 'p'))
SELECT e.relname, CASE WHEN e.relkind = 'r' THEN e.number ELSE coalesce(
    (SELECT CASE WHEN min(leaf.number) < 0 THEN -1 ELSE sum(leaf.number) END::bigint
     FROM pg_partition_tree(e.oid) AS below JOIN estimated AS leaf ON leaf.oid = below.relid WHERE below.isleaf
    ), 0) END
FROM estimated AS e"""
"""-1 where only counting tells. A table that was empty when it was last looked at may have been filled since."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """When a revision was last applied, by whom and with what."""

    revision: str
    direction: str
    applied_at: datetime.datetime
    database_user: str
    tool_version: str
    duration_ms: float | None


def current_revisions(connection: psycopg.Connection) -> tuple[str, ...]:
    """Give the revisions that a database is at, one a platform; none where nothing was ever migrated."""
    try:
        rows = connection.execute("SELECT version_num FROM toolbox.alembic_version ORDER BY 1").fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        connection.rollback()
        return ()
    return tuple(row[0] for row in rows)


def last_applied(connection: psycopg.Connection) -> dict[str, LogEntry]:
    """Give the last log entry of each revision, by revision."""
    query = """
        SELECT DISTINCT ON (revision) revision, direction, applied_at, database_user, tool_version, duration_ms
        FROM toolbox.migration_log ORDER BY revision, id DESC"""
    try:
        with connection.cursor(row_factory=class_row(LogEntry)) as cursor:
            return {entry.revision: entry for entry in cursor.execute(query)}
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        connection.rollback()
        return {}


def row_estimates(connection: psycopg.Connection, schema: str) -> dict[str, int]:
    """Give about how many rows each table of a schema holds; counted where the server has no estimate yet.

    A partitioned table holds what its partitions hold.
    """
    rows = connection.execute(_ESTIMATES, (schema,)).fetchall()
    return {name: estimate if estimate >= 0 else _count(connection, schema, name) for name, estimate in rows}


def _count(connection: psycopg.Connection, schema: str, table: str) -> int:
    query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(schema, table))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
