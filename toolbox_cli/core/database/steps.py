"""How one revision runs: in its platform's schema, in a transaction of its own, and with a record of it."""

import hashlib
import inspect
import io
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple, TextIO

from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, event, text

from toolbox_cli import __version__
from toolbox_cli.core.database.engine import engine_of
from toolbox_cli.core.database.names import Names, quote
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.settings import PLATFORMS, RECORDS

LOG_TABLE: Final = "migration_log"


@dataclass(frozen=True, slots=True)
class Applied:
    """One revision that has just run, in a transaction that is not yet committed."""

    revision: str
    platform: str
    upgrade: bool
    sql: str
    duration_s: float

    @property
    def sql_sha256(self) -> str:
        """Hash of the SQL that the revision emitted; the same online and in `--sql` output."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


class Caller(NamedTuple):
    """Where in a revision's file the call stands that wrote something: lines from 1, columns in bytes from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Run:
    """What `toolbox` hands to Alembic's environment.

    Attributes:
        names: the platforms of this database; steps of others are left out.
        connection: open and idle, or in an outer transaction that the caller ends; None in `--sql` output.
        connect: opens a connection where none is given.
        output: where `--sql` output goes.
        lock_timeout_s: how long one statement waits for a lock; 0 waits for ever.
        on_start: told of each revision before it runs.
        on_applied: told of each revision after it ran.
        on_written: told of each text that a revision writes in `--sql` output: its id, the text, and where its file
            asks for it; that is unknown (None) where no line of the file did.
    """

    names: Names
    connection: Connection | None = None
    connect: Callable[[], AbstractContextManager[Connection]] | None = None
    output: TextIO | None = None
    lock_timeout_s: float = 0
    on_start: Callable[[str, str], None] | None = None
    on_applied: Callable[[Applied], None] | None = None
    on_written: Callable[[str, str, Caller | None], None] | None = None

    def connected(self) -> AbstractContextManager[Connection]:
        """Give the connection, opened for this run where the caller has none."""
        if self.connection is not None:
            return nullcontext(self.connection)
        if self.connect is None:
            raise UsageError("There is no database connection to run revisions on.")
        return self.connect()


def make_records_schema(connection: Connection) -> None:
    """Create the schema that holds Alembic's version table, before Alembic looks for it.

    Effects: commits, unless the caller has a transaction open.
    """
    with nullcontext() if connection.in_transaction() else connection.begin():
        if not _has_schema(connection, RECORDS):
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {quote(RECORDS)}"))


def configured_run(arguments: Mapping[str, str]) -> Run:
    """Make the run of Alembic's own command line from toolbox's configuration.

    Raises:
        UsageError: the platforms live in several databases, and `-x platform=NAME` does not say which.
    """
    runtime = Runtime()
    found = targets(runtime.settings, runtime.environ, arguments.get("platform"))
    if len(found) > 1:
        raise UsageError("The platforms live in several databases.", remedy="Pick one: alembic -x platform=NAME …")
    return Run(found[0].names, connect=engine_of(found[0]).connect)


class Steps:
    """Alembic's work function: the steps that were asked for, records first, each wrapped by `run_step`."""

    def __init__(self, run: Run, script: ScriptDirectory, asked: Callable[..., Iterable[MigrationStep]]) -> None:
        self.run = run
        self.script = script
        self.asked = asked

    def __call__(self, heads: tuple[str, ...], context: MigrationContext) -> Sequence[MigrationStep]:
        """Give the steps from `heads`, in the order they run."""
        steps = [step for step in self.asked(heads, context) if self._is_ours(step)]
        climbs = [step for step in steps if isinstance(step, RevisionStep) and step.is_upgrade]
        if any(platform_of(step) != RECORDS for step in climbs):
            steps += self._missing_records(heads, steps)
        steps.sort(key=lambda step: (platform_of(step) == RECORDS) != _goes_up(step))
        if context.as_sql and steps and not heads:
            context.impl.static_output(f"CREATE SCHEMA IF NOT EXISTS {quote(RECORDS)};")
        for step in steps:
            if isinstance(step, RevisionStep):
                step.migration_fn = self._wrapped(step, context)
        return steps

    def _is_ours(self, step: MigrationStep) -> bool:
        return platform_of(step) in self.run.names.schemas

    def _missing_records(self, heads: Sequence[str], steps: Sequence[MigrationStep]) -> list[MigrationStep]:
        """Give the records' own steps, where a platform is asked for before them."""
        planned = {step.revision.revision for step in steps if isinstance(step, RevisionStep)}
        known: set[str] = set()
        for head in heads:
            known.update(above.revision for above in self.script.iterate_revisions(head, "base"))
        wanted = reversed(list(self.script.iterate_revisions(f"{RECORDS}@head", "base")))
        missing = [found for found in wanted if found.revision not in known | planned]
        return [MigrationStep.upgrade_from_script(self.script.revision_map, found) for found in missing]

    def _wrapped(self, step: RevisionStep, context: MigrationContext) -> Callable[..., None]:
        original = step.migration_fn

        def run(**arguments: Any) -> None:
            run_step(self.run, step, context, lambda: original(**arguments))

        run.__name__ = step.name  # Alembic names the step by its function
        return run


