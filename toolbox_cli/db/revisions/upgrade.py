"""Bring a database to newer revisions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.db.revisions.lineage.goal import HEADS
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.db.revisions.running.drive import PURPOSE, drive, goal_of, only_migration
from toolbox_cli.db.revisions.running.patience import Patience, Watch

if TYPE_CHECKING:
    from toolbox_cli.core.database.steps import Applied


@dataclass(frozen=True)
class Migrated:
    """What a migration did to one database; nothing when it was there already."""

    target: Target
    applied: "tuple[Applied, ...]" = ()
    current: tuple[str, ...] = ()
    dry_run: bool = False


def upgrade(
    target: Target,
    goal: str = HEADS,
    *,
    patience: Patience | None = None,
    watch: Watch | None = None,
    first: Callable[[Target], object] | None = None,
    dry_run: bool = False,
) -> Migrated:
    """Apply the revisions between a database and a goal.

    Args:
        target: which database, with the platforms to upgrade in it.
        goal: as `parse_goal` takes it.
        patience: how long to wait for locks.
        watch: told of waits and of each revision.
        first: done under the lock before the first revision, where there is one to run: a backup, say.
        dry_run: run them all in one transaction, and roll it back; `first` is left out.

    Raises:
        LockedError: another migration ran, or a table stayed locked, for all of the patience.
        FindingsError: rows are in the way; lists them. Revisions before that one stay applied.
        RefusedError: a newer toolbox migrated this database, or only a transaction pooler leads to it.
        UnreachableError: no connection.

    Effects: DDL of the platforms; `toolbox.migration_log`, `toolbox.alembic_version`; commits each revision.
    """
    history, patience, watch = read_history(), patience or Patience(), watch or Watch()
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        current = current_revisions(connection)
        wanted = goal_of(target, goal, current)
        if not wanted.ahead(history, current):
            return Migrated(target, current=current, dry_run=dry_run)
        with only_migration(connection, target, patience, watch):
            if first and not dry_run and wanted.ahead(history, current_revisions(connection)):
                first(target)
            applied = drive(
                connection,
                target,
                lambda at: wanted.ahead(history, at),
                upward=True,
                patience=patience,
                watch=watch,
                dry_run=dry_run,
            )
            current = current_revisions(connection)
    missing = () if dry_run else wanted.ahead(history, current)
    if missing:  # read back: a swallowed failure must not look like success
        raise ToolboxError(f"After the upgrade the database still lacks {', '.join(found.id for found in missing)}.")
    return Migrated(target, tuple(applied), current, dry_run)


def write_sql(target: Target, goal: str, output: TextIO) -> None:
    """Write the SQL of what `upgrade` would apply; the database is read, never changed."""
    from toolbox_cli.db.revisions.running.execution import render_sql  # Alembic: only where there is work

    with connect(target, direct=True, purpose=PURPOSE) as connection:
        current = current_revisions(connection)
    left = goal_of(target, goal, current).ahead(read_history(), current)
    if left:
        render_sql(target.names, left, output, current=current)
