"""What a review is bound to: the hash that the database's `quest_content_hash` gives, computed without it."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from toolbox_cli.seed.domains.quests.story.blank import WORDS, Blank

LAYOUT: Final = frozenset({
    "position", "positionAbsolute", "width", "height", "initialWidth", "initialHeight", "measured", "zIndex", "style",
    "selected", "dragging", "resizing",
})  # fmt: skip
"""What only the drawing of a node or an edge needs."""

_dumps: Final = json.JSONEncoder(ensure_ascii=False).encode


FIELDS: Final = (
    "title", "location", "age_range", "child_age", "child_name", "description", "family_jokes", "family_photos",
    "reveal_enabled", "reveal_message", "child_interests", "family_memories", "difficulty_level", "reveal_threshold",
    "familiar_locations", "psychological_module",
)  # fmt: skip
"""What a review is of, beside the graph and its YAML."""


def content_of(graph: Mapping[str, Any], told: str) -> Blank:
    """Write all that a child sees of a quest, or that decides what it sees, as `jsonb` does.

    Args:
        graph: with the marks of the family's words.
        told: the YAML, with the same.

    Returns:
        Text whose further holes, after those of the words, are for `FIELDS`, each in the form of `jsonb_text`.
    """
    texts = {"graph": jsonb_text(graph_content(graph)), "quest_yaml": jsonb_text(told)}
    texts.update({name: f"‹{WORDS + place}›" for place, name in enumerate(FIELDS)})
    return Blank("{" + ", ".join(f'"{name}": {texts[name]}' for name in sorted(texts, key=_as_jsonb)) + "}")


def hash_of(content: Blank, words: Sequence[str], fields: Sequence[str]) -> str:
    """Give the SHA-256 of a quest's content, in hexadecimal digits.

    Args:
        content: as `content_of` gives it.
        words: the family's.
        fields: in the order of `FIELDS`.
    """
    return sha256(content.filled((*words, *fields)).encode()).hexdigest()


def jsonb_text(value: Any) -> str:
    """Write a value as PostgreSQL writes `jsonb`: short keys first, then in the order of their bytes.

    Example:
        >>> jsonb_text({"title": "Ä", "id": 1.0, "ok": [True, None]})
        '{"id": 1, "ok": [true, null], "title": "Ä"}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_dumps(key)}: {jsonb_text(value[key])}" for key in sorted(value, key=_as_jsonb)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(jsonb_text, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _dumps(value)


def graph_content(graph: Mapping[str, Any]) -> dict[str, Any]:
    """Give a graph without what only its drawing needs."""
    return {
        key: [{name: told for name, told in item.items() if name not in LAYOUT} for item in value]
        if key in {"nodes", "edges"}
        else value
        for key, value in graph.items()
        if key != "viewport"
    }


def _as_jsonb(key: str) -> tuple[int, bytes]:
    """Sort keys as `jsonb` keeps them."""
    written = key.encode()
    return len(written), written
