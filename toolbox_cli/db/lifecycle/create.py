"""Make a database where it is missing."""

from dataclasses import dataclass, replace
from typing import Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.connect import connect, conninfo_of
from toolbox_cli.core.database.names import quote
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, ToolboxError

PURPOSE: Final = "toolbox db create"
MAINTENANCE: Final = ("postgres", "template1")
"""Databases to make others from; every server has one of them."""

CREATE: Final = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0")

_EXISTS: Final = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)"


@dataclass(frozen=True, slots=True)
class Created:
    """A database that is there now.

    Attributes:
        made: whether it was missing before.
    """

    target: Target
    made: bool


def create(target: Target) -> Created:
    """Make the database of a target, in UTF-8 and with the server's own locale, unless it is there.

    Raises:
        RefusedError: the role may not make databases, or the server's locale can't hold UTF-8.
        UnreachableError: the server can't be reached.

    Effects: CREATE DATABASE; the embedded server makes its own when it starts.
    """
    try:
        connect(target, direct=True, purpose=PURPOSE).close()
    except ToolboxError as error:
        return Created(target, made=_create_missing(target, error))
    return Created(target, made=False)


def _create_missing(target: Target, error: ToolboxError) -> bool:
    """Make the database if that is why there was no connection; say whether it was."""
    name = _name_of(target)
    if target.embedded or name is None:
        raise error
    with _maintenance(target, error) as connection:
        row = connection.execute(_EXISTS, (name,)).fetchone()
        missing = row is not None and not row[0]
        if missing:
            _run(connection, name)
    if not missing:
        connect(target, direct=True, purpose=PURPOSE).close()  # it came in the meantime, or can't be reached still
    return missing


def _maintenance(target: Target, error: ToolboxError) -> psycopg.Connection:
    for name in MAINTENANCE:
        try:
            return connect(replace(target, conninfo=_to(target, name), direct=None), purpose=PURPOSE)
        except ToolboxError:
            continue
    raise error


def _run(connection: psycopg.Connection, name: str) -> None:
    try:
        connection.execute(CREATE.format(sql.Identifier(name)))
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return  # another command was faster
    except psycopg.errors.InsufficientPrivilege as error:
        owner = f"{quote(name)} OWNER {quote(connection.info.user)}"
        raise RefusedError(
            f"The role {connection.info.user} may not make databases.",
            remedy=f"As an administrator: CREATE DATABASE {owner} ENCODING 'UTF8' TEMPLATE template0",
        ) from error
    except (psycopg.errors.InvalidParameterValue, psycopg.errors.WrongObjectType) as error:
        raise RefusedError(
            f"The server can't make a database in UTF-8: {error.diag.message_primary}.",
            remedy=f"As an administrator: CREATE DATABASE {quote(name)} ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0",
        ) from error


def _name_of(target: Target) -> str | None:
    """Give the database's name, which libpq takes from the user's where it is not said."""
    try:
        parts = psycopg.conninfo.conninfo_to_dict(conninfo_of(target, direct=True))
    except psycopg.ProgrammingError:
        return None
    defaults = {one.keyword.decode(): one.val for one in psycopg.pq.Conninfo.get_defaults()}
    found = parts.get("dbname") or defaults.get("dbname") or parts.get("user") or defaults.get("user")
    return found.decode() if isinstance(found, bytes) else found if found is None else str(found)


def _to(target: Target, database: str) -> str:
    return conninfo_of(target, direct=True, database=database)