def run_step(run: Run, step: RevisionStep, context: MigrationContext, work: Callable[[], None]) -> None:
    """Run one revision in its platform's schema and log it; all in the step's transaction.

    Effects: search_path and lock_timeout are set for the transaction; writes `toolbox.migration_log`.
    """
    script: Script = step.revision
    platform = platform_of(step)
    if run.on_start:
        run.on_start(platform, script.revision)
    started = time.perf_counter()
    schema = run.names.quoted(platform)
    if step.is_upgrade and script.down_revision is None and platform != RECORDS:
        _make_schema(context, run.names.schema(platform))
    if run.lock_timeout_s:
        _execute(context, f"SET LOCAL lock_timeout = '{math.ceil(run.lock_timeout_s * 1000)}ms'")
    _execute(context, f"SET LOCAL search_path TO {schema}")
    emitted: list[str] = []
    with _written(context, emitted, _page(run, script)) if context.as_sql else _executed(context, emitted):
        work()
    done = Applied(script.revision, platform, step.is_upgrade, "\n\n".join(emitted), time.perf_counter() - started)
    if platform != RECORDS or step.is_upgrade:
        _execute(context, _log_sql(done))
    if run.on_applied:
        run.on_applied(done)


@contextmanager
def _executed(context: MigrationContext, statements: list[str]) -> Iterator[None]:
    """Collect what a revision executes, in the form that `--sql` would write it."""

    def collect(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement.replace("%%", "%").replace("\t", "    ").strip() + ";")

    event.listen(context.connection, "before_cursor_execute", collect)
    try:
        yield
    finally:
        event.remove(context.connection, "before_cursor_execute", collect)


@contextmanager
def _written(context: MigrationContext, statements: list[str], page: io.StringIO) -> Iterator[None]:
    """Collect what a revision writes in `--sql` output, and let it through."""
    kept, context.impl.output_buffer = context.impl.output_buffer, page
    try:
        yield
    finally:
        written, context.impl.output_buffer = page.getvalue(), kept
        context.impl.static_output(written.strip())
        statements.append(written.strip())


def _page(run: Run, script: Script) -> io.StringIO:
    if run.on_written is None:
        return io.StringIO()
    return ToldPage(run.on_written, script.revision, script.path)


class ToldPage(io.StringIO):
    """Collects what a revision writes in `--sql` output, and tells of each piece."""

    def __init__(self, told: Callable[[str, str, Caller | None], None], revision: str, file: str) -> None:
        super().__init__()
        self.told, self.revision, self.file = told, revision, file

    def write(self, text: str) -> int:
        self.told(self.revision, text, _caller(self.file))
        return super().write(text)


def _caller(file: str) -> Caller | None:
    """Find the innermost call on the stack that stands in a file."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename != file:
        frame = frame.f_back
    if frame is None:
        return None
    line, end_line, column, end_column = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    if line is None or end_line is None or column is None or end_column is None:  # python -X no_debug_ranges
        return Caller(frame.f_lineno, 0, frame.f_lineno, 0)
    return Caller(line, column, end_line, end_column)


def platform_of(step: MigrationStep) -> str:
    """Give the platform whose branch a step belongs to."""
    scripts = [step.revision] if isinstance(step, RevisionStep) else step.info.up_revisions  # type: ignore[attr-defined]
    labels = {label for script in scripts if script for label in script.branch_labels}
    return next(name for name in (RECORDS, *PLATFORMS) if name in labels)


def _goes_up(step: MigrationStep) -> bool:
    return not isinstance(step, RevisionStep) or step.is_upgrade


def _log_sql(done: Applied) -> str:
    direction = "upgrade" if done.upgrade else "downgrade"
    return (
        f"INSERT INTO {quote(RECORDS)}.{LOG_TABLE}"  # noqa: S608  literals of ours
        " (platform, revision, direction, sql_sha256, duration_ms, tool_version)"
        f" VALUES ('{done.platform}', '{done.revision}', '{direction}', '{done.sql_sha256}',"
        f" extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000, '{__version__}')"
    )


def _execute(context: MigrationContext, statement: str) -> None:
    context.impl.execute(text(statement.replace(":", "\\:")))


def _make_schema(context: MigrationContext, schema: str) -> None:
    """Create a schema where it is missing; an operator without that right can create it beforehand."""
    if context.as_sql or not _has_schema(context.connection, schema):
        _execute(context, f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")


def _has_schema(connection: Connection | None, schema: str) -> bool:
    return connection is not None and bool(
        connection.scalar(text("SELECT to_regnamespace(:name) IS NOT NULL"), {"name": quote(schema)})
    )
