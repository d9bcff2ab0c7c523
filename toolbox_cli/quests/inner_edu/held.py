"""Quests as inner_edu is to have them, and what we know of them there."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from psycopg import IsolationLevel

from toolbox_cli.content.quests.canonical import compact
from toolbox_cli.content.quests.writing import graph_yaml
from toolbox_cli.quests.database import Connection, Held, Row, held_quests, rows
from toolbox_cli.quests.inner_edu.api.naming import parent_uuid, quest_uuid
from toolbox_cli.quests.reviewing.standing import errors_of

_AT_ONCE: Final = 200
"""Quests whose graphs are in memory together."""

_NAMES: Final = """
SELECT q.quest_id AS name
FROM quests AS q
WHERE CASE WHEN %(names)s::text[] IS NULL
    THEN q.moderation_status = 'approved' OR q.deployed_to_inner_edu OR q.inner_edu_quest_id IS NOT NULL
    ELSE q.quest_id = ANY (%(names)s) END
ORDER BY q.quest_id"""

_OURS: Final = """
SELECT q.id, q.quest_id AS name, q.graph_structure, quest_graph_content(q.graph_structure) AS graph_content,
    q.moderation_status AS moderation, coalesce(q.deployed_to_inner_edu, false) AS deployed, q.inner_edu_quest_id AS key
FROM quests AS q
WHERE q.quest_id = ANY (%(names)s)
ORDER BY q.quest_id"""

_STILL: Final = """
SELECT 1 FROM quests AS q
WHERE q.id = %(id)s AND q.moderation_status IS NOT DISTINCT FROM %(moderation)s
    AND quest_content_hash(q) = %(state)s"""


@dataclass(frozen=True, slots=True)
class Ours:
    """A quest and what we know of it at inner_edu; its content is read again when it is sent.

    Attributes:
        state: hash of all its content, as the database has it.
        content_hash: of what is sent, without its layout.
        moderation: what it says; `approved` alone lets a quest go there.
        deployed: whether children can play it, as far as we know.
        key: what it is called there, as far as we know.
        reasons: why inner_edu must not get what moderation approved.
    """

    id: int
    name: str
    state: str
    content_hash: str
    moderation: str | None
    deployed: bool
    key: str | None
    reasons: tuple[str, ...]


def read_ours(connection: Connection, names: Sequence[str] | None) -> list[Ours]:
    """Read what inner_edu has or may have of our quests, by name.

    Args:
        connection: in autocommit.
        names: of the quests; None means all that moderation approved, or that are there already.
    """
    with _one_state(connection):
        found = rows(connection, _NAMES, {"names": None if names is None else list(names)})
        return [_ours(held, row) for held, row in _read(connection, [row["name"] for row in found])]


def still_so(connection: Connection, ours: Ours) -> bool:
    """Tell whether content and moderation of a quest are what was read."""
    return bool(rows(connection, _STILL, {"id": ours.id, "state": ours.state, "moderation": ours.moderation}))


def to_send(connection: Connection, ours: Ours) -> dict[str, Any] | None:
    """Give what is sent of a quest, as the API's NewQuest; None where it is no longer what was read."""
    with _one_state(connection):
        found = list(_read(connection, [ours.name]))
    for held, row in found:
        if (held.id, held.content_hash, row["moderation"]) == (ours.id, ours.state, ours.moderation):
            return {
                "id": str(quest_uuid(ours.name)), "quest_id": ours.name, "author": str(parent_uuid(held.author)),
                "content_hash": ours.content_hash, "content": _content(held, row),
            }  # fmt: skip
    return None


@contextmanager
def _one_state(connection: Connection) -> Iterator[None]:
    """Let what is read be of one moment; what is written later sees what others commit, revocations above all."""
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            yield
    finally:
        connection.isolation_level = None


def _read(connection: Connection, names: Sequence[str]) -> Iterator[tuple[Held, Row]]:
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        held = {one.id: one for one in held_quests(connection, some)}
        yield from ((held[row["id"]], row) for row in rows(connection, _OURS, {"names": some}) if row["id"] in held)


def _ours(held: Held, row: Row) -> Ours:
    meant = compact({**_about(held), "graph_structure": row["graph_content"]})
    known = {name: row[name] for name in ("id", "name", "moderation", "deployed", "key")}
    content_hash = hashlib.sha256(meant.encode()).hexdigest()
    reasons = tuple(_reasons(held)) if row["moderation"] == "approved" else ()
    return Ours(**known, state=held.content_hash, content_hash=content_hash, reasons=reasons)


def _reasons(held: Held) -> Iterator[str]:
    if not held.is_whole:
        yield "it has no graph that can be read"
    elif codes := sorted({one.code for one in errors_of(held)}):
        yield f"the checks find errors in it: {', '.join(codes)}"


def _content(held: Held, row: Row) -> Mapping[str, Any]:
    """Give what a child needs to play; YAML from before there were graphs may tell of the family, and stays here."""
    made = graph_yaml(held.quest.graph, held.quest.about.title)
    return {**_about(held), "graph_structure": row["graph_structure"], "yaml_content": made}


def _about(held: Held) -> Mapping[str, Any]:
    """Give what is said of a quest, without names, photos, memories and jokes of the family."""
    about = held.quest.about
    return {
        "title": about.title, "description": about.description, "age_range": about.age_range,
        "difficulty_level": about.difficulty_level, "location": about.location,
        "reveal": {
            "enabled": about.reveal_enabled, "threshold": about.reveal_threshold_percentage,
            "message": about.reveal_message,
        },
    }  # fmt: skip
