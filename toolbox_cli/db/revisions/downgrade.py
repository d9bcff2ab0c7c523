"""Take revisions back, after saying what data goes with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from toolbox_cli.core.database.catalog import Catalog, Key, read_catalog
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.db.revisions.lineage.goal import Goal
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.db.revisions.running.drive import PURPOSE, Patience, Watch, drive, goal_of, only_migration
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


def look_down(target: Target, goal: str) -> Way:
    """Find out what a downgrade would destroy, by running it in a transaction that is rolled back.

    Effects: none in the end; takes the locks of the downgrade for a moment.
    """
    history = read_history()
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        current = current_revisions(connection)
        wanted = goal_of(connection, target, goal)
    revisions = wanted.behind(history, current)
    losses = tuple(_losses(target, revisions)) if revisions else ()
    return Way(target, wanted, current, revisions, losses)


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
    with only_migration(way.target, patience, watch) as connection:
        if current_revisions(connection) != way.current:
            raise RefusedError("The database was migrated by another run meanwhile.", remedy="Look again: repeat it.")
        applied = drive(
            connection,
            way.target,
            lambda at: way.goal.behind(history, at),
            upward=False,
            patience=patience,
            watch=watch,
        )
        return Migrated(way.target, tuple(applied), current_revisions(connection))


def _losses(target: Target, revisions: tuple[Revision, ...]) -> Iterator[Loss]:
    from toolbox_cli.db.revisions.running.execution import trial  # Alembic: only where there is work

    platforms = sorted({revision.platform for revision in revisions})
    schemas = {platform: target.names.schema(platform) for platform in platforms}
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        before = {platform: _catalog(connection, schema) for platform, schema in schemas.items()}
        with trial(target, revisions, upward=False, lock_timeout_s=Patience().lock_timeout_s) as tried:
            driver = tried.connection.driver_connection
            after = {platform: _catalog(driver, schema) for platform, schema in schemas.items()}
        for platform, schema in schemas.items():
            for key in _gone(before[platform], after[platform]):
                yield Loss(platform, f"{schema}.{key.path}", _count(connection, schema, key), key.kind == "column")


def _catalog(connection: Any, schema: str) -> Catalog:
    return read_catalog(connection, schema).without_range_partitions()


def _gone(before: Catalog, after: Catalog) -> list[Key]:
    """Give the tables that vanish, and the vanishing columns of tables that stay."""
    missing = [key for key in before.objects if key not in after.objects]
    tables = {key.table for key in missing if key.kind == "table"}
    partitions = {key.name for key in before.objects if key.kind == "partition"}
    return sorted(
        key
        for key in missing
        if (key.kind == "table" and key.table not in partitions) or (key.kind == "column" and key.table not in tables)
    )


def _count(connection: psycopg.Connection, schema: str, key: Key) -> int:
    what = sql.SQL("*") if key.kind == "table" else sql.Identifier(key.name)
    query = sql.SQL("SELECT count({}) FROM {}").format(what, sql.Identifier(schema, key.table))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
