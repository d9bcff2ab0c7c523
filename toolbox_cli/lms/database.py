"""The database that holds what schools' systems said, as commands of this group use it."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, LiteralString, NamedTuple

import psycopg
from psycopg.rows import dict_row

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import target_of
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.runtime import Runtime

PLATFORM: Final = "toolboxai"

Connection = psycopg.Connection[Any]
Row = dict[str, Any]

_NOT_THERE: Final = (
    psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn,
)  # fmt: skip

_ENTER: Final = "SELECT set_config('search_path', %s, true), set_config('TimeZone', 'UTC', true)"
_NAMED: Final = "SELECT id, name FROM lms_integrations WHERE name = %(said)s OR id::text = %(said)s"

_EVERY: Final = "SELECT id, name FROM lms_integrations ORDER BY name"


class Integration(NamedTuple):
    """An integration, by key and name."""

    id: uuid.UUID
    name: str


@contextmanager
def transaction(
    runtime: Runtime, purpose: str, *, dry_run: bool = False, snapshot: bool = False
) -> Iterator[Connection]:
    """Open a transaction on the platform's database.

    Args:
        runtime: says where that is.
        purpose: shown to others as the connection's application_name.
        dry_run: take everything back in the end.
        snapshot: let all statements see one state; for reading.

    Yields:
        A connection whose search_path is the platform's schema, and whose times are UTC.

    Raises:
        RefusedError: the database is not upgraded.

    Effects: commits when the block ends well.
    """
    target = target_of(runtime.settings, runtime.environ, PLATFORM)
    with upgraded(), connect(target, autocommit=False, purpose=purpose) as connection:
        if snapshot:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(_ENTER, (target.names.quoted(PLATFORM),))
        yield connection
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


def rows(connection: Connection, query: LiteralString, values: Mapping[str, Any]) -> list[Row]:
    """Ask, and give the rows as mappings."""
    return connection.cursor(row_factory=dict_row).execute(query, values).fetchall()


def every_integration(connection: Connection) -> list[Integration]:
    """Give all integrations by name, those that are paused or removed too."""
    return [Integration(**row) for row in rows(connection, _EVERY, {})]


def integration_named(connection: Connection, said: str) -> Integration:
    """Find an integration, also one that is paused or removed.

    Args:
        connection: whose search_path begins with the platform's schema.
        said: its name or key.

    Raises:
        UsageError: there is none.
    """
    found = rows(connection, _NAMED, {"said": said})
    if not found:
        raise UsageError(f"There is no integration {said}.", remedy="See which there are with: toolbox lms list")
    return Integration(**found[0])
