"""Graphs as our YAML has them: nodes by their ids, each with the ways that lead on from it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from toolbox_cli.content.quests.graph import Edge, Graph, Node, NodeType, Place
from toolbox_cli.content.quests.reading.shaping import Read, Steps, shaped
from toolbox_cli.core.nearby import near

KEYS: Final = ("start", "languages", "nodes", "loose", "layout", "more")
"""Of the graph, among those of its quest."""
_WAYS: Final = ("next", "choices")
_EDGE: Final = ("to", "choice", "when", "set", "judging", "handle", "translations", "more")
_NODE: Final = frozenset(Node.model_fields) | {*_WAYS}
_PAIR: Final = 2


def graph_of(content: Mapping[str, Any]) -> Read:
    """Read a graph; keys of the quest beside it are left alone.

    Args:
        content: plain values, as a YAML file has them.
    """
    read = Read()
    edges: list[tuple[Steps, Edge]] = []
    nodes = [*_nodes(content, read, edges)]
    _tell_start(content.get("start"), [node for _, node in nodes], read)
    for number, item in enumerate(_list(content.get("loose"), ("loose",), read)):
        steps = ("loose", number)
        if isinstance(item, Mapping) and "from" in item:
            given = {name: value for name, value in item.items() if name != "from"}
            edges += _edge(_name(item["from"]), given, steps, read)
        else:
            read.tell("Q54", steps, "expected from and to")
    read.nodes = [steps for steps, _ in nodes]
    read.edges = [steps for steps, _ in edges]
    given = {
        "nodes": tuple(node for _, node in nodes),
        "edges": tuple(edge for _, edge in edges),
        "languages": tuple(_list(content.get("languages"), ("languages",), read)),
        "places": _places(content.get("layout"), read),
        "more": content.get("more", {}),
    }
    read.graph = shaped(Graph, given, {"": (), "places": ("layout",)}, read) or Graph()
    return read


def _nodes(content: Mapping[str, Any], read: Read, edges: list[tuple[Steps, Edge]]) -> Iterator[tuple[Steps, Node]]:
    for steps, name, item in _items(content.get("nodes"), read):
        if not isinstance(item, Mapping):
            read.tell("Q54", steps, "expected a node, with type, label and text")
            continue
        given = {"id": name, **{key: value for key, value in item.items() if key not in {"id", *_WAYS}}}
        if name == _name(content.get("start")):
            given.setdefault("type", NodeType.START.value)
        for key in [key for key in given if key not in _NODE]:
            read.tell("Q53", (*steps, key), "unknown key", at_key=True, remedy=near(key, _NODE))
            del given[key]
        node = shaped(Node, given, {"": steps}, read)
        for key, number, way in _ways(item, steps, read):
            edges += _edge(name, way, (*steps, key, number) if number is not None else (*steps, key), read)
        if node:
            yield steps, node


def _tell_start(given: Any, nodes: Sequence[Node], read: Read) -> None:
    """Tell where the start that a graph names is none."""
    named = [node for node in nodes if node.id == _name(given)]
    if given is None or read.wrong or any(node.type is NodeType.START for node in named):
        return
    read.tell("Q54", ("start",), f"its type is {named[0].type}" if named else "there is no such node")


def _items(given: Any, read: Read) -> Iterator[tuple[Steps, str, Any]]:
    """Give the way to each node, its id, and what stands there."""
    if isinstance(given, Mapping):
        yield from ((("nodes", name), _name(name), item) for name, item in given.items())
    elif isinstance(given, list):
        for number, item in enumerate(given):
            name = item.get("id") if isinstance(item, Mapping) else None
            yield ("nodes", number), _name(name), item
    else:
        read.tell("Q54", ("nodes",), "expected nodes, each under its id")


def _ways(item: Mapping[str, Any], steps: Steps, read: Read) -> Iterator[tuple[str, str | int | None, Any]]:
    """Give each way of a node: the key, the step below that, and what stands there."""
    onward, choices = item.get("next"), item.get("choices")
    if isinstance(onward, list):
        yield from (("next", number, _way(way)) for number, way in enumerate(onward))
    elif onward is not None:
        yield "next", None, _way(onward)
    if isinstance(choices, Mapping):
        for said, way in choices.items():
            yield "choices", said, {"choice": said, **_way(way)} if isinstance(_way(way), Mapping) else way
    elif isinstance(choices, list):
        yield from (("choices", number, _way(way)) for number, way in enumerate(choices))
    elif choices is not None:
        read.tell("Q54", (*steps, "choices"), "expected what the child may choose, each with the node that it leads to")


def _way(given: Any) -> Any:
    return {"to": given} if isinstance(given, str | int) else given


def _edge(source: str, given: Any, steps: Steps, read: Read) -> Iterator[tuple[Steps, Edge]]:
    if not isinstance(given, Mapping) or "to" not in given:
        read.tell("Q54", steps, "expected the node that it leads to")
        return
    values = {name: value for name, value in given.items() if name != "to"}
    for key in [key for key in values if key not in _EDGE]:
        read.tell("Q53", (*steps, key), "unknown key", at_key=True, remedy=near(key, _EDGE))
        del values[key]
    values["when"] = conditions(values.get("when", {}))
    way = {"": steps, "target": (*steps, "to")}
    if edge := shaped(Edge, {"source": source, "target": _name(given["to"]), **values}, way, read):
        yield steps, edge


def conditions(given: Any) -> Any:
    """Write one value that a variable needs as a list of it."""
    if not isinstance(given, Mapping):
        return given
    return {name: values if isinstance(values, list) else [values] for name, values in given.items()}


def _places(given: Any, read: Read) -> dict[str, Place]:
    if given is not None and not isinstance(given, Mapping):
        read.tell("Q54", ("layout",), "expected the place of each node")
    found = {}
    for name, place in given.items() if isinstance(given, Mapping) else ():
        if isinstance(place, list) and len(place) == _PAIR and all(map(is_number, place)):
            found[_name(name)] = Place(*place)
        else:
            read.tell("Q54", ("layout", name), "expected a place, such as [260, 140]")
    return found


def is_number(value: Any) -> bool:
    """Tell whether a value can be a coordinate."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _list(given: Any, steps: Steps, read: Read) -> list[Any]:
    if given is not None and not isinstance(given, list):
        read.tell("Q54", steps, "expected a list")
    return given if isinstance(given, list) else []


def _name(given: Any) -> Any:
    """Give an id as text, which people often write as a number."""
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given
