"""A track's phase: it goes forward, or where somebody puts it."""

from typing import Final, NamedTuple

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import PLATFORM, Connection, rows
from toolbox_cli.quests.tracks.options import Phase, Track

_LOCKED: Final = """
SELECT id, coalesce(current_phase, 'awareness')::text AS phase FROM user_tracks
WHERE user_id = %(user)s AND track_type::text = %(track)s FOR NO KEY UPDATE"""

_MOVE: Final = "UPDATE user_tracks SET current_phase = %(phase)s WHERE id = %(id)s"

# The document in which tracks were first kept is still read by some programs; what it doesn't tell is not put there.
_DOCUMENT: Final = """
UPDATE users
SET recovery_tracks = jsonb_set(recovery_tracks, ARRAY[%(track)s, 'current_phase'], to_jsonb(%(phase)s::text))
WHERE id = %(user)s AND recovery_tracks #>> ARRAY[%(track)s, 'current_phase'] IS NOT NULL"""


class Moved(NamedTuple):
    """What became of a track's phase."""

    before: Phase
    after: Phase


def move(connection: Connection, user: int, track: Track, to: Phase | None, environment: Environment) -> Moved:
    """Put a track into the next phase, or into the one that is said.

    Args:
        connection: in a transaction, with the platform's search_path.
        user: the parent.
        track: which.
        to: None is the next one; the last one stays.
        environment: for the audit log.

    Raises:
        UsageError: the parent is not on that track.

    Effects: writes `user_tracks`, `users.recovery_tracks` where that tells of the phase, and `toolbox.audit_log`; never
        commits.
    """
    found = rows(connection, _LOCKED, {"user": user, "track": track})
    if not found:
        raise UsageError(f"User {user} is not on the track {track}.", remedy="See who is: toolbox quests tracks list")
    before = Phase(found[0]["phase"])
    after = to or next_of(before)
    if after is not before:
        connection.execute(_MOVE, {"id": found[0]["id"], "phase": after})
        connection.execute(_DOCUMENT, {"user": user, "track": track, "phase": after})
        command = f"toolbox quests tracks show --{'advance' if to is None else 'set-phase'}"
        details = {"user": user, "track": track, "before": before, "after": after}
        record_change(connection, Change(command, environment, PLATFORM, {"user_tracks": 1}, details))
    return Moved(before, after)


def next_of(phase: Phase) -> Phase:
    """Give the phase after one; the last one is its own.

    Example:
        >>> next_of(Phase.AWARENESS), next_of(Phase.MASTERY)
        (<Phase.EXPRESSION: 'expression'>, <Phase.MASTERY: 'mastery'>)
    """
    phases: list[Phase] = [*Phase]
    return phases[min(phases.index(phase) + 1, len(phases) - 1)]
