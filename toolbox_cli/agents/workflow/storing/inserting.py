"""Insert rows: one statement a table."""

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


def insert(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns; each has to be new.

    Args:
        connection: in a transaction, with the platform's schema as search path.
        table: its name alone.
        rows: column to JSON value, as the column's type reads it.
    """
    _insert(connection, table, rows, sql.SQL(""))


def insert_missing(connection: Connection, table: str, rows: Sequence[Row]) -> int:
    """Insert rows as `insert` does; what is there already stays. Gives how many were new."""
    return _insert(connection, table, rows, sql.SQL(" ON CONFLICT DO NOTHING"))


def _insert(connection: Connection, table: str, rows: Sequence[Row], otherwise: sql.SQL) -> int:
    if not rows:
        return 0
    query = sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s){otherwise}"
    ).format(
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(map(sql.Identifier, rows[0])),
        otherwise=otherwise,
    )
    return connection.execute(query, (Jsonb([dict(row) for row in rows]),)).rowcount
