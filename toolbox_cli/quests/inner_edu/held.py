"""Quests as inner_edu is to have them, and what we know of them there."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.content.quests.canonical import compact
from toolbox_cli.quests.database import Connection, Held, Row, held_quests, rows
from toolbox_cli.quests.inner_edu.api.naming import parent_uuid, quest_uuid
from toolbox_cli.quests.reviewing.standing import errors_of

_OURS: Final = """
SELECT q.id, q.quest_id, q.graph_structure, quest_graph_content(q.graph_structure) AS graph_content,
    q.moderation_status AS moderation, coalesce(q.deployed_to_inner_edu, false) AS deployed, q.inner_edu_quest_id AS key
FROM quests AS q
WHERE CASE WHEN %(names)s::text[] IS NULL
    THEN q.moderation_status = 'approved' OR q.deployed_to_inner_edu OR q.inner_edu_quest_id IS NOT NULL
    ELSE q.quest_id = ANY (%(names)s) END
ORDER BY q.quest_id"""

_STILL: Final = """
SELECT 1 FROM quests AS q
WHERE q.id = %(id)s AND q.moderation_status IS NOT DISTINCT FROM %(moderation)s
    AND quest_content_hash(q) = %(content_hash)s"""


@dataclass(frozen=True, slots=True)
class Ours:
    """A quest and what we know of it at inner_edu.

    Attributes:
        held: as the database has it.
        moderation: what it says; `approved` alone lets a quest go there.
        deployed: whether children can play it, as far as we know.
        key: what it is called there, as far as we know.
        payload: what is sent, as the API's NewQuest; without names, photos, memories and jokes of the family.
    """

    held: Held
    moderation: str | None
    deployed: bool
    key: str | None
    payload: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.held.quest.quest_id

    @property
    def content_hash(self) -> str:
        """Of what is sent, without its layout."""
        found: str = self.payload["content_hash"]
        return found

    @property
    def parent(self) -> uuid.UUID:
        return parent_uuid(self.held.author)

    @property
    def reasons(self) -> list[str]:
        """Why inner_edu must not get it as it is, but for moderation."""
        if not self.held.is_whole:
            return ["it has no graph that can be read"]
        codes = sorted({one.code for one in errors_of(self.held)})
        return [f"the checks find errors in it: {', '.join(codes)}"] if codes else []


def read_ours(connection: Connection, names: Sequence[str] | None) -> list[Ours]:
    """Read what inner_edu has or may have of our quests, by name.

    Args:
        connection: in a transaction that sees one state.
        names: of the quests; None means all that moderation approved, or that are there already.
    """
    found = rows(connection, _OURS, {"names": None if names is None else list(names)})
    held = {one.id: one for one in held_quests(connection, [row["quest_id"] for row in found])}
    return [_ours(held[row["id"]], row) for row in found]


def still_so(connection: Connection, ours: Ours) -> bool:
    """Tell whether content and moderation of a quest are what was read."""
    given = {"id": ours.held.id, "content_hash": ours.held.content_hash, "moderation": ours.moderation}
    return bool(rows(connection, _STILL, given))


def _ours(held: Held, row: Row) -> Ours:
    about = held.quest.about
    content = {
        "title": about.title, "description": about.description, "yaml_content": held.quest_yaml,
        "graph_structure": row["graph_structure"], "age_range": about.age_range,
        "difficulty_level": about.difficulty_level, "location": about.location,
        "reveal": {
            "enabled": about.reveal_enabled, "threshold": about.reveal_threshold_percentage,
            "message": about.reveal_message,
        },
    }  # fmt: skip
    meant = compact({**content, "graph_structure": row["graph_content"]})
    payload = {
        "id": str(quest_uuid(row["quest_id"])), "quest_id": row["quest_id"], "author": str(parent_uuid(held.author)),
        "content_hash": hashlib.sha256(meant.encode()).hexdigest(), "content": content,
    }  # fmt: skip
    return Ours(held, row["moderation"], row["deployed"], row["key"], payload)
