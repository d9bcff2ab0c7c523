"""What a database says about its revisions. psycopg alone: a check that nothing is to do must be cheap."""

import datetime
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row


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
    """Give about how many rows each table of a schema holds; counted where the server has no estimate yet."""
    rows = connection.execute(
        """SELECT c.relname, c.reltuples::bigint FROM pg_class AS c
           WHERE c.relnamespace = to_regnamespace(quote_ident(%s)) AND c.relkind IN ('r', 'p')""",
        (schema,),
    ).fetchall()
    return {name: estimate if estimate >= 0 else _count(connection, schema, name) for name, estimate in rows}


def _count(connection: psycopg.Connection, schema: str, table: str) -> int:
    query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(schema, table))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
