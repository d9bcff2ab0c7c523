"""Graphs as React Flow keeps them, and as `graph_structure` does.

The order of nodes and edges in the file means nothing: React Flow changes it with every click. The order of choices is
that of `data.order`, then that of the node's own list of choices; otherwise they are sorted by their words.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from toolbox_cli.content.quests.canonical import compact
from toolbox_cli.content.quests.graph import Edge, Graph, Node, NodeType, Place
from toolbox_cli.content.quests.reading.form import conditions, is_number
from toolbox_cli.content.quests.reading.shaping import Read, Steps, shaped

VIEW: Final = frozenset({
    "position", "positionAbsolute", "width", "height", "initialWidth", "initialHeight", "measured", "zIndex", "style",
    "selected", "dragging", "resizing", "className", "draggable", "selectable", "connectable", "deletable", "focusable",
    "hidden", "dragHandle", "parentId", "parentNode", "extent", "expandParent", "origin", "handles", "ariaLabel",
    "ariaRole", "domAttributes", "sourcePosition", "targetPosition", "animated", "reconnectable", "updatable",
    "markerStart", "markerEnd", "pathOptions", "interactionWidth", "labelStyle", "labelShowBg", "labelBgStyle",
    "labelBgPadding", "labelBgBorderRadius", "targetHandle",
})  # fmt: skip
"""What only the drawing of a node or an edge needs."""

_TYPES: Final = {"input": "start", "default": "scene", "output": "ending"}
"""React Flow's own names for the ends of a graph."""
_NODE: Final = frozenset(Node.model_fields) - {"id", "type", "more"}
_EDGE: Final = frozenset(Edge.model_fields) - {"source", "target", "handle", "more"}
_LAST: Final = float("inf")

Choices = Mapping[str, tuple[int, str]]
"""Handle to the place and the words of a choice that a node lists."""


def graph_of(content: Mapping[str, Any], way: Steps = ()) -> Read:
    """Read a graph.

    Args:
        content: with `nodes` and `edges`.
        way: to it in what was read.
    """
    read = Read()
    places: dict[str, Place] = {}
    listed: dict[str, Choices] = {}
    nodes = [*_nodes(content.get("nodes"), way, read, places, listed)]
    edges = [*_edges(content.get("edges"), way, read, listed)]
    _tell_unordered(edges, read)
    edges.sort(key=lambda one: one[0])
    read.nodes = [steps for steps, _ in nodes]
    read.edges = [steps for _, steps, _ in edges]
    given = {
        "nodes": tuple(node for _, node in nodes),
        "edges": tuple(edge for _, _, edge in edges),
        "languages": content.get("languages", ()),
        "places": places,
        "more": {
            key: value for key, value in content.items() if key not in {"nodes", "edges", "viewport", "languages"}
        },
    }
    if isinstance(given["languages"], list):
        given["languages"] = tuple(given["languages"])
    read.graph = shaped(Graph, given, {"": way}, read) or Graph()
    return read


def _nodes(
    given: Any, way: Steps, read: Read, places: dict[str, Place], listed: dict[str, Choices]
) -> Iterator[tuple[Steps, Node]]:
    for steps, item in _items(given, (*way, "nodes"), read):
        name, data = _name(item.get("id")), _data(item, steps, read)
        position = item.get("position")
        if (
            isinstance(name, str)
            and isinstance(position, Mapping)
            and all(is_number(position.get(axis)) for axis in "xy")
        ):
            places[name] = Place(position["x"], position["y"])
        if isinstance(name, str) and (choices := _choices(data.get("choices"))):
            listed[name] = choices
            del data["choices"]
        known = {key: value for key, value in data.items() if key in _NODE}
        more = {key: value for key, value in data.items() if key not in _NODE and key != "type"}
        more |= {key: value for key, value in item.items() if key not in VIEW | {"id", "type", "data"}}
        values = {"id": name, "type": _type(item, data), **known, "more": more}
        ways = {"": steps, "more": (*steps, "data"), **{key: (*steps, "data", key) for key in _NODE}}
        if node := shaped(Node, values, ways, read):
            yield steps, node


