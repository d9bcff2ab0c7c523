"""Which integrations a call syncs, and by which limits."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import Settings
from toolbox_cli.lms.database import Connection, rows
from toolbox_cli.lms.runs.standing import Standing, standing
from toolbox_cli.lms.settings.limits import Limits
from toolbox_cli.lms.settings.reading import read_limits

_OF_RUN: Final = """
SELECT i.name, i.id::text AS key FROM lms_sync_runs AS r JOIN lms_integrations AS i ON i.id = r.lms_integration_id
WHERE r.id = %(run)s"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a call syncs.

    Attributes:
        these: in the order in which they are synced.
        left: the others, with the reason.
    """

    these: tuple[Standing, ...]
    left: tuple[tuple[str, str], ...] = ()


def choose(connection: Connection, names: Sequence[str], now: datetime.datetime, *, everything: bool) -> Chosen:
    """Choose integrations.

    Args:
        connection: whose search_path begins with the platform's schema.
        names: these, due or not; a pause keeps planned syncs out, not a person.
        now: decides what is due.
        everything: where nothing is named, also those that are not due.

    Raises:
        UsageError: one of the names is not there, or is switched off.
    """
    found = standing(connection, tuple(names))
    if names:
        for one in found:
            if not one.active:
                raise UsageError(f"{one.name} is paused.", remedy=f"Resume it first: toolbox lms resume {one.name}")
        return Chosen(tuple(found))
    why = [(one, _why_not(one, now, everything=everything)) for one in found]
    first = sorted((one for one, reason in why if reason is None), key=_longest_waiting)
    return Chosen(tuple(first), tuple((one.name, reason) for one, reason in why if reason is not None))


def integration_of(connection: Connection, run: int, names: Sequence[str]) -> str:
    """Name the integration of the run to approve.

    Raises:
        UsageError: there is no such run, or it is of another integration than the one that was named.
    """
    found = rows(connection, _OF_RUN, {"run": run})
    if not found:
        raise UsageError(f"There is no run {run}.", remedy="See which there are with: toolbox lms runs")
    name, key = str(found[0]["name"]), str(found[0]["key"])
    if not set(names) <= {name, key}:
        raise UsageError(f"Run {run} is of {name}, and of no other integration.", remedy="Leave the name out.")
    return name


def limits_named(settings: Settings, profile: str) -> Limits:
    """Give the limits of a profile.

    Raises:
        UsageError: there is no such profile.
    """
    known = settings.lms.limits
    if profile not in known:
        have = ", ".join(sorted(known)) or "none"
        raise UsageError(
            f"There is no limit profile {profile}; the settings have {have}.",
            remedy="Write it into toolbox.yaml: lms: {limits: {" + profile + ": {percent: 60, rows: 1000}}}",
        )
    return read_limits(known[profile].model_dump(exclude_none=True))


def _why_not(one: Standing, now: datetime.datetime, *, everything: bool) -> str | None:
    if one.is_paused(now):
        return f"paused until {one.paused_until:%Y-%m-%d %H:%M %Z}" if one.active else "paused"
    if not one.wanted:
        return "neither rosters nor contents are to be read"
    if everything or one.is_due(now):
        return None
    return f"due at {one.due_at:%Y-%m-%d %H:%M %Z}"


def _longest_waiting(one: Standing) -> tuple[bool, float, str]:
    begun = one.due_at
    return begun is not None, begun.timestamp() if begun else 0.0, one.name
