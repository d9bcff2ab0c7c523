"""Holds a query to one statement that reads."""

from typing import Any, Final

import duckdb

from toolbox_cli.core.errors import RefusedError, UsageError

_WORDS: Final = {
    "SET": "SET or USE", "VARIABLE_SET": "SET", "LOAD": "INSTALL or LOAD", "EXTENSION": "an extension's statement",
    "MULTI": "PIVOT without its values, or several statements at once",
}  # fmt: skip


def only_reading(connection: Any, sql: str) -> str:
    """Give the statement of a text that holds one alone, which reads.

    Args:
        connection: one of DuckDB, whose parser decides.
        sql: the text.

    Raises:
        UsageError: there is no statement in it, more than one, or no SQL.
        RefusedError: the statement does something else than read.
    """
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise UsageError(f"The query is no SQL: {first_line(error)}") from None
    if len(statements) != 1:
        raise UsageError(f"A query is one statement; this is {len(statements)}.")
    [statement] = statements
    kind = statement.type.name
    if kind != "SELECT":
        raise RefusedError(
            f"A query only reads: {_WORDS.get(kind, kind.replace('_', ' '))} is refused.",
            remedy="Begin it with SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE or SHOW TABLES.",
        )
    found: str = statement.query
    return found


def first_line(error: BaseException) -> str:
    """Give what DuckDB says without the excerpt of the query that it draws below."""
    return str(error).partition("\n\n")[0].strip().replace("\n", " ")
