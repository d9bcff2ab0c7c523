"""psql, connected: the fitting version, with no password in its command line."""

import os
from collections.abc import Sequence
from typing import Final, NoReturn

import psycopg

from toolbox_cli.core.database.connect import connect, conninfo_of
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.backup.client.programs import access_of, choose

PURPOSE: Final = "toolbox db shell"


def become(target: Target, arguments: Sequence[str]) -> NoReturn:
    """Replace this process by psql.

    Args:
        target: which database.
        arguments: for psql, after ours.

    Raises:
        ConfigurationError: this machine has no psql for such a server.
    """
    argv, environment = psql_call(target, arguments)
    os.execve(argv[0], argv, environment)  # noqa: S606  psql takes our place, terminal and all


def psql_call(target: Target, arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Give the command line and the environment that connect psql; starts the embedded server."""
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        programs = choose(connection.info.server_version // 10_000, tls=bool(connection.pgconn.ssl_in_use))
        access = access_of(connection, conninfo_of(target, direct=True), PURPOSE)
        steered = {"PGOPTIONS": _options(target)} if _answered_by_its_backend(connection) else {}
    environment = {**programs.environment(access.variables), **steered}
    # Programs for scripts run in the C locale; a person's psql shows letters as their own terminal does.
    environment.pop("LC_ALL")
    environment |= {name: os.environ[name] for name in ("LC_ALL", "PGCLIENTENCODING") if name in os.environ}
    return programs.command("psql", f"--dbname={access.conninfo}", *arguments), environment


def _options(target: Target) -> str:
    path = ",".join((*(target.names.schema(name) for name in (*target.names.platforms, RECORDS)), "public"))
    return f"{os.environ.get('PGOPTIONS', '')} -c search_path={path}".strip()


def _answered_by_its_backend(connection: psycopg.Connection) -> bool:
    """Tell a server from a pooler, which answers by itself and refuses options."""
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is not None and row[0] == connection.info.backend_pid
