"""Let Alembic run the revisions that we chose. The only module of the slice that imports Alembic."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import Any, TextIO

import psycopg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from toolbox_cli.core.database.engine import engine_of
from toolbox_cli.core.database.guards import refused_rows
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.steps import Run
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError
from toolbox_cli.core.shipped import shipped
from toolbox_cli.db.revisions.history import Revision

Chosen = Callable[[ScriptDirectory, tuple[str, ...]], Iterable[MigrationStep]]


def up(revisions: Sequence[Revision]) -> Chosen:
    """Choose to apply revisions, in the given order."""
    return lambda script, heads: [
        MigrationStep.upgrade_from_script(script.revision_map, script.get_revision(found.id)) for found in revisions
    ]


def down(revisions: Sequence[Revision]) -> Chosen:
    """Choose to take revisions back, in the given order."""
    return lambda script, heads: [
        MigrationStep.downgrade_from_script(script.revision_map, script.get_revision(found.id)) for found in revisions
    ]


def stamp(revisions: Sequence[str]) -> Chosen:
    """Choose to record revisions as reached, without running them."""
    return lambda script, heads: script._stamp_revs(tuple(revisions), heads)  # noqa: SLF001  as Alembic's own stamp


class Busy(LockedError):
    """A table stayed locked by others for longer than the lock timeout."""


def execute(target: Target, chosen: Chosen, *, dry_run: bool = False, **options: Any) -> None:
    """Run the chosen steps, each in its own transaction; in one that is rolled back on a dry run.

    Args:
        target: which database.
        chosen: which steps.
        dry_run: change nothing in the end.
        options: further fields of `Run`.

    Raises:
        Busy: a lock was not to be had in time; earlier steps are committed, this one is undone.
        FindingsError: rows are in the way of a revision; lists them; that revision is undone.
    """
    with engine_of(target, purpose="toolbox migration").connect() as connection:
        with connection.begin() if dry_run else nullcontext() as transaction:
            _with_alembic(Run(target.names, connection=connection, **options), chosen)
            if transaction is not None:
                transaction.rollback()


def render_sql(names: Names, chosen: Chosen, output: TextIO, *, current: Sequence[str] = ()) -> None:
    """Write the SQL of the chosen steps instead of running them.

    Args:
        names: schemas to write it for.
        chosen: which steps.
        output: where to.
        current: the revisions of the database that it is for.
    """
    _with_alembic(Run(names, output=output), chosen, as_sql=True, starting_rev=tuple(current) or None)


def _with_alembic(what: Run, chosen: Chosen, **options: Any) -> None:
    config = Config(str(shipped("alembic.ini")), attributes={"run": what})
    script = ScriptDirectory.from_config(config)

    def steps(heads: Sequence[str], _: object) -> list[MigrationStep]:
        return list(chosen(script, tuple(heads)))

    try:
        with EnvironmentContext(config, script, fn=steps, **options):
            script.run_env()
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
            raise Busy from error
        raise (refused_rows(error.orig) or error) from error
