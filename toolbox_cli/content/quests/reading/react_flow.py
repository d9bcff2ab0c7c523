"""Graphs as React Flow keeps them, and as `graph_structure` does.

The order of nodes and edges in the file means nothing: React Flow changes it with every click. The order of choices is
that of `data.order`, then that of the node's own list of choices; otherwise they are sorted by their words.
"""

from collections.abc import Iterable, Iterator, Mapping
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

_GROUP: Final = "group"
"""React Flow's name for a frame around nodes, which is none."""
_TYPES: Final = {"input": "start", "default": "scene", "output": "ending"}
"""React Flow's own names for the ends of a graph."""
_NODE: Final = frozenset(Node.model_fields) - {"id", "type", "more"}
_EDGE: Final = frozenset(Edge.model_fields) - {"source", "target", "handle", "more"}
_LAST: Final = float("inf")

Choices = Mapping[str, tuple[int, Mapping[str, Any]]]
"""Handle to the place of a choice that a node lists, and what it says of it."""


def graph_of(content: Mapping[str, Any], way: Steps = ()) -> Read:
    """Read a graph.

    Args:
        content: with `nodes` and `edges`.
        way: to it in what was read.
    """
    read = Read()
    listed: dict[str, Choices] = {}
    nodes = [*_nodes(content.get("nodes"), way, read, listed)]
    edges = [*_edges(content.get("edges"), way, read, listed)]
    _tell_unordered(edges, read)
    edges.sort(key=lambda one: one[0])
    read.nodes = [steps for steps, _ in nodes]
    read.edges = [steps for _, steps, _ in edges]
    given = {
        "nodes": tuple(node for _, node in nodes),
        "edges": tuple(edge for _, _, edge in edges),
        "languages": content.get("languages", ()),
        "places": _places(content.get("nodes")),
        "more": {
            key: value for key, value in content.items() if key not in {"nodes", "edges", "viewport", "languages"}
        },
    }
    if isinstance(given["languages"], list):
        given["languages"] = tuple(given["languages"])
    read.graph = shaped(Graph, given, {"": way}, read) or Graph()
    return read


def _nodes(given: Any, way: Steps, read: Read, listed: dict[str, Choices]) -> Iterator[tuple[Steps, Node]]:
    for steps, item in _items(given, (*way, "nodes"), read):
        name, data = _name(item.get("id")), _data(item, steps, read)
        if item.get("type") == _GROUP and "text" not in data:
            continue
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
        choices = listed.get(source, {}) if isinstance(source, str) else {}
        handle = item.get("sourceHandle")
        place, said = choices.get(handle, (None, None)) if isinstance(handle, str) else (None, None)
        if isinstance(source, str) and isinstance(handle, str):
            wanted.discard((source, handle))
        ghost = handle if choices and said is None else None
        order = data.pop("order", place)
        words = [data.pop("choice", None), data.pop("label", None), item.get("label"), (said or {}).get("choice")]
        data = {**(said or {}), **data}
        data |= {"choice": choice} if (choice := _one(words, steps, read)) is not None else {}
        more = {key: item[key] for key in item if key not in VIEW | _EDGE_KEYS}
        ways = {"": steps, "more": (*steps, "data"), **{key: (*steps, "data", key) for key in _EDGE}}
        values = {"source": source, "target": _name(item.get("target")), "handle": ghost}
        if edge := shaped(Edge, values | _of_edge(data, more), ways, read):
            number = order if is_number(order) else _LAST
            rest = compact(edge.model_dump(mode="json", exclude_defaults=True))
            yield (number, str(handle), str(edge.choice), edge.target, rest), steps, edge
    for name, handle in sorted(wanted, key=str):
        place, said = listed[name][handle]
        if edge := shaped(Edge, {"source": name, "target": "", **_of_edge(said, {})}, {"": way}, read):
            yield (place, handle, str(edge.choice), "", ""), (*way, "nodes"), edge


def _of_edge(data: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of an edge, and what else is said of it under `more`."""
    known = {key: value for key, value in data.items() if key in _EDGE}
    known["when"] = conditions(known.get("when", {}))
    return {**known, "more": {key: value for key, value in data.items() if key not in _EDGE} | {**more}}


def _one(words: Iterable[Any], steps: Steps, read: Read) -> Any:
    """Give the words of a choice, which may stand in several places; tell where they differ."""
    found = [one for one in words if one is not None and not (isinstance(one, str) and not one.strip())]
    if any(one != found[0] for one in found):
        read.tell(
            "Q55", steps, f"the same choice has several words: {', '.join(map(str, dict.fromkeys(map(str, found))))}"
        )
    return found[0] if found else None


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
        word = next((key for key in ("text", "label") if key in item), None) if isinstance(item, Mapping) else None
        if word and isinstance(item[word], str) and isinstance(item.get("id"), str):
            rest = {key: value for key, value in item.items() if key not in {"id", word}}
            found[item["id"]] = place, {**rest, "choice": item[word]}
    return found if len(found) == len(given) else {}


def _places(given: Any) -> dict[str, Place]:
    """Give where nodes are drawn; what lies in a frame has its place from there."""
    found: dict[str, Place] = {}
    frames: dict[str, str] = {}
    for item in given if isinstance(given, list) else ():
        name, position = (_name(item.get("id")), item.get("position")) if isinstance(item, Mapping) else (None, None)
        if isinstance(name, str) and isinstance(position, Mapping) and all(is_number(position.get(a)) for a in "xy"):
            found[name] = Place(position["x"], position["y"])
            frames[name] = str(item.get("parentId", item.get("parentNode", "")))
    return {name: _absolute(name, found, frames) for name in found}


def _absolute(name: str, places: Mapping[str, Place], frames: Mapping[str, str]) -> Place:
    place, seen = places[name], {name}
    while (name := frames[name]) in places and name not in seen:
        seen.add(name)
        place = Place(place.x + places[name].x, place.y + places[name].y)
    return place


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
