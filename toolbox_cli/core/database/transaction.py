"""A transaction on one platform's database, as commands use it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import dict_row

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import target_of
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.runtime import Runtime

Connection = psycopg.Connection[Any]
Row = dict[str, Any]

_NOT_THERE: Final = (
    psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
)  # fmt: skip

PATIENCE: Final = "30s"
"""How long a statement waits for a lock, where nobody says otherwise: not for ever for somebody's open transaction."""

_ENTER: Final = """
SELECT set_config('search_path', %s, true), set_config('TimeZone', 'UTC', true),
       set_config('lock_timeout', coalesce(nullif(current_setting('lock_timeout'), '0'), %s), true)"""


@contextmanager
def transaction(
    runtime: Runtime, platform: str, purpose: str, *, dry_run: bool = False, snapshot: bool = False
) -> Iterator[Connection]:
    """Open a transaction on a platform's database.

    Args:
        runtime: says where that is.
        platform: whose schema names without one mean.
        purpose: shown to others as the connection's application_name.
        dry_run: take everything back in the end.
        snapshot: let all statements see one state.

    Yields:
        A connection whose search_path is the platform's schema, and whose times are UTC.

    Raises:
        RefusedError: the database is not upgraded.
        UsageError: what was given to a statement is no text, such as an argument in another encoding.
        LockedError: others hold a lock for too long; the statement that waits for it raises.

    Effects: commits when the block ends well.
    """
    target = target_of(runtime.settings, runtime.environ, platform)
    with upgraded(), connect(target, autocommit=False, purpose=purpose) as connection:
        if snapshot:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(_ENTER, (target.names.quoted(platform), PATIENCE))
        try:
            yield connection
        except UnicodeEncodeError as error:
            raise UsageError("Something that was given is no text in UTF-8.") from error
        if dry_run:
            connection.rollback()


@contextmanager
def upgraded() -> Iterator[None]:
    """Say what to do where tables are missing."""
    try:
        yield
    except _NOT_THERE as error:
        raise RefusedError(
            f"The database lacks what this needs: {error.diag.message_primary}.",
            remedy="Bring it to its newest revision first: toolbox db upgrade",
        ) from error


def rows(connection: Connection, query: LiteralString, values: Mapping[str, Any] | None = None) -> list[Row]:
    """Ask, and give the rows as mappings."""
    return connection.cursor(row_factory=dict_row).execute(query, values).fetchall()
