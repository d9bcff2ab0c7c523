"""What is asked of a sync, and what it says it did."""

import datetime
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import psycopg

from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.settings.limits import Limits
from toolbox_cli.lms.sources.records import Kind

Connection = psycopg.Connection[Any]


class Step(StrEnum):
    """Where a sync is; what has been committed until then is said."""

    LOCKED = "locked"
    """Nothing."""
    STARTED = "started"
    """The run, as running."""
    READ = "read"
    """The same: what was read stands in temporary tables."""
    PLANNED = "planned"
    """The same; the transaction is open."""
    APPLIED = "applied"
    """The same; everything is written and waits for the commit."""
    COMMITTED = "committed"
    """Everything."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Hears how a sync goes.

    Attributes:
        at: told each step when it is reached.
        read: told how many records of a kind were read so far.
        look: given the connection and the run's key while everything is written and not yet committed or, in a dry
            run, taken back: there its issues and changes can be read.
    """

    at: Callable[[Step], None] = lambda step: None
    read: Callable[[str, int], None] = lambda kind, count: None
    look: Callable[[Connection, int], None] = lambda connection, run: None


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a sync is to be done.

    Attributes:
        full: read everything, even where what changed would do.
        dry_run: take everything back in the end.
        approve: the held run whose changes may be applied.
        limits: in place of the integration's own.
        today: decides which enrollments are future or ended; None is the database's day in the integration's zone.
        asked_by: person or job that asked.
        environment: for the audit log.
    """

    full: bool = False
    dry_run: bool = False
    approve: int | None = None
    limits: Limits | None = None
    today: datetime.date | None = None
    asked_by: str | None = None
    environment: Environment = Environment.DEVELOPMENT


@dataclass(frozen=True, slots=True)
class Tripped:
    """A limit that a run went over.

    Attributes:
        level: integration, kind, course or empty (a scope without a record that held some).
        name: of the kind or course.
        held: how many stood there.
        lost: how many of them were to be removed, switched off or made less.
    """

    level: str
    name: str
    held: int
    lost: int

    @property
    def kind(self) -> str | None:
        """Of what records it is; None of all."""
        if self.level == "course":
            return "enrollment"
        return next((kind.value for kind in Kind if self.name.startswith(kind.value)), None)

    def __str__(self) -> str:
        """Say it in a sentence without an end."""
        if self.level == "empty":
            return f"{self.name} came empty, where {self.held:,} stand"
        share = f"{100 * self.lost / self.held:.0f} %" if self.held else "all"
        return f"{self.name}: {self.lost:,} of {self.held:,} ({share}) would be lost"


@dataclass(frozen=True, slots=True)
class SyncRun:
    """What a sync did.

    Attributes:
        id: the run's key; of a dry run one that nobody has.
        status: success, partial, failed or held.
        counts: kind to action to number of records.
        scopes: kind to what was read of it.
        issues: severity to number.
        tripped: why it was held.
        error: what made it fail.
    """

    id: int
    integration: str
    integration_id: uuid.UUID
    mode: str
    status: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    scopes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    issues: Mapping[str, int] = field(default_factory=dict)
    tripped: tuple[Tripped, ...] = ()
    diff_hash: str | None = None
    error: ToolboxError | None = None
    dry_run: bool = False

    @property
    def exit_code(self) -> Exit:
        """What a command ends with that did this alone."""
        if self.error is not None:
            return self.error.exit_code
        return {"partial": Exit.FINDINGS, "held": Exit.REFUSED}.get(self.status, Exit.DONE)

    @property
    def changes(self) -> int:
        """How many rows it changed, or was to change."""
        return sum(sum(of_kind.values()) for of_kind in self.counts.values())
