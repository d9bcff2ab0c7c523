"""Tell a transaction pooler, behind which session locks and settings don't hold."""

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError

_PATIENCE = "2s"


def shares_backends(target: Target, first: psycopg.Connection) -> bool:
    """Say whether two connections to the target can be served by one backend.

    A pooler answers the connection itself, so the process id of the protocol is not the backend's. Then a second
    connection decides: while `first` is idle but open, only a transaction pooler lends its backend to another.
    """
    if target.embedded or not _behind_proxy(first):
        return False
    with connect(target, purpose="toolbox pooler probe") as second:
        try:
            second.execute(f"SET statement_timeout = '{_PATIENCE}'")
            lent = {_backend(connection) for connection in (first, second, first, second)}
        except psycopg.Error:
            return False
    return len(lent) == 1


def refuse_transaction_pooler(target: Target, connection: psycopg.Connection) -> None:
    """Refuse a target that only a transaction pooler leads to.

    Raises:
        RefusedError: there is a transaction pooler, and no direct address is configured.
    """
    if target.direct is None and shares_backends(target, connection):
        raise RefusedError(
            f"{target.label} is reached through a transaction pooler, behind which the migration lock does not hold.",
            remedy="Set TOOLBOX_DIRECT_URL to the server's own address.",
        )


def _behind_proxy(connection: psycopg.Connection) -> bool:
    return _backend(connection) != connection.info.backend_pid


def _backend(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0
