"""Stories as graphs: nodes and edges as React Flow keeps them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from toolbox_cli.seed.domains.quests.story.blank import CHILD, JOKE, MEMORY, SPOT, TITLE
from toolbox_cli.seed.domains.quests.story.words import SCHOOLS, THEMES

Node = tuple[str, str, str, str]
"""Key, type, label, text; braces stand for words of the theme and the school."""

Edge = tuple[str, str, str | None]
"""From, to, and what the child chooses; None where there is nothing to choose."""

_BREAK: Final = "I need a break"
_TAGS: Final = {"pause": "safe_exit", "kind": "adult", "garden": "adult", "talk": "adult"}
"""Where a child can rest, and where it is led to a grown-up."""

_OPENING: Final = [
    ("start", "start", "The gate of {place}", f"Hello {CHILD}. {{companion}} waits at the gate of {{place}}."),
    ("meet", "scene", "A question", f"It asks: will you help me find the {{thing}}? It laughs about {JOKE}."),
]
_PAUSE: Final = ("pause", "ending", "A safe place", f"Rest at {SPOT}. You can come back whenever you like.")
_CLOSING: Final = [
    ("memory", "scene", "Something you know", f"The light shows {MEMORY}. Somebody was there with you."),
    ("reveal", "reveal", "Who made this", f"{TITLE} was made for you, {CHILD}, by somebody who thinks of you."),
    ("end", "ending", "The {thing}", "You hold the {thing}. {companion} bows."),
]
_LAST_EDGES: Final = [("memory", "reveal", None), ("reveal", "end", None)]
_FIRST_EDGES: Final = [("start", "meet", None)]


class _Shape(NamedTuple):
    """How a story runs.

    Attributes:
        steps: nodes on the way from the start to the end.
    """

    nodes: Sequence[Node]
    edges: Sequence[Edge]
    steps: int


_SHAPES: Final[Mapping[str, _Shape]] = {
    "path": _Shape(
        [
            *_OPENING,
            ("choose", "choice", "The bridge", "On the bridge there is {worry}."),
            ("kind", "scene", "Slowly", "You tell a grown-up whom you trust. It gets quieter."),
            ("brave", "scene", "Try it", "You {skill}. The bridge holds."),
            _PAUSE, *_CLOSING,
        ],
        [
            *_FIRST_EDGES, ("meet", "choose", None), ("choose", "kind", "{kind_way}"),
            ("choose", "brave", "{brave_way}"), ("choose", "pause", _BREAK), ("kind", "memory", None),
            ("brave", "memory", None), *_LAST_EDGES,
        ],
        7,
    ),
    "gates": _Shape(
        [
            *_OPENING,
            ("first", "choice", "The first gate", "The gate whispers. There is {worry}."),
            ("hall", "scene", "Behind the gate", "{companion} shows you how to {skill}."),
            ("second", "choice", "The second gate", "This time it is you who knows the way."),
            ("garden", "scene", "The garden", "You can {skill} here, or fetch a grown-up whom you trust."),
            ("tower", "scene", "The tower", "From up here the worry looks small."),
            _PAUSE, *_CLOSING,
        ],
        [
            *_FIRST_EDGES, ("meet", "first", None), ("first", "hall", "{brave_way}"), ("first", "pause", _BREAK),
            ("hall", "second", None), ("second", "garden", "{kind_way}"), ("second", "tower", "{brave_way}"),
            ("second", "pause", _BREAK), ("garden", "memory", None), ("tower", "memory", None), *_LAST_EDGES,
        ],
        9,
    ),
    "rooms": _Shape(
        [
            *_OPENING,
            ("hub", "choice", "Three doors", "Behind one of them there is {worry}."),
            ("blue", "scene", "The blue room", "Here you {skill}."),
            ("green", "scene", "The green room", "Somebody left a note: you are not alone with this."),
            ("red", "scene", "The red room", "It is loud, and {companion} stays with you."),
            ("talk", "scene", "Somebody to talk to", "You tell a grown-up whom you trust."),
            _PAUSE, *_CLOSING,
        ],
        [
            *_FIRST_EDGES, ("meet", "hub", None), ("hub", "blue", "{brave_way}"), ("hub", "green", "{kind_way}"),
            ("hub", "red", "Look at what is loud"), ("hub", "pause", _BREAK), ("red", "talk", None),
            ("blue", "memory", None), ("green", "memory", None), ("talk", "memory", None), *_LAST_EDGES,
        ],
        8,
    ),
}  # fmt: skip

SHAPES: Final = tuple(_SHAPES)
STEPS: Final = {name: shape.steps for name, shape in _SHAPES.items()}
"""Nodes on the way from the start to the end, by shape."""


def graph_of(theme: str, school: str, shape: str) -> dict[str, Any]:
    """Draw a story, with marks where a family's own words come."""
    words = {**THEMES[theme]._asdict(), **SCHOOLS[school]._asdict()}
    plan = _SHAPES[shape]
    return {
        "nodes": [
            {
                "id": key,
                "type": kind,
                "position": {"x": 220 * (place % 4), "y": 140 * (place // 4)},
                "data": {
                    "label": label.format(**words),
                    "text": _sentence(text.format(**words)),
                    **({"tags": [_TAGS[key]]} if key in _TAGS else {}),
                },
            }
            for place, (key, kind, label, text) in enumerate(plan.nodes)
        ],
        "edges": [
            {
                "id": f"{source}-{target}",
                "source": source,
                "target": target,
                "data": {"choice": choice.format(**words), "order": order} if choice else {},
            }
            for order, (source, target, choice) in enumerate(plan.edges, 1)
        ],
        "viewport": {"x": 0, "y": 0, "zoom": 1},
    }


def _sentence(text: str) -> str:
    """Begin sentences with a capital letter: companions stand in the middle of some, at the head of others."""
    return ". ".join(part[:1].upper() + part[1:] for part in text.split(". "))
