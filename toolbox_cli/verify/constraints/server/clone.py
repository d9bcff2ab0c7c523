"""A copy of a database's schemas, without a row, on the server that comes with the install."""

import os
import re
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import psycopg

from toolbox_cli.core.database.connect import conninfo_of
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.core.database.names import quote
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError, RefusedError
from toolbox_cli.db.backup.client.failures import explain
from toolbox_cli.db.backup.client.programs import access_of, choose

PREFIX: Final = "toolbox_proof_"
MAINTENANCE: Final = "postgres"
PURPOSE: Final = "toolbox verify"
LEFT_OUT: Final = (
    "--no-owner", "--no-privileges", "--no-comments", "--no-security-labels", "--no-tablespaces",
    "--no-publications", "--no-subscriptions",
)  # fmt: skip
IN_PLACE: Final = "Prove them in the database itself, in a transaction that is rolled back, with --live."

_FOR_PSQL: Final = re.compile(r"^\\(?:un)?restrict \w+$", re.MULTILINE)
_LEFT_BEHIND: Final = "SELECT datname::text FROM pg_database WHERE starts_with(datname, %s)"
_FIRST_KEY: Final = 1 << 16
"""Where the advisory locks of clones begin, apart from those of commands."""


@dataclass(frozen=True, slots=True)
class Clone:
    """A copy.

    Attributes:
        connection: to it, in autocommit.
        server_version: of the server that it stands on; the major version.
    """

    connection: psycopg.Connection[Any]
    server_version: int


@contextmanager
def cloned(
    live: psycopg.Connection[Any], target: Target, schemas: Sequence[str], scratch: EmbeddedServer
) -> Iterator[Clone]:
    """Copy schemas, and drop the copy in the end; one that a killed run left behind goes first.

    Args:
        live: to the target.
        target: where the schemas are.
        schemas: unquoted.
        scratch: the server to copy to; started if it does not run.

    Raises:
        RefusedError: the schemas can't be read or stand on what the copy lacks.
        ConfigurationError: no fitting pg_dump, or the server can't be used.

    Effects: CREATE DATABASE and DROP DATABASE on `scratch`.
    """
    definition = _dumped(live, target, schemas)
    scratch.start()
    name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(scratch.conninfo(MAINTENANCE), autocommit=True, application_name=PURPOSE) as maintenance:
        clear_left_behind(maintenance)
        with advisory_lock(maintenance, _lock_of(name), wait_s=0):
            maintenance.execute(f"CREATE DATABASE {quote(name)} ENCODING 'UTF8' TEMPLATE template0".encode())
            try:
                with psycopg.connect(scratch.conninfo(name), autocommit=True, application_name=PURPOSE) as connection:
                    _build(connection, schemas, definition)
                    yield Clone(connection, connection.info.server_version // 10_000)
            finally:
                _drop(maintenance, name)


def clear_left_behind(maintenance: psycopg.Connection[Any]) -> None:
    """Drop the clones of runs that are no more: a living run holds its clone's lock."""
    for (name,) in maintenance.execute(_LEFT_BEHIND, (PREFIX,)).fetchall():
        with suppress(LockedError), advisory_lock(maintenance, _lock_of(name), wait_s=0):
            _drop(maintenance, name)


def _drop(maintenance: psycopg.Connection[Any], name: str) -> None:
    maintenance.execute(f"DROP DATABASE IF EXISTS {quote(name)} WITH (FORCE)".encode())


def _dumped(live: psycopg.Connection[Any], target: Target, schemas: Sequence[str]) -> str:
    """Read what the schemas are, as SQL."""
    programs = choose(live.info.server_version // 10_000, tls=bool(live.pgconn.ssl_in_use))
    access = access_of(live, conninfo_of(target, direct=True), PURPOSE)
    wanted = [f"--schema={quote(schema)}" for schema in schemas]
    done = subprocess.run(  # noqa: S603  a program that we chose
        programs.command(
            "pg_dump", "--schema-only", "--no-password", *LEFT_OUT, *wanted, f"--dbname={access.conninfo}"
        ),
        env=programs.environment(access.variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise explain("The schemas could not be copied", done.stderr)
    return _FOR_PSQL.sub("", done.stdout)


def _build(connection: psycopg.Connection[Any], schemas: Sequence[str], definition: str) -> None:
    try:
        if "public" in schemas:
            connection.execute("DROP SCHEMA public")
        connection.execute(definition.encode())
    except psycopg.Error as error:
        raise RefusedError(
            f"The copy to prove the rules on could not be made: {error.diag.message_primary or error}.", remedy=IN_PLACE
        ) from error


def _lock_of(name: str) -> int:
    return _FIRST_KEY + crc32(name.encode()) % _FIRST_KEY
