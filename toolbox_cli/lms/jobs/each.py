"""Sync integrations one after the other: what befalls one never stops the next."""

import datetime
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.failures import translate
from toolbox_cli.core.database.target import target_of
from toolbox_cli.core.errors import LockedError, ToolboxError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.secrets import open_secrets
from toolbox_cli.lms.database import PLATFORM, Integration, Row, transaction
from toolbox_cli.lms.runs import looking
from toolbox_cli.lms.runs.standing import Standing
from toolbox_cli.lms.sources.opening import open_source, read_stored
from toolbox_cli.lms.sources.source import Source
from toolbox_cli.lms.sync import recording
from toolbox_cli.lms.sync.running import sync
from toolbox_cli.lms.sync.wishes import Connection, Step, SyncRun, Watch, Wishes

PURPOSE: Final = "toolbox lms sync"
SHOWN: Final = 200
"""How many changes of a dry run, and how many issues, are kept to be shown."""

_WORST_FIRST: Final = (Exit.UNREACHABLE, Exit.REFUSED, Exit.FINDINGS, Exit.FAULT, Exit.USAGE, Exit.LOCKED)
_STEPS: Final[Mapping[Step, str]] = {
    Step.READ: "comparing", Step.PLANNED: "writing", Step.APPLIED: "committing",
}  # fmt: skip


@dataclass(slots=True)
class Done:
    """What became of one integration.

    Attributes:
        run: None where it did not come to one.
        error: why not, or what made it fail.
        approves: the run that was to be applied.
        changes: the first rows that a dry run would change, as `looking.changes` reads them.
        issues: the first faults of records.
    """

    name: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    run: SyncRun | None = None
    error: ToolboxError | None = None
    approves: int | None = None
    changes: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)

    @property
    def status(self) -> str:
        """success, partial, held, failed, or locked: another sync of it goes on."""
        if self.run is not None:
            return self.run.status
        return "locked" if isinstance(self.error, LockedError) else "failed"

    @property
    def exit_code(self) -> Exit:
        """What a command ends with that did this alone."""
        if self.run is not None:
            return self.run.exit_code
        return self.error.exit_code if self.error else Exit.FAULT

    @property
    def why(self) -> str | None:
        """What held it or made it fail, for people; may quote an answer."""
        if self.error is not None:
            return self.error.message
        if self.run is None or self.status != "held":
            return None
        differs = () if self.approves is None else (f"what is to change is not what run {self.approves} holds",)
        return "; ".join((*differs, *map(str, self.run.tripped)))


def worst(codes: Iterable[int]) -> Exit:
    """Give the exit status of several: the highest of 5, 4 and 3; else what else went wrong."""
    found = set(codes)
    return next((code for code in _WORST_FIRST if code in found), Exit.DONE)


def sync_each(
    runtime: Runtime, these: Iterable[Standing], wishes: Wishes, show: Callable[[str], None]
) -> Iterator[Done]:
    """Sync integrations in their order, each in a transaction of its own.

    Args:
        runtime: says where the database is.
        these: which.
        wishes: how.
        show: told what is being done.

    Yields:
        What became of each, as soon as it is known.
    """
    for one in these:
        yield _One(runtime, one, wishes, show).do()


class _One:
    """One integration."""

    def __init__(self, runtime: Runtime, one: Standing, wishes: Wishes, show: Callable[[str], None]) -> None:
        self._runtime, self._one, self._wishes, self._show = runtime, one, wishes, show
        now = runtime.now()
        self._done = Done(one.name, now, now, approves=wishes.approve)

    def do(self) -> Done:
        """Sync it; whatever happens is told, not raised."""
        self._show(f"{self._one.name}: connecting")
        try:
            with closing(self._open()) as source:
                self._sync(source)
        except ToolboxError as error:
            self._done.error = error
        except Exception as error:  # noqa: BLE001  a fault in one integration must not keep the others from their data
            self._done.error = self._explained(error)
        self._done.ended_at = self._runtime.now()
        return self._done

    def _open(self) -> Source:
        try:
            with transaction(self._runtime, PURPOSE) as connection:
                stored = read_stored(connection, self._one.id)
            return open_source(stored, lambda: open_secrets(self._runtime.settings))
        except ToolboxError as error:
            if not self._wishes.dry_run:
                with suppress(ToolboxError, psycopg.Error):
                    self._remember(error)
            raise

    def _remember(self, error: ToolboxError) -> None:
        """Write down as a failed run that it could not even be opened, so that `lms status` shows it."""
        with transaction(self._runtime, PURPOSE) as connection:
            known = Integration(self._one.id, self._one.name)
            run, _ = recording.begin(connection, known.id, "full", {"asked_by": self._wishes.asked_by})
            said: dict[str, Any] = {"error_code": "lms-not-opened", "error_message": error.message}
            recording.end(connection, run, "failed", said)
            recording.tell_integration(connection, known, "failed", error.message)

    def _sync(self, source: Source) -> None:
        target = target_of(self._runtime.settings, self._runtime.environ, PLATFORM)
        watch = Watch(at=self._at, read=self._read, look=self._look)
        run = sync(target, self._one.id, source, self._wishes, watch)
        self._done.run = run
        self._done.error = run.error

    def _at(self, step: Step) -> None:
        if step in _STEPS:
            self._show(f"{self._one.name}: {_STEPS[step]}")

    def _read(self, kind: str, count: int) -> None:
        self._show(f"{self._one.name}: reading {kind}s, {count:,}")

    def _look(self, connection: Connection, run: int) -> None:
        """Keep the first of what it does, while a dry run can still be looked at."""
        if self._wishes.dry_run:
            self._done.changes = list(looking.changes(connection, run, SHOWN))
        self._done.issues = list(looking.issues(connection, run, SHOWN, notes=False))

    def _explained(self, error: Exception) -> ToolboxError:
        if self._runtime.verbose:
            traceback.print_exception(error, file=self._runtime.err)
        known = translate(error)
        return known or ToolboxError(
            f"{self._one.name} failed unexpectedly ({type(error).__name__}): a fault of toolbox.",
            remedy="Repeat it with --verbose before the command's name, and report what it prints.",
        )
