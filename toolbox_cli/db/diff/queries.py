"""What a script's reader wants to know of the tables."""

from typing import Any

import psycopg
from psycopg.rows import tuple_row


def estimated_rows(connection: psycopg.Connection[Any], schema: str) -> dict[str, int]:
    """Give about how many rows each table of a schema has, where the server knows; counts nothing."""
    query = """
        SELECT relname::text, greatest(reltuples, (SELECT sum(greatest(p.reltuples, 0)) FROM pg_inherits
               JOIN pg_class AS p ON p.oid = inhrelid WHERE inhparent = c.oid))::bigint
        FROM pg_class AS c
        WHERE relnamespace = to_regnamespace(quote_ident(%s)) AND relkind IN ('r', 'p', 'm') AND reltuples >= 0"""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(query, (schema,)).fetchall())
