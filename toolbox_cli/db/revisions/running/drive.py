"""Move a database along its revisions: under a lock, with timeouts and retries, each revision in one transaction."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import MIGRATIONS, Holder, advisory_lock
from toolbox_cli.core.database.pooler import refuse_transaction_pooler
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError
from toolbox_cli.db.revisions.lineage.goal import Goal, parse_goal
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.queries import current_revisions

if TYPE_CHECKING:
    from toolbox_cli.core.database.steps import Applied

PURPOSE: Final = "toolbox migration"

_BACKOFF_S: Final = (0.2, 5.0)

Left = Callable[[Sequence[str]], Sequence[Revision]]
"""The revisions still to be run, from the database's present ones."""


def _ignore(*_: object) -> None:
    return None


@dataclass(frozen=True)
class Watch:
    """Who wants to hear how a migration goes."""

    on_wait: Callable[[Holder | None], None] = _ignore
    on_retry: Callable[[float], None] = _ignore
    on_start: Callable[[str, str], None] = _ignore
    on_applied: "Callable[[Applied], None]" = _ignore


@dataclass(frozen=True)
class Patience:
    """How long a migration waits.

    Attributes:
        lock_timeout_s: for a table's lock, a statement; short, since others queue behind the waiter.
        wait_s: in all, for the migration lock and for retries after a lock timeout; 0 tries once.
    """

    lock_timeout_s: float = 5
    wait_s: float = 60


@dataclass
class _Attempts:
    """Retries until the patience is at its end."""

    patience: Patience
    watch: Watch
    started: float = field(default_factory=time.monotonic)
    tried: int = 0

    def pause(self, error: Exception) -> None:
        """Wait a little longer after each failure, with jitter; raise when there is no time left."""
        low, high = _BACKOFF_S
        delay_s = min(high, low * 2**self.tried) * random.uniform(0.5, 1.5)  # noqa: S311  jitter
        self.tried += 1
        if time.monotonic() + delay_s > self.started + self.patience.wait_s:
            raise LockedError(
                f"A table stayed locked by others for longer than {self.patience.lock_timeout_s:g} s,"
                f" in {self.tried} attempts.",
                remedy="Repeat it when there is less traffic; what was applied stays. See: toolbox db doctor",
            ) from error
        self.watch.on_retry(delay_s)
        time.sleep(delay_s)


@contextmanager
def only_migration(target: Target, patience: Patience, watch: Watch) -> Iterator[psycopg.Connection]:
    """Hold the migration lock of a database; gives the connection that holds it.

    Raises:
        LockedError: another migration ran for all of the patience; says who.
        RefusedError: only a transaction pooler leads there.
    """
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        refuse_transaction_pooler(target, connection)
        with advisory_lock(connection, MIGRATIONS, wait_s=patience.wait_s, on_wait=watch.on_wait):
            yield connection


def goal_of(connection: psycopg.Connection, target: Target, text: str) -> Goal:
    """Read a target from where the database is; takes no lock and imports no Alembic.

    Raises:
        RefusedError: the database is at a revision that we don't know.
    """
    history, current = read_history(), current_revisions(connection)
    history.check_known(current)
    return parse_goal(text, history, current, target.names.platforms)


def drive(  # noqa: PLR0913  one place runs revisions, either way
    connection: psycopg.Connection,
    target: Target,
    left: Left,
    *,
    upward: bool,
    patience: Patience,
    watch: Watch,
    dry_run: bool = False,
) -> "list[Applied]":
    """Run revisions up or down; after a lock timeout go on with the one that failed.

    Args:
        connection: the one that holds the lock; asked where the database is.
        target: which database.
        left: what is still to be run.
        upward: apply them, rather than take them back.
        patience: how long to wait for tables.
        watch: told of retries and of each revision.
        dry_run: run them all in one transaction, and roll it back.
    """
    from toolbox_cli.db.revisions.running.execution import Busy, execute  # Alembic: only where there is work

    applied: list[Applied] = []

    def note(done: "Applied") -> None:
        applied.append(done)
        watch.on_applied(done)

    attempts = _Attempts(patience, watch)
    options = {"lock_timeout_s": patience.lock_timeout_s, "on_start": watch.on_start, "on_applied": note}
    while revisions := left(current_revisions(connection)):
        try:
            execute(target, revisions, upward=upward, dry_run=dry_run, **options)
            break
        except Busy as busy:
            attempts.pause(busy)
            if dry_run:
                applied.clear()
    return applied
