"""Record where a database stands without running anything: for one that was migrated by other means."""

import psycopg

from toolbox_cli import __version__
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.revisions.lineage.goal import Goal
from toolbox_cli.db.revisions.lineage.history import History, read_history
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.db.revisions.running.drive import PURPOSE, goal_of, only_migration
from toolbox_cli.db.revisions.running.patience import Patience, Watch
from toolbox_cli.db.revisions.upgrade import Migrated, upgrade


def stamp(target: Target, goal: str, *, patience: Patience | None = None, watch: Watch | None = None) -> Migrated:
    """Record that a database has reached a goal.

    The toolkit's own records are really made, since the stamp is kept in them.

    Raises:
        UsageError: the target is the records themselves.
        LockedError: a migration runs.

    Effects: `toolbox.alembic_version`, `toolbox.migration_log`; commits.
    """
    patience, watch = patience or Patience(), watch or Watch()
    upgrade(target, f"{RECORDS}@head", patience=patience, watch=watch)
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        with only_migration(connection, target, patience, watch), connection.transaction():
            wanted = goal_of(target, goal, current_revisions(connection))
            if wanted.positions.keys() == {RECORDS}:
                raise UsageError("The toolkit's own records are made, never stamped.")
            record(connection, read_history(), wanted)
        return Migrated(target, current=current_revisions(connection))


def record(connection: psycopg.Connection, history: History, goal: Goal) -> None:
    """Note where platforms stand.

    Args:
        connection: in a transaction; the toolkit's records are there.
        history: all revisions.
        goal: how many revisions of each platform the database has.

    Effects: `toolbox.alembic_version`, `toolbox.migration_log`; never commits.
    """
    for platform, position in goal.positions.items():
        if platform == RECORDS:
            continue
        line = history.lines[platform]
        ids = [revision.id for revision in line]
        connection.execute("DELETE FROM toolbox.alembic_version WHERE version_num = ANY(%s)", (ids,))
        if position:
            connection.execute("INSERT INTO toolbox.alembic_version VALUES (%s)", (ids[position - 1],))
        connection.execute(
            "INSERT INTO toolbox.migration_log (platform, revision, direction, tool_version)"
            " VALUES (%s, %s, 'stamp', %s)",
            (platform, ids[position - 1] if position else "base", __version__),
        )
