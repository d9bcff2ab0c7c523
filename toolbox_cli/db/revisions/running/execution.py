"""Let Alembic run the revisions that we chose. The only module of the slice that imports Alembic."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import psycopg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolbox_cli.core.database.engine import engine_of
from toolbox_cli.core.database.guards import refused_rows
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.steps import Run
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError
from toolbox_cli.core.shipped import shipped
from toolbox_cli.db.revisions.lineage.history import Revision


class Busy(LockedError):  # noqa: N818  a state, as its parent's
    """A table stayed locked by others for longer than the lock timeout."""


def execute(
    target: Target, revisions: Sequence[Revision], *, upward: bool = True, dry_run: bool = False, **options: Any
) -> None:
    """Run revisions, each in its own transaction; all in one that is rolled back on a dry run.

    Args:
        target: which database.
        revisions: in the order to run them.
        upward: apply them, rather than take them back.
        dry_run: change nothing in the end.
        options: further fields of `Run`.

    Raises:
        Busy: a lock was not to be had in time; earlier revisions are committed, this one is undone.
        FindingsError: rows are in the way of a revision; lists them; that revision is undone.
    """
    if dry_run:
        with trial(target, revisions, upward=upward, **options):
            return
    with engine_of(target, purpose="toolbox migration").connect() as connection:
        _run(Run(target.names, connection=connection, **options), revisions, upward=upward)


@contextmanager
def trial(target: Target, revisions: Sequence[Revision], *, upward: bool, **options: Any) -> Iterator[Connection]:
    """Run revisions in one transaction, let the caller look at the outcome, and roll it back.

    Yields:
        The connection, after the revisions ran.
    """
    with engine_of(target, purpose="toolbox migration trial").connect() as connection:
        transaction = connection.begin()
        try:
            _run(Run(target.names, connection=connection, **options), revisions, upward=upward)
            yield connection
        finally:
            transaction.rollback()


def render_sql(
    names: Names, revisions: Sequence[Revision], output: TextIO, *, current: Sequence[str] = (), **options: Any
) -> None:
    """Write the SQL that applies revisions, instead of running it.

    Args:
        names: schemas to write it for.
        revisions: in the order to run them.
        output: where to.
        current: the revisions of the database that it is for.
        options: further fields of `Run`.
    """
    start = tuple(current) or None
    _run(Run(names, output=output, **options), revisions, upward=True, as_sql=True, starting_rev=start)


def _run(what: Run, revisions: Sequence[Revision], *, upward: bool, **options: Any) -> None:
    config = Config(str(shipped("alembic.ini")), attributes={"run": what})
    script = ScriptDirectory.from_config(config)
    try:
        with EnvironmentContext(
            config, script, fn=lambda *_: list(_steps(script, revisions, upward=upward)), **options
        ):
            script.run_env()
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
            raise Busy from error
        raise (refused_rows(error.orig) or error) from error


def _steps(script: ScriptDirectory, revisions: Iterable[Revision], *, upward: bool) -> Iterator[MigrationStep]:
    make = MigrationStep.upgrade_from_script if upward else MigrationStep.downgrade_from_script
    for revision in revisions:
        yield make(script.revision_map, script.get_revision(revision.id))
