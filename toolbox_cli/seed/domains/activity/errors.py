"""Errors to be looked into: one row for all occurrences of the same."""

import datetime
from hashlib import sha256
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.making.text import Row

COLUMNS: Final = (
    "id", "error_type", "error_code", "error_message", "error_hash", "user_id", "session_id", "agent_id", "task_id",
    "endpoint", "method", "request_data", "response_data", "stack_trace", "environment", "service_name",
    "service_version", "severity", "status", "assigned_to", "resolved_at", "resolution_notes", "first_seen",
    "last_seen", "occurrence_count", "created_at",
)  # fmt: skip

_SETTLED_DAYS: Final = 6
"""Days in which an error of medium severity is settled."""

_HASTE: Final = {"critical": 0.2, "high": 0.5, "medium": 1.0, "low": 2.0}
_IGNORED: Final = 0.4

_NOTES: Final = {
    "validation": "The form now says what it expects.",
    "system": "More school_class was given, and an alarm set below the limit.",
    "network": "The other side was down; calls are tried again now.",
    "ai": "The prompt names the form of the answer now, and a bad answer is asked for again.",
}
_TEAMS: Final = {"validation": "web", "system": "operations", "network": "operations", "ai": "content"}


class Failure(NamedTuple):
    """What goes wrong.

    Attributes:
        type: validation, system, network or ai.
    """

    type: str
    code: str
    message: str
    severity: str
    status: int | None = None


class Seen(NamedTuple):
    """When something failed, and how often.

    Attributes:
        today: the day that is; somebody may have looked into it since.
    """

    first: datetime.datetime
    last: datetime.datetime
    times: int
    today: datetime.date


class Where(NamedTuple):
    """In what something failed; keys are 32 hexadecimal digits.

    Attributes:
        service: its name.
        version: of the service.
    """

    service: str
    version: str
    user: str | None = None
    session: str | None = None
    agent: str | None = None
    endpoint: str | None = None
    method: str | None = None


def error_row(key: str, failure: Failure, seen: Seen, where: Where, chance: Chance) -> Row:
    """Make a row of the error log; chance decides how far somebody has looked into it."""
    status, resolved = _settled(failure, seen, chance)
    digest = sha256(f"{where.service}/{failure.code}/{where.endpoint}/{key}".encode()).hexdigest()
    answer = {"status": failure.status, "error": failure.code} if failure.status else None
    asked = {"endpoint": where.endpoint, "method": where.method} if where.endpoint else None
    team = _TEAMS[failure.type] if status != "new" else None
    return (
        key, failure.type, failure.code, failure.message, digest, where.user, where.session, where.agent, None,
        where.endpoint, where.method, asked, answer, _trace(where.service, failure), "production", where.service,
        where.version, failure.severity, status, team, resolved, _NOTES[failure.type] if resolved else None, seen.first,
        seen.last, seen.times, seen.first,
    )  # fmt: skip


def _settled(failure: Failure, seen: Seen, chance: Chance) -> tuple[str, datetime.datetime | None]:
    """Say how far somebody is with it: what is old is settled, what is grave is settled first."""
    if failure.severity == "low" and chance.happens(_IGNORED):
        return "ignored", None
    midnight = datetime.datetime.combine(seen.today, datetime.time(), datetime.UTC)
    most = int(86_400 * _SETTLED_DAYS * _HASTE[failure.severity])
    took = datetime.timedelta(seconds=600 + chance.below(most))
    if seen.last + took < midnight:
        return "resolved", seen.last + took
    return ("investigating" if seen.last + took / 2 < midnight else "new"), None


def _trace(service: str, failure: Failure) -> str | None:
    if failure.type == "validation":
        return None
    place = f'  File "{service}/requests.py", line {40 + len(failure.code)}, in answer'
    return f"Traceback (most recent call last):\n{place}\n{failure.code}: {failure.message}"
