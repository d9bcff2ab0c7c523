"""Batches of rows go into their tables by COPY, as they come."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import psycopg
from psycopg import sql

from toolbox_cli.seed.making.domain import Domain
from toolbox_cli.seed.making.workers import Batch

Told = Callable[[str, int], None]
"""Takes a table and how many more of its rows are loaded."""


def load(
    connection: psycopg.Connection[Any], schema: str, domain: Domain, batches: Iterable[Batch], told: Told
) -> Mapping[str, int]:
    """Load what a domain makes.

    Args:
        connection: in the transaction of the seeding.
        schema: the platform's, in this database.
        domain: says which columns its tables' rows have.
        batches: the rows; in each, tables come in an order that satisfies the foreign keys.
        told: hears of each COPY.

    Returns:
        Table to rows, for each table of the domain.

    Effects: writes the domain's tables; never commits.
    """
    columns = domain.content.TABLES
    statements = {table: _statement(schema, table, names) for table, names in columns.items()}
    rows = Counter(dict.fromkeys(columns, 0))
    with connection.cursor() as cursor:
        for batch in batches:
            for part in batch:
                with cursor.copy(statements[part.table]) as copy:
                    copy.write(part.data)
                rows[part.table] += part.rows
                told(part.table, part.rows)
    return rows


def _statement(schema: str, table: str, columns: Iterable[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN (ENCODING 'UTF8')").format(sql.Identifier(schema, table), names)
