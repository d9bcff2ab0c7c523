"""Insert rows: one statement a table, and what is there already stays."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]
Row = Mapping[str, Any]


def key_of(task: uuid.UUID, what: str) -> str:
    """Give the key of a row that a task leaves: the same however often it is written.

    Example:
        >>> key_of(uuid.UUID(int=1), "quizzes") == key_of(uuid.UUID(int=1), "quizzes")
        True
    """
    return str(uuid.uuid5(task, what))


def insert(connection: Connection, table: str, rows: Sequence[Row]) -> int:
    """Insert rows that have the same columns, and give how many were new.

    Args:
        connection: in a transaction, with the platform's schema as search path.
        table: its name alone.
        rows: column to JSON value, as the column's type reads it.
    """
    if not rows:
        return 0
    query = sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
        " ON CONFLICT DO NOTHING"
    ).format(table=sql.Identifier(table), columns=sql.SQL(", ").join(map(sql.Identifier, rows[0])))
    return connection.execute(query, (Jsonb([dict(row) for row in rows]),)).rowcount
