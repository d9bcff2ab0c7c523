"""Pause, resume and remove integrations."""

import datetime
import uuid
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.locks import lock_transaction
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection, rows
from toolbox_cli.lms.integrations.looking import Seen, seen_one
from toolbox_cli.lms.settings.reading import values_of
from toolbox_cli.lms.sync.running import lock_key

_PAUSE: Final = """
UPDATE lms_integrations SET is_active = %(active)s, paused_until = %(until)s
WHERE id = %(id)s AND (coalesce(is_active, true), paused_until) IS DISTINCT FROM (%(active)s, %(until)s)"""

_WAITING: Final = """
SELECT count(*) AS waiting FROM lms_grade_passbacks AS g
JOIN lms_assignments AS a ON a.id = g.lms_assignment_id JOIN lms_courses AS c ON c.id = a.lms_course_id
WHERE c.lms_integration_id = %(id)s AND coalesce(g.status, 'pending') IN ('pending', 'failed')"""
"""How many grades of an integration are yet to be sent."""

_ABANDON: Final = """
UPDATE lms_grade_passbacks AS g SET status = 'dead', error_message = 'The integration was removed.'
FROM lms_assignments AS a JOIN lms_courses AS c ON c.id = a.lms_course_id
WHERE a.id = g.lms_assignment_id AND c.lms_integration_id = %(id)s
AND coalesce(g.status, 'pending') IN ('pending', 'failed')"""

_REMOVE: Final = """
UPDATE lms_integrations SET
    removed_at = %(now)s, is_active = false, paused_until = NULL, cursor_at = NULL, name = %(freed)s,
    client_secret_encrypted = NULL, api_key_encrypted = NULL, refresh_token_encrypted = NULL
WHERE id = %(id)s"""

_STAYS: Final = """
SELECT (SELECT count(*) FROM lms_courses WHERE lms_integration_id = %(id)s) AS courses,
       (SELECT count(*) FROM lms_identities WHERE lms_integration_id = %(id)s) AS identities,
       (SELECT count(*) FROM lms_enrollments AS e JOIN lms_courses AS c ON c.id = e.lms_course_id
        WHERE c.lms_integration_id = %(id)s) AS enrollments,
       (SELECT count(*) FROM lms_assignments AS a JOIN lms_courses AS c ON c.id = a.lms_course_id
        WHERE c.lms_integration_id = %(id)s) AS assignments,
       (SELECT count(DISTINCT user_id) FROM lms_identities
        WHERE lms_integration_id = %(id)s AND account_made) AS accounts,
       (SELECT count(*) FROM lms_sync_runs WHERE lms_integration_id = %(id)s) AS runs"""
"""What an integration leaves."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What was done to an integration.

    Attributes:
        seen: as it is now.
        changed: False where it was so already.
        stays: what a removal leaves, by what it is.
        abandoned: grades that will never be sent.
        freed: the name that a removal gave back.
    """

    seen: Seen
    changed: bool = True
    stays: Mapping[str, int] = field(default_factory=dict)
    abandoned: int = 0
    freed: str | None = None


def until_of(said: str | None, now: datetime.datetime) -> datetime.datetime | datetime.date | None:
    """Read when a pause ends: a duration from now, a day, or a moment with its zone.

    Raises:
        UsageError: it is none of these, or has passed.
    """
    if said is None:
        return None
    end = _end(said, now)
    passed = end <= now if isinstance(end, datetime.datetime) else end < now.date()
    if passed:
        raise UsageError(f"--until {said} has passed.", remedy="Give a day or moment to come.")
    return end


def pause(
    connection: Connection, name: str, until: datetime.datetime | datetime.date | None, environment: Environment
) -> Changed:
    """Let planned syncs leave an integration out.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        name: of the integration.
        until: a day begins in the integration's own zone; None until it is resumed.
        environment: for the audit log.

    Raises:
        UsageError: there is no such integration.

    Effects: writes `lms_integrations` and `toolbox.audit_log`; never commits.
    """
    held = seen_one(connection, name, lock=True)
    moment = until if until is None or isinstance(until, datetime.datetime) else _begin(until, held)
    values = {"active": until is not None, "until": moment}
    command = f"toolbox lms pause {held.name}" + (f" --until {moment.isoformat()}" if moment else "")
    return _switch(connection, held, values, command, environment)


