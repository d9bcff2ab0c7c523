"""What is known of integrations, but for their secrets."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from psycopg.rows import class_row

from toolbox_cli.core.errors import UsageError
from toolbox_cli.lms.database import Connection
from toolbox_cli.lms.runs.due import FAILURES, USUAL_HOURS, due_at

_SEEN: Final = f"""
SELECT id, name, platform_name AS kind, institution_name AS institution, base_url, auth_type AS auth, client_id,
       token_endpoint AS token_url, filters, settings, sync_frequency_hours AS every_hours,
       roster_sync_enabled IS NOT FALSE AS rosters, content_sync_enabled IS NOT FALSE AS contents,
       grade_passback_enabled IS NOT FALSE AS grades,
       is_active IS NOT FALSE AS active, paused_until, last_sync_at, last_sync_status, sync_error_message,
       last_success_at, last_full_sync_at, created_at, removed_at,
       num_nonnulls(client_secret_encrypted, api_key_encrypted, refresh_token_encrypted) AS secrets,
       (SELECT r.started_at FROM lms_sync_runs AS r
        WHERE r.lms_integration_id = i.id AND r.mode IN ('full', 'delta') AND r.status <> 'running'
        ORDER BY r.id DESC LIMIT 1) AS begun_at, {FAILURES} AS failures
FROM lms_integrations AS i WHERE {{which}} ORDER BY removed_at IS NOT NULL, name"""  # noqa: S608  text of ours


class State(StrEnum):
    """How an integration stands; of several the first."""

    REMOVED = "removed"
    PAUSED = "paused"
    HELD = "held"
    FAILING = "failing"
    DUE = "due"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Seen:
    """An integration as it is shown.

    Attributes:
        secrets: how many are stored.
        active: False while it is paused without an end.
        rosters: whether people and enrollments are read; `contents` of assignments.
        grades: whether grades are sent.
        begun_at: when the latest sync began, whatever became of it.
        failures: how many of the latest syncs failed in a row.
    """

    id: uuid.UUID
    name: str
    kind: str
    institution: str
    base_url: str
    auth: str
    client_id: str | None
    token_url: str | None
    filters: Mapping[str, Any]
    settings: Mapping[str, Any]
    every_hours: int | None
    rosters: bool
    contents: bool
    grades: bool
    active: bool
    paused_until: datetime.datetime | None
    last_sync_at: datetime.datetime | None
    last_sync_status: str | None
    sync_error_message: str | None
    last_success_at: datetime.datetime | None
    last_full_sync_at: datetime.datetime | None
    created_at: datetime.datetime | None
    removed_at: datetime.datetime | None
    secrets: int
    begun_at: datetime.datetime | None
    failures: int

    def state(self, now: datetime.datetime) -> State:
        """Say how it stands."""
        if self.removed_at is not None:
            return State.REMOVED
        if self.is_paused(now):
            return State.PAUSED
        known = {"held": State.HELD, "failed": State.FAILING}
        if self.last_sync_status in known:
            return known[self.last_sync_status]
        due_at = self.due_at
        return State.DUE if due_at is None or due_at <= now else State.WAITING

    def is_paused(self, now: datetime.datetime) -> bool:
        """Tell whether planned syncs leave it out."""
        return not self.active or (self.paused_until is not None and self.paused_until > now)

    @property
    def due_at(self) -> datetime.datetime | None:
        """When the next planned sync is due; None is at once."""
        hours = USUAL_HOURS if self.every_hours is None else self.every_hours
        return due_at(self.begun_at or self.last_sync_at, datetime.timedelta(hours=hours), self.failures)

    def success_age(self, now: datetime.datetime) -> datetime.timedelta | None:
        """How long ago the latest sync that was a success ended; None where none was."""
        return None if self.last_success_at is None else now - self.last_success_at


def seen(connection: Connection, *, removed: bool = False) -> list[Seen]:
    """Give all integrations by name, the removed ones last."""
    query = _SEEN.format(which="true" if removed else "removed_at IS NULL")
    return connection.cursor(row_factory=class_row(Seen)).execute(query.encode()).fetchall()


def seen_one(connection: Connection, said: str, *, removed: bool = False, lock: bool = False) -> Seen:
    """Give one integration.

    Args:
        connection: whose search_path begins with the platform's schema.
        said: its name or key.
        removed: also where it was removed.
        lock: let nobody else change it until the transaction ends.

    Raises:
        UsageError: there is none.
    """
    which = "(name = %(said)s OR id::text = %(said)s)" + ("" if removed else " AND removed_at IS NULL")
    query = _SEEN.format(which=which) + (" FOR UPDATE" if lock else "")
    found = connection.cursor(row_factory=class_row(Seen)).execute(query.encode(), {"said": said}).fetchone()
    if found is None:
        raise UsageError(f"There is no integration {said}.", remedy="See which there are with: toolbox lms list")
    return found
