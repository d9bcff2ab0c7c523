"""Take revisions back, after saying what data goes with them."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from toolbox_cli.core.database.catalog import Catalog, Key, read_catalog
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, ToolboxError
from toolbox_cli.db.revisions.lineage.goal import Goal
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.db.revisions.running.drive import PURPOSE, drive, goal_of, only_migration
from toolbox_cli.db.revisions.running.patience import Patience, Watch, patiently
from toolbox_cli.db.revisions.upgrade import Migrated


@dataclass(frozen=True, slots=True)
class Loss:
    """Data that a downgrade destroys: a table with its rows, or a column with its values that are not NULL."""

    platform: str
    object: str
    rows: int
    column: bool


@dataclass(frozen=True)
class Way:
    """A downgrade as it was looked at: from where, over which revisions, at what loss."""

    target: Target
    goal: Goal
    current: tuple[str, ...]
    revisions: tuple[Revision, ...]
    losses: tuple[Loss, ...]


def look_down(target: Target, goal: str, patience: Patience | None = None, watch: Watch | None = None) -> Way:
    """Find out what a downgrade would destroy, by running it in a transaction that is rolled back.

    Raises:
        LockedError: a table stayed locked for all of the patience.
        FindingsError: rows are in the way; lists them.
        RefusedError: the database is at a revision that we don't know, or other objects stand on what would go.

    Effects: none in the end; takes the locks of the downgrade for a moment.
    """
    losses: list[Loss] = []
    patience, watch = patience or Patience(), watch or Watch()
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        current = current_revisions(connection)
        wanted = goal_of(target, goal, current)
        if revisions := wanted.behind(read_history(), current):
            patiently(lambda: losses.extend(_losses(connection, target, revisions, patience)), patience, watch)
    return Way(target, wanted, current, revisions, tuple(losses))


def downgrade(way: Way, patience: Patience | None = None, watch: Watch | None = None) -> Migrated:
    """Take back the revisions that were looked at.

    Raises:
        RefusedError: somebody has migrated the database since then.
        LockedError: another migration ran, or a table stayed locked, for all of the patience.

    Effects: DDL of the platforms; commits each revision.
    """
    history, patience, watch = read_history(), patience or Patience(), watch or Watch()
    if not way.revisions:
        return Migrated(way.target, current=way.current)
    with connect(way.target, direct=True, purpose=PURPOSE) as connection:
        with only_migration(connection, way.target, patience, watch):
            if current_revisions(connection) != way.current:
                raise RefusedError(
                    "The database was migrated by another run meanwhile.", remedy="Look again: repeat the command."
                )
            applied = drive(
                connection,
                way.target,
                lambda at: way.goal.behind(history, at),
                upward=False,
                patience=patience,
                watch=watch,
            )
        current = current_revisions(connection)
    if left := way.goal.behind(history, current):  # read back: a swallowed failure must not look like success
        raise ToolboxError(f"After the downgrade the database still has {', '.join(found.id for found in left)}.")
    return Migrated(way.target, tuple(applied), current)


def _losses(
    connection: psycopg.Connection, target: Target, revisions: tuple[Revision, ...], patience: Patience
) -> Iterator[Loss]:
    from toolbox_cli.db.revisions.running.execution import trial  # Alembic: only where there is work

    platforms = sorted({revision.platform for revision in revisions})
    schemas = {platform: target.names.schema(platform) for platform in platforms}
    before = {platform: _catalog(connection, schema) for platform, schema in schemas.items()}
    with trial(connection, target, revisions, upward=False, lock_timeout_s=patience.lock_timeout_s):
        after = {platform: _catalog(connection, schema) for platform, schema in schemas.items()}
    for platform, schema in schemas.items():
        for key in _gone(before[platform], after[platform]):
            yield Loss(platform, f"{schema}.{key.path}", _count(connection, schema, key), key.kind == "column")


def _catalog(connection: psycopg.Connection, schema: str) -> Catalog:
    return read_catalog(connection, schema).without_range_partitions()


def _gone(before: Catalog, after: Catalog) -> list[Key]:
    """Give the tables that vanish, and the vanishing columns of tables that stay."""
    missing = [key for key in before.objects if key not in after.objects]
    whole = {key.table for key in missing if key.kind == "table"}
    whole |= {key.name for key in before.objects if key.kind == "composite"}
    partitions = {key.name for key in before.objects if key.kind == "partition"}
    return sorted(
        key
        for key in missing
        if (key.kind == "table" and key.table not in partitions) or (key.kind == "column" and key.table not in whole)
    )


def _count(connection: psycopg.Connection, schema: str, key: Key) -> int:
    what = sql.SQL("*") if key.kind == "table" else sql.Identifier(key.name)
    query = sql.SQL("SELECT count({}) FROM {}").format(what, sql.Identifier(schema, key.table))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
