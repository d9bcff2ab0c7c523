"""Move a database along its revisions: under a lock, with timeouts and retries, each revision in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import psycopg

from toolbox_cli.core.database.locks import MIGRATIONS, advisory_lock
from toolbox_cli.core.database.pooler import refuse_transaction_pooler
from toolbox_cli.core.database.target import Target
from toolbox_cli.db.revisions.lineage.goal import Goal, parse_goal
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.db.revisions.running.patience import Patience, Watch, patiently

if TYPE_CHECKING:
    from toolbox_cli.core.database.steps import Applied

PURPOSE: Final = "toolbox migration"

_NOTICE_DEATH: Final = "SET client_connection_check_interval = '1s'"

Left = Callable[[Sequence[str]], Sequence[Revision]]
"""The revisions still to be run, from the database's present ones."""


@contextmanager
def only_migration(connection: psycopg.Connection, target: Target, patience: Patience, watch: Watch) -> Iterator[None]:
    """Hold the migration lock of a database.

    The revisions run on the same connection, so that the lock outlives a killed run for as long as the server still
    works on a statement of it.

    Raises:
        LockedError: another migration ran for all of the patience; says who.
        RefusedError: only a transaction pooler leads there.
    """
    refuse_transaction_pooler(target, connection)
    with advisory_lock(connection, MIGRATIONS, wait_s=patience.wait_s, on_wait=watch.on_wait):
        with suppress(psycopg.DataError):  # not every system can tell that a client is gone
            connection.execute(_NOTICE_DEATH)
        yield


def goal_of(target: Target, text: str, current: Sequence[str]) -> Goal:
    """Read a target from where the database is; imports no Alembic.

    Raises:
        RefusedError: the database is at a revision that we don't know.
    """
    history = read_history()
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
        connection: the one that holds the lock, in autocommit.
        target: which database.
        left: what is still to be run.
        upward: apply them, rather than take them back.
        patience: how long to wait for tables.
        watch: told of retries and of each revision.
        dry_run: run them all in one transaction, and roll it back.
    """
    applied: dict[str, Applied] = {}

    def note(done: "Applied") -> None:
        applied[done.revision] = done
        watch.on_applied(done)

    options = {"lock_timeout_s": patience.lock_timeout_s, "on_start": watch.on_start, "on_applied": note}

    def work() -> None:
        if revisions := left(current_revisions(connection)):
            from toolbox_cli.db.revisions.running.execution import execute  # Alembic: only where there is work

            execute(connection, target, revisions, upward=upward, dry_run=dry_run, **options)

    patiently(work, patience, watch)
    return list(applied.values())
