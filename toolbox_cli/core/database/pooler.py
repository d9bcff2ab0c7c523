"""Tell a transaction pooler, behind which session locks and settings don't hold."""

import select
import time
from contextlib import closing
from typing import Final

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError

PATIENCE_S: Final = 2.0
"""How long a pooler may take to find a backend for the second connection."""


def shares_backends(target: Target, first: psycopg.Connection, *, direct: bool = False) -> bool:
    """Say whether a connection keeps no backend of its own.

    A pooler answers the connection itself, so the process id of the protocol is not the backend's. Then a second
    connection helps to decide: while `first` is idle but open, only a transaction pooler lends its backend to another,
    or gives it another one.

    Args:
        target: where `first` leads.
        first: idle and in autocommit.
        direct: whether `first` is past the pooler, where such an address is configured.
    """
    firsts = {_backend(first)}
    if target.embedded or firsts == {first.info.backend_pid}:
        return False
    firsts.add(_backend(first))
    with closing(connect(target, direct=direct, purpose="toolbox pooler probe")) as second:
        seconds = {_backend_in_time(second)}
        if None not in seconds:  # else all backends are taken: by whole sessions, or for a moment
            seconds.add(_backend_in_time(second))
    firsts.add(_backend(first))
    return len(firsts) > 1 or len(seconds) > 1 or firsts == seconds


def refuse_transaction_pooler(target: Target, connection: psycopg.Connection) -> None:
    """Refuse a connection that keeps no backend of its own.

    Args:
        target: where it leads.
        connection: past the pooler, where such an address is configured; idle and in autocommit.

    Raises:
        RefusedError: there is a transaction pooler between.
    """
    if shares_backends(target, connection, direct=True):
        raise RefusedError(
            f"{target.labelled(direct=True)} leads to a transaction pooler, behind which session locks don't hold.",
            remedy="Set TOOLBOX_DIRECT_URL to the server's own address.",
        )


def _backend(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0


def _backend_in_time(connection: psycopg.Connection) -> int | None:
    """Ask a connection for its backend; None where it got none in time, and can only be closed."""
    raw, deadline = connection.pgconn, time.monotonic() + PATIENCE_S
    raw.send_query(b"SELECT pg_backend_pid()")
    while raw.is_busy():
        if not select.select([raw.socket], [], [], max(0, deadline - time.monotonic()))[0]:
            return None
        raw.consume_input()
    result = raw.get_result()
    raw.get_result()
    value = result.get_value(0, 0) if result else None
    return int(value) if value else None
