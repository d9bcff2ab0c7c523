"""Load rows with COPY."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from toolbox_cli.core.database.names import Names


def copy_rows(
    connection: psycopg.Connection, names: Names, platform: str, table: str, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Load rows into a table; JSON documents are mappings and lists, arrays of documents are tuples.

    Args:
        connection: in the transaction that the rows belong to.
        names: the database's schemas.
        platform: whose table it is.
        table: its name within the schema.
        rows: all with the same keys, which are columns.

    Returns:
        How many rows were loaded.

    Effects: flushes, never commits.
    """
    if not rows:
        return 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(names.schema(platform), table), sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(_adapted(row.values()))
    return len(rows)


def _adapted(values: Iterable[Any]) -> list[Any]:
    return [_document(value) for value in values]


def _document(value: Any) -> Any:
    if isinstance(value, dict | list):
        return Jsonb(value)
    if isinstance(value, tuple):
        return [_document(part) for part in value]
    return value
