"""Let Alembic run the revisions that we chose. The only module of the slice that imports Alembic."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any, Final, TextIO

import psycopg
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from toolbox_cli.core.database.engine import sqlalchemy_on
from toolbox_cli.core.database.guards import refused_rows
from toolbox_cli.core.database.names import Names, quote
from toolbox_cli.core.database.steps import Run
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, ToolboxError
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.core.shipped import shipped
from toolbox_cli.db.revisions.lineage.history import Revision
from toolbox_cli.db.revisions.running.patience import Busy

_BUSY: Final = (errors.LockNotAvailable, errors.DeadlockDetected)

_THERE_ALREADY: Final = (
    errors.DuplicateTable,
    errors.DuplicateColumn,
    errors.DuplicateObject,
    errors.DuplicateFunction,
    errors.InvalidTableDefinition,
)
_NOT_THERE: Final = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedObject,
    errors.UndefinedFunction,
    errors.WrongObjectType,
    errors.InvalidSchemaName,
)
_STOOD_ON: Final = (errors.DependentObjectsStillExist, errors.FeatureNotSupported)
"""The second is what the server says of a column that a view shows."""

_UNFIT: Final = (
    errors.AmbiguousColumn,
    errors.AmbiguousFunction,
    errors.CannotCoerce,
    errors.CollationMismatch,
    errors.DatatypeMismatch,
    errors.GeneratedAlways,
    errors.IndeterminateCollation,
    errors.IndeterminateDatatype,
    errors.InvalidColumnReference,
    errors.InvalidForeignKey,
    errors.InvalidObjectDefinition,
    errors.ObjectNotInPrerequisiteState,
    psycopg.DataError,
    psycopg.IntegrityError,
)
"""What comes of tables or rows of another kind; other errors are faults of a revision."""

_NOT_AS_SAID: Final = "see toolbox db current, and toolbox db adopt."
_REFUSED: Final[tuple[tuple[tuple[type[psycopg.Error], ...], str, str], ...]] = (
    (_THERE_ALREADY, "{revision} makes what {schema} has already: {told}.",
     "If it was built by other means, find out where it stands, and record that: toolbox db adopt --dry-run"),
    (_NOT_THERE, "{revision} builds on what {schema} lacks: {told}.",
     f"The database is not what its recorded revision says: {_NOT_AS_SAID}"),
    (_STOOD_ON, "Other objects depend on what {revision} changes: {told}.",
     "Drop them, repeat, and create them again."),
    (_UNFIT,
     "{revision} does not fit what {schema} holds: {told}.",
     f"Tables or rows are not what the recorded revision says: {_NOT_AS_SAID}"),
)  # fmt: skip
"""Kinds of errors, what to say of them, and what to do."""


def execute(
    connection: psycopg.Connection,
    target: Target,
    revisions: Sequence[Revision],
    *,
    upward: bool = True,
    dry_run: bool = False,
    **options: Any,
) -> None:
    """Run revisions, each in its own transaction; all in one that is rolled back on a dry run.

    Args:
        connection: to the database, idle and in autocommit.
        target: which database.
        revisions: in the order to run them.
        upward: apply them, rather than take them back.
        dry_run: change nothing in the end.
        options: further fields of `Run`.

    Raises:
        Busy: a lock was not to be had in time; earlier revisions are committed, this one is undone.
        FindingsError: rows are in the way of a revision; lists them; that revision is undone.
        RefusedError: the database holds other things than its recorded revisions say; this one is undone.
    """
    if dry_run:
        with trial(connection, target, revisions, upward=upward, **options):
            return
    with sqlalchemy_on(connection, target) as lent:
        _run(Run(target.names, connection=lent, **options), revisions, upward=upward)


@contextmanager
def trial(
    connection: psycopg.Connection, target: Target, revisions: Sequence[Revision], *, upward: bool, **options: Any
) -> Iterator[None]:
    """Run revisions in one transaction, let the caller look at the outcome on the connection, and roll it back."""
    with together(connection, target, revisions, upward=upward, keep=False, **options):
        yield


@contextmanager
def together(
    connection: psycopg.Connection,
    target: Target,
    revisions: Sequence[Revision],
    *,
    upward: bool = True,
    keep: bool = True,
    **options: Any,
) -> Iterator[None]:
    """Run revisions in one transaction with what the caller does on the connection, and commit all of it or nothing.

    Args:
        connection: to the database, idle and in autocommit.
        target: which database.
        revisions: in the order to run them; there may be none.
        upward: apply them, rather than take them back.
        keep: commit in the end; otherwise roll back.
        options: further fields of `Run`.
    """
    with sqlalchemy_on(connection, target) as lent:
        transaction = lent.begin()
        try:
            if revisions:
                _run(Run(target.names, connection=lent, **options), revisions, upward=upward)
            yield
            if keep:
                transaction.commit()
        finally:
            if transaction.is_active:
                transaction.rollback()


def replay(
    connection: psycopg.Connection,
    target: Target,
    revisions: Sequence[Revision],
    schema: str,
    after: Callable[[Revision], None],
) -> None:
    """Run revisions one after another in a schema made for them, and roll all of it back; nothing is recorded.

    Args:
        connection: to the database, idle and in autocommit.
        target: which database.
        revisions: of one platform, from its first.
        schema: to be made; nobody else's.
        after: looks at the outcome of each, on the connection.

    Raises:
        psycopg.Error: the server refused something.
    """
    modules = [(revision, module_of(revision)) for revision in revisions]
    with sqlalchemy_on(connection, target) as lent:
        transaction = lent.begin()
        try:
            lent.execute(text(f"CREATE SCHEMA {quote(schema)}"))
            with Operations.context(MigrationContext.configure(lent)):
                for revision, module in modules:
                    lent.execute(text(f"SET LOCAL search_path TO {quote(schema)}"))
                    module.upgrade()
                    after(revision)
        except DBAPIError as error:
            raise (error.orig or error) from error
        finally:
            transaction.rollback()


def module_of(revision: Revision) -> Any:
    """Give what a revision's file holds."""
    return _script().get_revision(revision.id).module


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(Config(str(shipped("alembic.ini"))))


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
    at = [(RECORDS, "The first revision")]

    def on_start(platform: str, revision: str) -> None:
        at.append((platform, revision))
        if what.on_start:
            what.on_start(platform, revision)

    config = Config(str(shipped("alembic.ini")), attributes={"run": replace(what, on_start=on_start)})
    script = ScriptDirectory.from_config(config)
    try:
        with EnvironmentContext(
            config, script, fn=lambda *_: list(_steps(script, revisions, upward=upward)), **options
        ):
            script.run_env()
    except DBAPIError as error:
        platform, revision = at[-1]
        raise (_explained(error.orig, what.names.schema(platform), revision) or error) from error


def _steps(script: ScriptDirectory, revisions: Iterable[Revision], *, upward: bool) -> Iterator[MigrationStep]:
    make = MigrationStep.upgrade_from_script if upward else MigrationStep.downgrade_from_script
    for revision in revisions:
        yield make(script.revision_map, script.get_revision(revision.id))


def _explained(cause: BaseException | None, schema: str, revision: str) -> ToolboxError | None:
    """Give what the server said to a revision as one of our errors; None for what is the same everywhere."""
    if isinstance(cause, _BUSY):
        return Busy(revision)
    if rows := refused_rows(cause, schema):
        return rows
    for kinds, what, remedy in _REFUSED:
        if isinstance(cause, kinds):
            return RefusedError(what.format(revision=revision, schema=schema, told=_said(cause)), remedy=remedy)
    return None


def _said(cause: psycopg.Error) -> str:
    """Give the server's words, without a value of a row that they may quote."""
    primary, detail = cause.diag.message_primary or "", cause.diag.message_detail
    if isinstance(cause, psycopg.DataError):
        return primary.partition(":")[0].rstrip(".")
    told = f"{primary}; {detail}" if detail and isinstance(cause, _STOOD_ON) else primary
    return told.rstrip(".")