def _edges(
    given: Any, way: Steps, read: Read, listed: Mapping[str, Choices]
) -> Iterator[tuple[tuple[Any, ...], Steps, Edge]]:
    """Give each edge with what it is sorted by and the way to it."""
    wanted = {(name, handle) for name, choices in listed.items() for handle in choices}
    for steps, item in _items(given, (*way, "edges"), read):
        data, source = _data(item, steps, read), _name(item.get("source"))
        handle, order = item.get("sourceHandle"), data.pop("order", None)
        for words in (data.pop("label", None), item.get("label")):
            if words is not None:
                data.setdefault("choice", words)
        choices = listed.get(source, {}) if isinstance(source, str) else {}
        if choices and isinstance(handle, str):
            wanted.discard((source, handle))
            place, words = choices.get(handle, (None, None))
            order = place if order is None else order
            handle = None if words is not None else handle
            data.setdefault("choice", words)
        known = {key: value for key, value in data.items() if key in _EDGE}
        known["when"] = conditions(known.get("when", {}))
        more = {key: value for key, value in data.items() if key not in _EDGE}
        more |= {key: item[key] for key in item if key not in VIEW | _EDGE_KEYS}
        ghost = handle if choices else None
        values = {"source": source, "target": _name(item.get("target")), **known, "handle": ghost, "more": more}
        ways = {"": steps, "more": (*steps, "data"), **{key: (*steps, "data", key) for key in _EDGE}}
        if edge := shaped(Edge, values, ways, read):
            number = order if is_number(order) else _LAST
            rest = compact(edge.model_dump(mode="json", exclude_defaults=True))
            yield (number, str(item.get("sourceHandle")), str(edge.choice), edge.target, rest), steps, edge
    for name, handle in sorted(wanted, key=str):
        place, words = listed[name][handle]
        if edge := shaped(Edge, {"source": name, "target": "", "choice": words}, {"": way}, read):
            yield (place, handle, words, "", ""), (*way, "nodes"), edge


_EDGE_KEYS: Final = frozenset({"id", "source", "target", "sourceHandle", "type", "label", "data"})


def _items(given: Any, way: Steps, read: Read) -> Iterator[tuple[Steps, Mapping[str, Any]]]:
    if not isinstance(given, list):
        read.tell("Q54", way, "expected a list")
        return
    for number, item in enumerate(given):
        if isinstance(item, Mapping):
            yield (*way, number), item
        else:
            read.tell("Q54", (*way, number), "expected an object")


def _data(item: Mapping[str, Any], steps: Steps, read: Read) -> dict[str, Any]:
    data = item.get("data")
    if data is not None and not isinstance(data, Mapping):
        read.tell("Q54", (*steps, "data"), "expected an object")
    return {**data} if isinstance(data, Mapping) else {}


def _type(item: Mapping[str, Any], data: Mapping[str, Any]) -> Any:
    """Give the type: that of React Flow or, where that is an application's own, the one in the data."""
    kind = item.get("type", "default")
    own = {*map(str, NodeType)}
    known = [each for each in (kind, data.get("type")) if isinstance(each, str) and each in own]
    if known:
        return known[0]
    return _TYPES.get(kind, kind) if isinstance(kind, str) else kind


def _choices(given: Any) -> Choices:
    """Read the choices that a node lists, each of which has a handle of its own."""
    if not isinstance(given, list):
        return {}
    found = {}
    for place, item in enumerate(given, 1):
        words = item.get("text", item.get("label")) if isinstance(item, Mapping) else None
        if isinstance(words, str) and isinstance(item.get("id"), str):
            found[item["id"]] = place, words
    return found if len(found) == len(given) else {}


def _tell_unordered(edges: list[tuple[tuple[Any, ...], Steps, Edge]], read: Read) -> None:
    unordered: dict[str, list[Steps]] = {}
    for (number, *_), steps, edge in edges:
        if edge.choice is not None and number == _LAST:
            unordered.setdefault(edge.source, []).append(steps)
    for source, found in unordered.items():
        if len(found) > 1:
            read.tell("Q57", min(found, key=str), f"{len(found)} choices of {source} have no order")


def _name(given: Any) -> Any:
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given
