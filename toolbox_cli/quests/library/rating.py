"""Ratings, and the figures of a quest that come from them and from how often it was played."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import PLATFORM, Connection, Row, named, rows, user_named

# Whoever rates waits here for whoever rates the same quest: otherwise each would miss the other's stars. Quests are
# locked by name, as `held_quests` locks them: in another order, two commands could wait for each other.
_LOCK: Final = """
SELECT id FROM quests WHERE %(ids)s::integer[] IS NULL OR id = ANY (%(ids)s) ORDER BY quest_id FOR NO KEY UPDATE"""

_RATE: Final = """
INSERT INTO quest_ratings AS r (user_id, quest_id, rating, review_text)
VALUES (%(user)s, %(quest)s, %(stars)s, %(text)s)
ON CONFLICT (user_id, quest_id) DO UPDATE
SET rating = EXCLUDED.rating, review_text = coalesce(EXCLUDED.review_text, r.review_text)"""

# Progress tells of children who share it alone, so that plays are never fewer than were counted already.
_RECOMPUTE: Final = """
UPDATE quests AS q SET rating = n.rating, plays_count = n.plays
FROM (
    SELECT t.id, coalesce(r.rating, 0) AS rating,
        greatest(coalesce(t.plays_count, 0), coalesce(p.plays, 0))::integer AS plays
    FROM quests AS t
    LEFT JOIN (
        SELECT quest_id, round(avg(rating), 2)::double precision AS rating FROM quest_ratings GROUP BY quest_id
    ) AS r ON r.quest_id = t.id
    LEFT JOIN (SELECT quest_id, sum(session_count) AS plays FROM quest_progress GROUP BY quest_id) AS p
        ON p.quest_id = t.id
    WHERE %(ids)s::integer[] IS NULL OR t.id = ANY (%(ids)s)) AS n
WHERE q.id = n.id AND (q.rating, q.plays_count) IS DISTINCT FROM (n.rating, n.plays)"""

_FIGURES: Final = """
SELECT q.quest_id AS quest, q.rating, (SELECT count(*) FROM quest_ratings AS r WHERE r.quest_id = q.id) AS ratings,
    q.plays_count AS plays
FROM quests AS q WHERE q.id = ANY (%(ids)s) ORDER BY q.quest_id"""


@dataclass(frozen=True, slots=True)
class Rating:
    """What a parent thinks of a quest.

    Attributes:
        by: the parent, as the command line has it.
        text: None keeps what was written before.
    """

    by: str
    stars: int
    text: str | None = None


def rate(connection: Connection, quest: str, rating: Rating, environment: Environment) -> Row:
    """Rate a public quest, or rate it anew; gives its figures.

    Raises:
        UsageError: there is no such quest or user.
        RefusedError: the quest is not public, or is the rater's own.

    Effects: writes `quest_ratings`, `quests` and `toolbox.audit_log`; never commits.
    """
    (held,) = named(connection, [quest], lock=True)
    user = user_named(connection, rating.by, "--by")
    if not held.is_public:
        raise RefusedError(f"{quest} is not in the public library.", remedy="See what is: toolbox quests list --public")
    if user == held.author:
        raise RefusedError(f"{quest} is {rating.by}'s own: its author can't rate it.")
    values = {"user": user, "quest": held.id, "stars": rating.stars, "text": rating.text}
    connection.execute(_RATE, values)
    recompute(connection, [held.id])
    details = {"quest": quest, "user": user, "stars": rating.stars}
    change = Change(f"toolbox quests rate {quest}", environment, PLATFORM, {"quest_ratings": 1}, details)
    record_change(connection, change)
    [figures] = rows(connection, _FIGURES, {"ids": [held.id]})
    return figures


def recompute_all(connection: Connection, quest: str | None, environment: Environment) -> int:
    """Compute rating and plays of a quest, or of all, anew; gives how many were otherwise.

    Raises:
        UsageError: there is no such quest.

    Effects: writes `quests` and `toolbox.audit_log`; never commits.
    """
    ids = None if quest is None else [held.id for held in named(connection, [quest])]
    changed = recompute(connection, ids)
    if changed:
        command = f"toolbox quests rate {quest or ''} --recompute".replace("  ", " ")
        record_change(connection, Change(command, environment, PLATFORM, {"quests": changed}))
    return changed


def recompute(connection: Connection, ids: Sequence[int] | None) -> int:
    """Set rating and plays of quests, or of all, in one statement; gives how many were otherwise."""
    values = {"ids": None if ids is None else list(ids)}
    connection.execute(_LOCK, values)
    return connection.execute(_RECOMPUTE, values).rowcount
