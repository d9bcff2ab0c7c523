"""One writer at a time: a session advisory lock, taken by polling.

A blocking `pg_advisory_lock` keeps a snapshot open while it waits, and deadlocks with whatever waits for old snapshots
in the holder (CREATE INDEX CONCURRENTLY does). A poll holds nothing.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg
from psycopg.rows import class_row

from toolbox_cli.core.errors import LockedError

NAMESPACE: Final = 0x746F6F6C
"""First key of all our two-key advisory locks: "tool" in ASCII."""

MIGRATIONS: Final = 1
PARTITIONS: Final = 2
BACKUPS: Final = 3
SEEDS: Final = 4
QUICKSTARTS: Final = 5
INNER_EDU: Final = 6
MODULES: Final = 7
INGESTS: Final = 8
SIGNALS: Final = 8

TRY_AGAIN: Final = "Try again when it has finished."

_POLL_S: Final = (0.05, 0.25)

_HOLDER: Final = """
SELECT l.pid, a.usename AS role, a.application_name AS program, host(a.client_addr) AS address,
       a.backend_start AS since, left(a.query, 80) AS doing
FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s AND l.objsubid = 2
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock; fields the server does not show to our role are None."""

    pid: int
    role: str | None
    program: str | None
    address: str | None
    since: object
    doing: str | None

    def __str__(self) -> str:
        """Describe the holder in one line, for messages."""
        place = f" from {self.address}" if self.address else ""
        return f"{self.program or 'a program'} (process {self.pid}, role {self.role or 'unknown'}{place})"


@contextmanager
def advisory_lock(
    connection: psycopg.Connection,
    key: int,
    *,
    wait_s: float,
    on_wait: Callable[[Holder | None], None] | None = None,
    remedy: str = "Try again when it has finished, or wait longer with --wait.",
) -> Iterator[None]:
    """Hold a session advisory lock.

    Args:
        connection: in autocommit; the lock lives and dies with it.
        key: which of our locks.
        wait_s: how long to try; 0 tries once.
        on_wait: told once who holds the lock, before the waiting begins.
        remedy: what to do when another holds it to the end.

    Raises:
        LockedError: another holds it still; says who.
    """
    _wait(connection, "pg_try_advisory_lock", key, wait_s, on_wait, remedy)
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):  # without a connection there is no lock either
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", (NAMESPACE, key))


def lock_transaction(connection: psycopg.Connection, key: int, *, wait_s: float) -> None:
    """Hold an advisory lock to the end of the running transaction; works through a transaction pooler too.

    Args:
        connection: in the transaction, READ COMMITTED: what others committed meanwhile is seen.
        key: which of our locks.
        wait_s: how long to try; 0 tries once.

    Raises:
        LockedError: another holds it still; says who.
    """
    _wait(connection, "pg_try_advisory_xact_lock", key, wait_s, None, TRY_AGAIN)


def holder(connection: psycopg.Connection, key: int) -> Holder | None:
    """Say who holds a lock, if anyone does."""
    with connection.cursor(row_factory=class_row(Holder)) as cursor:
        return cursor.execute(_HOLDER, (NAMESPACE, key)).fetchone()


def _wait(
    connection: psycopg.Connection,
    function: LiteralString,
    key: int,
    wait_s: float,
    on_wait: Callable[[Holder | None], None] | None,
    remedy: str,
) -> None:
    deadline = time.monotonic() + wait_s
    told = False
    while not _try(connection, function, key):
        if time.monotonic() >= deadline:
            who = holder(connection, key) or "it has just ended"
            raise LockedError(f"Another run holds the lock: {who}.", remedy=remedy)
        if on_wait and not told:
            on_wait(holder(connection, key))
            told = True
        time.sleep(random.uniform(*_POLL_S))  # noqa: S311  jitter, not a secret


def _try(connection: psycopg.Connection, function: LiteralString, key: int) -> bool:
    row = connection.execute(f"SELECT {function}(%s, %s)", (NAMESPACE, key)).fetchone()
    return bool(row and row[0])
