"""How each integration stands: how old its latest success is, when it is due, what waits for a person."""

import datetime
import uuid
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, LiteralString

from psycopg.rows import class_row

from toolbox_cli.core.database.locks import holder
from toolbox_cli.core.errors import UsageError
from toolbox_cli.lms.database import Connection
from toolbox_cli.lms.runs.due import FAILURES, USUAL_HOURS, due_at
from toolbox_cli.lms.sync.running import lock_key

PATIENCE: Final = 1.5
"""After so many of its periods without a sync that was applied an integration is overdue."""
LEAST_PATIENCE: Final = datetime.timedelta(hours=1)

_STANDING: Final[LiteralString] = f"""
SELECT i.id, i.name, i.platform_name AS kind, coalesce(i.sync_frequency_hours, {USUAL_HOURS}) AS every_hours,
       i.is_active IS NOT FALSE AS active,
       i.roster_sync_enabled IS NOT FALSE OR i.content_sync_enabled IS NOT FALSE AS wanted,
       i.paused_until, i.created_at, i.last_sync_at, i.last_success_at,
       latest.id AS run, latest.status AS run_status, latest.started_at, latest.ended_at, latest.error_code,
       applied.ended_at AS applied_at, {FAILURES} AS failures,
       (SELECT max(r.id) FROM lms_sync_runs AS r WHERE r.lms_integration_id = i.id AND r.status = 'held') AS held_run,
       (SELECT max(r.id) FROM lms_sync_runs AS r
        WHERE r.lms_integration_id = i.id AND r.status = 'running') AS running,
       (SELECT count(*) FROM lms_grade_passbacks AS g JOIN lms_assignments AS a ON a.id = g.lms_assignment_id
        JOIN lms_courses AS c ON c.id = a.lms_course_id
        WHERE c.lms_integration_id = i.id AND g.status = 'dead') AS dead_letters
FROM lms_integrations AS i
LEFT JOIN LATERAL (
    SELECT r.id, r.status, r.started_at, r.ended_at, r.error_code FROM lms_sync_runs AS r
    WHERE r.lms_integration_id = i.id AND r.mode IN ('full', 'delta') AND r.status <> 'running'
    ORDER BY r.id DESC LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
    SELECT r.ended_at FROM lms_sync_runs AS r
    WHERE r.lms_integration_id = i.id AND r.mode IN ('full', 'delta') AND r.status IN ('success', 'partial')
    ORDER BY r.id DESC LIMIT 1
) AS applied ON true
WHERE i.removed_at IS NULL ORDER BY i.name"""  # noqa: S608  text of ours
"""Integrations that are in use, with their latest run."""


class State(StrEnum):
    """How an integration stands; of several the first."""

    PAUSED = "paused"
    RUNNING = "running"
    HELD = "held"
    FAILING = "failing"
    OVERDUE = "overdue"
    DUE = "due"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Standing:
    """An integration as planned syncs see it.

    Attributes:
        every_hours: between two planned syncs; 0 is whenever they come.
        active: False while it is paused without an end.
        wanted: False where neither rosters nor contents are to be read.
        run: latest sync, whatever became of it.
        applied_at: when the latest sync ended that brought its data in, with or without faults.
        failures: how many of the latest syncs failed in a row.
        held_run: latest run that waits for somebody's yes.
        running: a run that goes on.
        dead_letters: grades that were given up.
    """

    id: uuid.UUID
    name: str
    kind: str
    every_hours: int
    active: bool
    wanted: bool
    paused_until: datetime.datetime | None
    created_at: datetime.datetime | None
    last_sync_at: datetime.datetime | None
    last_success_at: datetime.datetime | None
    run: int | None
    run_status: str | None
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    error_code: str | None
    applied_at: datetime.datetime | None
    failures: int
    held_run: int | None
    running: int | None
    dead_letters: int

    @property
    def period(self) -> datetime.timedelta:
        """How long between two planned syncs."""
        return datetime.timedelta(hours=self.every_hours)

    @property
    def due_at(self) -> datetime.datetime | None:
        """When the next planned sync may begin; None is at once."""
        return due_at(self.started_at or self.last_sync_at, self.period, self.failures)

    @property
    def latency(self) -> datetime.timedelta | None:
        """How long the latest sync took."""
        return self.ended_at - self.started_at if self.started_at and self.ended_at else None

    def is_paused(self, now: datetime.datetime) -> bool:
        """Tell whether planned syncs leave it out for a while."""
        return not self.active or (self.paused_until is not None and self.paused_until > now)

    def is_due(self, now: datetime.datetime) -> bool:
        """Tell whether its time has come."""
        return self.due_at is None or self.due_at <= now

    def is_overdue(self, now: datetime.datetime) -> bool:
        """Tell whether its data are older than they should ever be, though nobody paused it."""
        since = max(filter(None, (self.applied_at, self.last_success_at)), default=self.created_at)
        if since is None or self.is_paused(now) or not self.wanted:
            return False
        since = max(since, self.paused_until or since)  # a pause that has just ended makes nobody late
        return now - since > max(self.period * PATIENCE, LEAST_PATIENCE)

    def state(self, now: datetime.datetime) -> State:
        """Say how it stands."""
        known = {
            State.PAUSED: self.is_paused(now),
            State.RUNNING: self.running is not None,
            State.HELD: self.held_run is not None,
            State.FAILING: self.run_status == "failed",
            State.OVERDUE: self.is_overdue(now),
            State.DUE: self.wanted and self.is_due(now),
        }
        return next((state for state, so in known.items() if so), State.WAITING)


def standing(connection: Connection, names: tuple[str, ...] = ()) -> list[Standing]:
    """Give the integrations that are in use, by name.

    Args:
        connection: whose search_path begins with the platform's schema.
        names: only these, by name or key.

    Raises:
        UsageError: one of them is not there.
    """
    found = connection.cursor(row_factory=class_row(Standing)).execute(_STANDING).fetchall()
    if not names:
        return [_live(connection, one) for one in found]
    known = {key: one for one in found for key in (one.name, str(one.id))}
    for name in names:
        if name not in known:
            raise UsageError(f"There is no integration {name}.", remedy="See which there are with: toolbox lms list")
    return [_live(connection, one) for one in {known[name].id: known[name] for name in names}.values()]


def _live(connection: Connection, one: Standing) -> Standing:
    """Take away that it runs where nobody holds its lock: that run was killed."""
    if one.running is None or holder(connection, lock_key(one.id)):
        return one
    return replace(one, running=None)