def resume(connection: Connection, name: str, environment: Environment) -> Changed:
    """End a pause; raises and does as `pause`."""
    held = seen_one(connection, name, lock=True)
    return _switch(connection, held, {"active": True, "until": None}, f"toolbox lms resume {held.name}", environment)


def remove(
    connection: Connection, name: str, now: datetime.datetime, environment: Environment, *, abandon_grades: bool
) -> Changed:
    """Take an integration out of use for good: its secrets and its name go, what it read stays.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        name: of the integration.
        now: when.
        environment: for the audit log.
        abandon_grades: give up grades that wait to be sent.

    Raises:
        UsageError: there is no such integration.
        RefusedError: grades wait to be sent.
        LockedError: a sync of it goes on.

    Effects: writes `lms_integrations`, `lms_grade_passbacks` and `toolbox.audit_log`; never commits.
    """
    held = seen_one(connection, name, lock=True)
    lock_transaction(connection, lock_key(held.id), wait_s=0)
    key = {"id": held.id}
    [waiting] = rows(connection, _WAITING, key)
    if waiting["waiting"] and not abandon_grades:
        raise RefusedError(
            f"{waiting['waiting']:,} grades of {held.name} wait to be sent, and would never be.",
            remedy="Send them first, or give them up with --abandon-grades.",
        )
    abandoned = connection.execute(_ABANDON, key).rowcount if waiting["waiting"] else 0
    connection.execute(_REMOVE, {**key, "now": now, "freed": _freed(held)})
    [stays] = rows(connection, _STAYS, key)
    counts = {"lms_integrations": 1, "lms_grade_passbacks": abandoned}
    details = {"integration": held.name, "id": str(held.id), "secrets_destroyed": held.secrets}
    record_change(
        connection, Change(f"toolbox lms remove {held.name}", environment, PLATFORM, _counted(counts), details)
    )
    return Changed(seen_one(connection, str(held.id), removed=True), True, stays, abandoned, held.name)


def _switch(
    connection: Connection, held: Seen, values: Mapping[str, Any], command: str, environment: Environment
) -> Changed:
    changed = connection.execute(_PAUSE, {**values, "id": held.id}).rowcount > 0
    if changed:
        details = {"integration": held.name, "id": str(held.id)}
        record_change(connection, Change(command, environment, PLATFORM, {"lms_integrations": 1}, details))
    return Changed(seen_one(connection, str(held.id)), changed)


def _end(said: str, now: datetime.datetime) -> datetime.datetime | datetime.date:
    try:
        return datetime.date.fromisoformat(said)
    except ValueError:
        pass
    try:
        moment = datetime.datetime.fromisoformat(said)
    except ValueError:
        return _later(said, now)
    if moment.tzinfo is None:
        raise UsageError(f"--until {said} has no time zone.", remedy="Write it as 2026-09-01T07:00+02:00.")
    return moment


def _later(said: str, now: datetime.datetime) -> datetime.datetime:
    try:
        if not said[-1:].isalpha():
            raise UsageError("")  # a bare number would be seconds
        return now + datetime.timedelta(seconds=seconds(said))
    except (UsageError, OverflowError):
        raise UsageError(
            f"--until {said!r} is no day, moment or duration.",
            remedy="Write it as 2026-09-01, 2026-09-01T07:00Z, 14d or 36h.",
        ) from None


def _begin(day: datetime.date, held: Seen) -> datetime.datetime:
    values, _ = values_of(held.kind, held.settings)  # a sync says what is wrong with the others
    zone = zoneinfo.ZoneInfo(values.get("zone", "UTC"))
    return datetime.datetime.combine(day, datetime.time(), zone)


def _freed(held: Seen) -> str:
    """Give the name that a removed integration keeps, so that its own can be taken again."""
    ending = f"-removed-{uuid.UUID(str(held.id)).hex[:12]}"
    return held.name[: 100 - len(ending)].rstrip("-") + ending


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
