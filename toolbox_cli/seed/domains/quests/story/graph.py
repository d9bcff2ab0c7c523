"""Stories as graphs: nodes and edges as React Flow keeps them, and the YAML that is made from them."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from toolbox_cli.seed.domains.quests.story.blank import CHILD, JOKE, MEMORY, SPOT, TITLE, Blank
from toolbox_cli.seed.domains.quests.story.content import content_of
from toolbox_cli.seed.domains.quests.story.words import SCHOOLS, THEMES
from toolbox_cli.seed.making.text import raw

Node = tuple[str, str, str, str]
"""Key, type, label, text; braces stand for words of the theme and the school."""

Edge = tuple[str, str, str | None]
"""From, to, and what the child chooses; None where there is nothing to choose."""

_BREAK: Final = "I need a break"

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
            ("kind", "scene", "Slowly", "It gets quieter when nobody pushes."),
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
            ("garden", "scene", "The garden", "You can {skill} here as long as you like."),
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

_SMALL: Final = 3
"""Nodes of a graph whose making was broken off."""


class Story(NamedTuple):
    """A story, to be filled for a family.

    Attributes:
        graph: as `graph_structure` has it, in COPY's format.
        begun: the same of a conversation that was broken off.
        content: what a review is of, as `content_of` gives it.
        yaml: in COPY's format.
        nodes: how many there are.
        steps: how many lie on the way to the end.
    """

    graph: Blank
    begun: str
    content: Blank
    yaml: Blank
    nodes: int
    steps: int


@cache
def story_of(theme: str, school: str, shape: str) -> Story:
    """Write a story; names are keys of `THEMES` and `SCHOOLS`, and one of `SHAPES`."""
    graph = graph_of(theme, school, shape)
    small = {"nodes": graph["nodes"][:_SMALL], "edges": [*graph["edges"][: _SMALL - 1]], "viewport": graph["viewport"]}
    told = yaml_of(graph)
    return Story(
        Blank(raw(graph)), Blank(raw(small)).filled(["the child", "the quest", "a good day", "a joke", "home"]),
        content_of(graph, told), Blank(told.replace("\\", "\\\\").replace("\n", "\\n")), len(graph["nodes"]),
        _SHAPES[shape].steps,
    )  # fmt: skip


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
                "data": {"label": label.format(**words), "text": _sentence(text.format(**words))},
            }
            for place, (key, kind, label, text) in enumerate(plan.nodes)
        ],
        "edges": [
            {
                "id": f"{source}-{target}",
                "source": source,
                "target": target,
                "data": {"choice": choice.format(**words)} if choice else {},
            }
            for source, target, choice in plan.edges
        ],
        "viewport": {"x": 0, "y": 0, "zoom": 1},
    }


def yaml_of(graph: Mapping[str, Any]) -> str:
    """Write a graph as YAML: nodes breadth first from the start, each with its edges, nothing of the layout."""
    lines = ["start: start", f"title: {_quoted(TITLE)}", "nodes:"]
    nodes = {node["id"]: node for node in graph["nodes"]}
    for key in _breadth_first(graph):
        data = nodes[key]["data"]
        lines += [f"  - id: {key}", f"    type: {nodes[key]['type']}", f"    label: {_quoted(data['label'])}"]
        lines.append(f"    text: {_quoted(data['text'])}")
        edges = [edge for edge in graph["edges"] if edge["source"] == key]
        lines += ["    next:"] if edges else []
        for edge in edges:
            choice = edge["data"].get("choice")
            lines.append(f"      - to: {edge['target']}" + (f"\n        choice: {_quoted(choice)}" if choice else ""))
    return "\n".join(lines) + "\n"


def _breadth_first(graph: Mapping[str, Any]) -> list[str]:
    seen, waiting = ["start"], deque(["start"])
    while waiting:
        at = waiting.popleft()
        found = [edge["target"] for edge in graph["edges"] if edge["source"] == at and edge["target"] not in seen]
        seen += found
        waiting += found
    return seen


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _sentence(text: str) -> str:
    """Begin sentences with a capital letter: companions stand in the middle of some, at the head of others."""
    return ". ".join(part[:1].upper() + part[1:] for part in text.split(". "))
