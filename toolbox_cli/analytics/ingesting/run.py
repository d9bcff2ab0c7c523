"""One taking-in of events: lines are read, judged, and loaded batch by batch, all in one transaction a database."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from toolbox_cli.analytics.ingesting.faults import Fault, Reason
from toolbox_cli.analytics.ingesting.forms import From
from toolbox_cli.analytics.ingesting.reading.lines import Line, read_lines
from toolbox_cli.analytics.ingesting.reading.parsing import parse
from toolbox_cli.analytics.ingesting.shapes import module_events, statements, usage_events
from toolbox_cli.analytics.ingesting.shapes.shape import Event, Shape
from toolbox_cli.analytics.ingesting.staging import Aside, Quarantine, Stage
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.locks import INGESTS, lock_transaction
from toolbox_cli.core.database.target import Target, targets
from toolbox_cli.core.database.transaction import Connection, transaction, upgraded
from toolbox_cli.core.errors import InputError, LockedError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.progress import status
from toolbox_cli.core.runtime import Runtime

PURPOSE: Final = "toolbox analytics ingest"
BATCH: Final = 10_000
"""Lines at once."""
BATCH_BYTES: Final = 16 * 1024 * 1024
MOST_TOLD: Final = 1_000
"""Findings of one run that are told one by one; all the lines are kept."""
MOST_ASIDE: Final = 100_000
"""Lines of one run that may be set aside: beyond that it is no file of events."""

_PARTED: Final = "Write each event of the list on a line of its own: jq -c '.[]'"
_PLATFORMS: Final = (module_events.PLATFORM, usage_events.PLATFORM)


@dataclass
class Ingested:
    """What a run took in, or would.

    Attributes:
        lines: that were read, blank ones aside.
        taken: events that are new, by platform.
        known: events that had come before.
        aside: lines that were not taken in, by reason.
        fresh: those of them that were not set aside before.
        findings: what is wrong with them; the first of them where there are many.
    """

    lines: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    known: int = 0
    aside: Counter[Reason] = field(default_factory=Counter)
    fresh: int = 0
    findings: list[Finding] = field(default_factory=list)


def ingest(runtime: Runtime, files: Sequence[str], form: From, *, dry_run: bool = False) -> Ingested:
    """Take events in from files.

    Args:
        runtime: says where the databases are.
        files: paths; `-` is stdin.
        form: what their lines are.
        dry_run: take everything back in the end.

    Raises:
        InputError: a file can't be read, or is none of events.
        LockedError: another run takes events in.
        RefusedError: a database is not upgraded.

    Effects: writes `module_analytics_events`, `usage_analytics`, `toolbox.ingested_events`,
    `toolbox.quarantined_events` and `toolbox.audit_log`, and commits unless `dry_run`; one transaction a database.
    """
    with _steadily(), ExitStack() as stack, status(runtime, "Taking events in") as tell:
        homes = [(_enter(stack, runtime, target, dry_run=dry_run), target) for target in _homes(runtime)]
        run = _Run(runtime, homes, form, tell)
        for batch in _batches(read_lines(files, runtime.working_folder)):
            run.take(batch)
        run.finish(f"{PURPOSE} --from {form}")
        return run.done


class _Room:
    """One database, with the stages of its platforms."""

    def __init__(self, connection: Connection, target: Target, shapes: Iterable[Shape]) -> None:
        self.connection = connection
        with upgraded():
            lock_transaction(connection, INGESTS, wait_s=0)
            self.quarantine = Quarantine(connection)
            releases = self.quarantine.has_any()
            self.stages = {
                shape.platform: Stage(connection, target.names, shape, releases=releases)
                for shape in shapes
                if shape.platform in target.names.platforms
            }
        self.taken: Counter[str] = Counter()
        self.fresh = 0


class _Run:
    """What is known in the middle of a run."""

    def __init__(
        self, runtime: Runtime, homes: Sequence[tuple[Connection, Target]], form: From, tell: Callable[[str], None]
    ) -> None:
        now = runtime.now()
        self._runtime, self._form, self._tell = runtime, form, tell
        self._modules, self._usage = module_events.ModuleEvents(now), usage_events.UsageEvents(now)
        shapes = (self._modules.shape, self._usage.shape)
        self._rooms = [_Room(connection, target, shapes) for connection, target in homes]
        self._where = {platform: room for room in self._rooms for platform in room.stages}
        self.done = Ingested()

    def take(self, lines: Sequence[Line]) -> None:
        """Take a batch of lines in."""
        events: dict[str, list[tuple[int, Line, Event]]] = {platform: [] for platform in self._where}
        aside: dict[str, list[Aside]] = {platform: [] for platform in self._where}
        read: dict[int, tuple[Line, Any]] = {}
        for line in lines:
            for platform, given, outcome in self._read(line):
                number = len(read)
                read[number] = line, given
                if isinstance(outcome, Fault):
                    aside[platform].append(self._aside(number, line, given, outcome))
                else:
                    events[platform].append((number, line, outcome))
        for platform, batch in events.items():
            settled = self._where[platform].stages[platform].settle(batch)
            self._where[platform].taken[platform] += settled.taken
            self.done.known += settled.known
            aside[platform] += [self._aside(number, *read[number], fault) for number, fault in settled.faults]
        self._keep(aside)
        self.done.lines += len(lines)
        self._tell(f"Taking events in: {self.done.lines:,} lines")

    def finish(self, command: str) -> None:
        """Write down what was done."""
        for room in self._rooms:
            self.done.taken += room.taken
            counts = {**room.taken, "quarantined": room.fresh}
            if any(counts.values()):
                change = Change(command, self._runtime.settings.env, None, {k: n for k, n in counts.items() if n})
                record_change(room.connection, change)

    def _read(self, line: Line) -> Iterator[tuple[str, Any, Event | Fault]]:
        """Give what a line holds: platform, fields, and the event or what is wrong."""
        try:
            found = parse(line)
        except Fault as fault:
            yield module_events.PLATFORM, None, fault
            return
        for given in _parts(found) if self._form is From.XAPI else [found]:
            try:
                yield self._event(given)
            except Fault as fault:
                yield _meant(given), given, fault

    def _event(self, given: Any) -> tuple[str, Any, Event]:
        if not isinstance(given, dict):
            raise Fault(Reason.NO_EVENT, "it is no object", remedy=_PARTED if isinstance(given, list) else None)
        if self._form is From.XAPI:
            given = statements.event_of(given)
            return module_events.PLATFORM, given, self._modules.read(given, told=True)
        if module_events.is_one(given):
            return module_events.PLATFORM, given, self._modules.read(given)
        if usage_events.is_one(given):
            return usage_events.PLATFORM, given, self._usage.read(given)
        raise Fault(
            Reason.NO_EVENT,
            "it has neither the fields of an event of modules nor those of one of use",
            remedy=f"See {module_events.PAGE} for what events carry.",
        )

    def _aside(self, number: int, line: Line, given: Any, fault: Fault) -> Aside:
        said = given if isinstance(given, dict) else {}
        name = said.get("id") if self._form is From.XAPI and "id" in said else said.get("event_id")
        return Aside(number, line, fault, self._form, _short(name, 200), _short(said.get("event_type"), 100))

    def _keep(self, aside: dict[str, list[Aside]]) -> None:
        for platform, batch in aside.items():
            room = self._where[platform]
            batch.sort(key=lambda one: one.number)
            fresh = room.quarantine.settle(batch)
            room.fresh += fresh
            self.done.fresh += fresh
        told = sorted((one for batch in aside.values() for one in batch), key=lambda one: one.number)
        self.done.aside.update(one.fault.reason for one in told)
        self.done.findings += map(_finding, told[: max(MOST_TOLD - len(self.done.findings), 0)])
        if self.done.aside.total() > MOST_ASIDE:
            raise InputError(
                f"More than {MOST_ASIDE:,} lines are no events that can be taken in; nothing was written.",
                remedy="See what is wrong with the first of them, and whether --from is what they are.",
                findings=self.done.findings[:20],
            )


def _homes(runtime: Runtime) -> list[Target]:
    """Give the databases that events go into."""
    found = targets(runtime.settings, runtime.environ)
    return [one for one in found if {*_PLATFORMS} & {*one.names.platforms}]


def _enter(stack: ExitStack, runtime: Runtime, target: Target, *, dry_run: bool) -> Connection:
    platform = next(one for one in _PLATFORMS if one in target.names.platforms)
    return stack.enter_context(transaction(runtime, platform, PURPOSE, dry_run=dry_run))


@contextmanager
def _steadily() -> Iterator[None]:
    """Say what happened where somebody deletes rows while events that refer to them are taken in."""
    try:
        yield
    except psycopg.errors.ForeignKeyViolation as error:
        raise LockedError(
            "Rows that the events refer to were deleted in this very moment; nothing was written.",
            remedy="Run it again.",
        ) from error


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Part lines into batches that are bounded in number and in bytes."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line.content)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _parts(found: Any) -> list[Any]:
    """Give the statements of a line: one, a list, or the answer of a store of statements."""
    if isinstance(found, dict) and isinstance(found.get("statements"), list):
        found = found["statements"]
    return found if isinstance(found, list) else [found]


def _meant(given: Any) -> str:
    """Say whose database keeps a line that is no event."""
    is_usage = isinstance(given, dict) and not module_events.is_one(given) and usage_events.is_one(given)
    return usage_events.PLATFORM if is_usage else module_events.PLATFORM


def _short(value: Any, most: int) -> str | None:
    return value[:most] if isinstance(value, str) else None


def _finding(one: Aside) -> Finding:
    return Finding(
        f"event-{one.fault.reason}", Severity.ERROR, "event", one.fault.field, found=one.fault.detail,
        file=one.line.source, line=one.line.number, remedy=one.fault.remedy,
    )  # fmt: skip
