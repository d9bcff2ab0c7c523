"""Connect to a target: start the embedded server where it is that, and explain every refusal."""

from typing import Final

import psycopg

from toolbox_cli.core.database.failures import unreachable
from toolbox_cli.core.database.target import DEFAULT_DATABASE, Target
from toolbox_cli.core.errors import RefusedError

OLDEST: Final = 15
"""The oldest major version of PostgreSQL that is supported."""

CONNECT_TIMEOUT_S: Final = 10


def conninfo_of(target: Target, *, direct: bool = False, database: str | None = None) -> str:
    """Give libpq's text for a target; starts the embedded server if it is not running.

    Args:
        target: which database.
        direct: past a transaction pooler, where such an address is configured.
        database: another database of the same server.
    """
    if target.home is not None:
        from toolbox_cli.core.database.embedded import EmbeddedServer

        server = EmbeddedServer(target.home, account=target.account)
        server.start()
        return server.conninfo(database or DEFAULT_DATABASE)
    text = target.address(direct=direct)
    return psycopg.conninfo.make_conninfo(text, dbname=database) if database else text


def connect(
    target: Target, *, autocommit: bool = True, direct: bool = False, purpose: str = "toolbox"
) -> psycopg.Connection:
    """Open a connection.

    Args:
        target: which database.
        autocommit: as psycopg has it.
        direct: past a transaction pooler, where such an address is configured.
        purpose: shown to others as the connection's application_name.

    Raises:
        UnreachableError: no connection came about; says why and what to do.
        ConfigurationError: libpq can't read the address.
        RefusedError: the server is older than what is supported, or does not let the role in.
    """
    label, source = target.labelled(direct=direct), target.named_by(direct=direct)
    connection = _open(conninfo_of(target, direct=direct), label, source, autocommit=autocommit, purpose=purpose)
    if connection.info.server_version < OLDEST * 10_000:
        version = connection.info.server_version // 10_000
        connection.close()
        raise RefusedError(
            f"{label} runs PostgreSQL {version}; toolbox needs {OLDEST} or newer.",
            remedy=f"Upgrade the server; versions before {OLDEST} are no longer supported.",
        )
    return connection


def _open(conninfo: str, label: str, source: str, *, autocommit: bool, purpose: str) -> psycopg.Connection:
    try:
        return psycopg.connect(_with_defaults(conninfo, purpose), autocommit=autocommit)
    except psycopg.ProgrammingError as error:
        raise unreachable(error, label, source) from None  # libpq shows an address that it can't read, password and all
    except psycopg.OperationalError as error:
        raise unreachable(error, label, source) from error


def _with_defaults(conninfo: str, purpose: str) -> str:
    given = psycopg.conninfo.conninfo_to_dict(conninfo)
    return psycopg.conninfo.make_conninfo(
        conninfo, application_name=purpose, connect_timeout=given.get("connect_timeout", CONNECT_TIMEOUT_S)
    )
