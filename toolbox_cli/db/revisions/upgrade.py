"""Bring a database to newer revisions: under a lock, with timeouts and retries, each revision in one transaction."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import MIGRATIONS, Holder, advisory_lock
from toolbox_cli.core.database.pooler import refuse_transaction_pooler
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError, ToolboxError
from toolbox_cli.db.revisions.goal import HEADS, Goal, parse_goal
from toolbox_cli.db.revisions.history import Revision, read_history
from toolbox_cli.db.revisions.queries import current_revisions

if TYPE_CHECKING:
    from toolbox_cli.core.database.steps import Applied

PURPOSE: Final = "toolbox db upgrade"

_BACKOFF_S: Final = (0.2, 5.0)


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


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did to one database; nothing when all was there already."""

    target: Target
    applied: "tuple[Applied, ...]" = ()
    current: tuple[str, ...] = ()
    dry_run: bool = False


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


def upgrade(
    target: Target,
    goal: str = HEADS,
    *,
    patience: Patience | None = None,
    watch: Watch | None = None,
    dry_run: bool = False,
) -> Upgraded:
    """Apply the revisions between a database and a goal.

    Args:
        target: which database, with the platforms to upgrade in it.
        goal: as `parse_goal` takes it.
        patience: how long to wait for locks.
        watch: told of waits and of each revision.
        dry_run: run them all in one transaction, and roll it back.

    Raises:
        LockedError: another migration ran, or a table stayed locked, for all of the patience.
        FindingsError: rows are in the way; lists them. Revisions before that one stay applied.
        RefusedError: a newer toolbox migrated this database, or only a transaction pooler leads to it.
        UnreachableError: no connection.

    Effects: DDL of the platforms; `toolbox.migration_log`, `toolbox.alembic_version`; commits each revision.
    """
    patience, watch = patience or Patience(), watch or Watch()
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        if not _ahead(connection, target, goal):
            return Upgraded(target, current=current_revisions(connection), dry_run=dry_run)
        refuse_transaction_pooler(target, connection)
        with advisory_lock(connection, MIGRATIONS, wait_s=patience.wait_s, on_wait=watch.on_wait):
            wanted = _parsed(connection, target, goal)
            applied = _apply(connection, target, wanted, _Attempts(patience, watch), dry_run=dry_run)
            current = current_revisions(connection)
    _check_arrival(wanted, current, dry_run=dry_run)
    return Upgraded(target, tuple(applied), current, dry_run)


def write_sql(target: Target, goal: str, output: TextIO) -> None:
    """Write the SQL of what `upgrade` would apply; the database is read, never changed."""
    from toolbox_cli.db.revisions.execution import render_sql, up

    with connect(target, direct=True, purpose=PURPOSE) as connection:
        left = _ahead(connection, target, goal)
        current = current_revisions(connection)
    if left:
        render_sql(target.names, up(left), output, current=current)


def _parsed(connection: psycopg.Connection, target: Target, goal: str) -> Goal:
    history, current = read_history(), current_revisions(connection)
    history.check_known(current)
    return parse_goal(goal, history, current, target.names.platforms)


def _ahead(connection: psycopg.Connection, target: Target, goal: str) -> tuple[Revision, ...]:
    """Give the revisions that a database lacks; takes no lock and imports no Alembic."""
    return _parsed(connection, target, goal).ahead(read_history(), current_revisions(connection))


def _apply(
    connection: psycopg.Connection, target: Target, goal: Goal, attempts: _Attempts, *, dry_run: bool
) -> "list[Applied]":
    """Run revisions; after a lock timeout go on with the one that failed."""
    from toolbox_cli.db.revisions.execution import Busy, execute, up  # Alembic: only where there is work

    applied: list[Applied] = []

    def note(done: "Applied") -> None:
        applied.append(done)
        attempts.watch.on_applied(done)

    while left := goal.ahead(read_history(), current_revisions(connection)):
        try:
            execute(
                target, up(left), lock_timeout_s=attempts.patience.lock_timeout_s,
                on_start=attempts.watch.on_start, on_applied=note, dry_run=dry_run,
            )  # fmt: skip
            break
        except Busy as busy:
            attempts.pause(busy)
            if dry_run:
                applied.clear()
    return applied


def _check_arrival(goal: Goal, current: Sequence[str], *, dry_run: bool) -> None:
    """Read the outcome back: a swallowed failure must not look like success."""
    missing = () if dry_run else goal.ahead(read_history(), current)
    if missing:
        raise ToolboxError(f"After the upgrade the database still lacks {', '.join(found.id for found in missing)}.")
