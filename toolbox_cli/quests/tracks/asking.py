"""From what the command line says to what is shown or moved."""

from typing import Any, Final

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import Connection, Row, rows, transaction, user_named
from toolbox_cli.quests.personal import record_look
from toolbox_cli.quests.tracks.moving import Moved, move
from toolbox_cli.quests.tracks.options import Phase, Track

KIND: Final = "toolbox.quests.tracks/1"

_TRACKS: Final = """
SELECT t.user_id AS user, t.track_type::text AS track, coalesce(t.current_phase, 'awareness')::text AS phase,
    coalesce(t.completion_percentage, 0) AS percent, coalesce(t.weeks_active, 0) AS weeks,
    coalesce(t.days_active, 0) AS days, coalesce(t.completed_activities, 0) AS done,
    coalesce(t.total_activities, 0) AS given, t.started_at, t.last_activity_at
FROM user_tracks AS t
WHERE (%(user)s::integer IS NULL OR t.user_id = %(user)s)
    AND (%(track)s::text IS NULL OR t.track_type::text = %(track)s)
    AND (%(phase)s::text IS NULL OR coalesce(t.current_phase, 'awareness')::text = %(phase)s)
ORDER BY t.user_id, t.track_type"""

_NAMES: Final = "SELECT id, parent_name AS name, telegram_id AS account FROM users WHERE id = ANY (%(users)s)"


def list_(runtime: Runtime, track: Track | None, phase: Phase | None, *, personal: bool) -> Report:
    """List tracks by parent.

    Effects: with `personal`, writes `toolbox.audit_log` and commits.
    """
    with transaction(runtime, snapshot=True) as connection:
        found = _tracks(connection, track=track, phase=phase)
        if personal:
            found = _with_names(connection, found)
            record_look(connection, runtime, "quests tracks list", len(found), {"track": track, "phase": phase})
    return _report(found, {"tracks": len(found)}, personal=personal)


def show(runtime: Runtime, parent: str, track: Track | None, *, personal: bool) -> Report:
    """Show the tracks of a parent.

    Raises:
        UsageError: there is no such user.

    Effects: with `personal`, writes `toolbox.audit_log` and commits.
    """
    with transaction(runtime, snapshot=True) as connection:
        user = user_named(connection, parent, "USER")
        found = _tracks(connection, user=user, track=track)
        if personal:
            found = _with_names(connection, found)
            record_look(connection, runtime, "quests tracks show", len(found), {"user": user, "track": track})
    return _report(found, {"tracks": len(found)}, personal=personal)


def change(
    runtime: Runtime, parent: str, track: Track | None, to: Phase | None, *, advance: bool, dry_run: bool
) -> Report:
    """Put a track into its next phase, or into `to`; commits unless `dry_run`.

    Raises:
        UsageError: both are wished, no track is named, or the parent is not on it.
    """
    if track is None or advance == (to is not None):
        raise UsageError("One phase of one track at a time.", remedy="Give --track, and --advance or --set-phase.")
    with transaction(runtime, dry_run=dry_run) as connection:
        user = user_named(connection, parent, "USER")
        moved = move(connection, user, track, to, runtime.settings.env)
        found = _tracks(connection, user=user, track=track)
    summary = {"tracks": 1, "before": moved.before, "after": moved.after, "dry_run": dry_run}
    return _report(found, summary, note=_moved(moved, dry_run=dry_run))


def _tracks(connection: Connection, **only: Any) -> list[Row]:
    return rows(connection, _TRACKS, {"user": None, "track": None, "phase": None, **only})


def _with_names(connection: Connection, found: list[Row]) -> list[Row]:
    named = {row["id"]: row for row in rows(connection, _NAMES, {"users": [row["user"] for row in found]})}
    return [{**row, "name": named[row["user"]]["name"], "account": named[row["user"]]["account"]} for row in found]


def _report(found: list[Row], summary: dict[str, Any], *, personal: bool = False, note: str | None = None) -> Report:
    numbers = ("percent", "weeks", "days", "done", "given")
    names = ["user", "track", "phase", *numbers, "last_activity_at", *(["name", "account"] if personal else [])]
    columns = [Column(name, justify="right" if name in numbers else "left", is_key=name == "user") for name in names]
    many = f"{len(found):,} track{'' if len(found) == 1 else 's'}."
    return Report(KIND, found, summary, columns=columns, note=note or many)


def _moved(moved: Moved, *, dry_run: bool) -> str:
    if moved.after is moved.before:
        return f"It is in {moved.after} already."
    phases = [*Phase]
    back = "back " if phases.index(moved.after) < phases.index(moved.before) else ""
    dry = "; nothing was written, as this is a dry run" if dry_run else ""
    return f"From {moved.before} {back}to {moved.after}{dry}."
