"""Graphs as YAML for people, and as the JSON that React Flow and `graph_structure` keep."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from toolbox_cli.content.quests.canonical import canonical, compact, plain
from toolbox_cli.content.quests.graph import Edge, Graph, Node
from toolbox_cli.content.quests.layout import places_of

HEADER: Final = (
    "# Generated from the quest's graph. Edit the graph; or edit this and import it, which makes a new graph."
)

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_RESERVED: Final = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
"""Words that some readers of YAML take for something else than text."""
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What stands in JSON as it is and would be lost or refused in YAML."""
_EDGE_WORDS: Final = ("when", "set", "judging", "handle", "translations", "more")


def graph_yaml(graph: Graph, title: str) -> str:
    """Generate a quest's YAML: what `quest_yaml` holds. Layout is not in it."""
    starts = [node.id for node in graph.starts()]
    head = [HEADER, f"title: {quoted(title)}"]
    if len(starts) == 1:
        head.append(f"start: {word(starts[0])}")
    return "\n".join([*head, *graph_lines(graph), ""])


def graph_lines(graph: Graph) -> Iterator[str]:
    """Write the canonical form of a graph as lines of YAML, without layout."""
    graph = canonical(graph)
    ways = graph.ways()
    if graph.languages:
        yield f"languages: [{', '.join(map(word, graph.languages))}]"
    yield "nodes:" if graph.nodes else "nodes: {}"
    names = [node.id for node in graph.nodes]
    once = len({*names}) == len(names)
    for node in graph.nodes:
        edges = ways.pop(node.id, [])
        yield f"  {word(node.id)}:" if once else f"  - id: {word(node.id)}"
        yield from (f"    {line}" for line in _node_lines(node, edges))
    if ways:
        yield "loose:"
        for edge in (edge for edges in ways.values() for edge in edges):
            yield f"  - {_flow({'from': edge.source, **_edge_values(edge)})}"
    if graph.more:
        yield f"more: {flow(graph.more)}"


def layout_lines(graph: Graph) -> Iterator[str]:
    """Write where the nodes are drawn as lines of YAML."""
    places = canonical(graph).places
    if places:
        yield "layout:"
        yield from (f"  {word(name)}: [{place.x}, {place.y}]" for name, place in places.items())


def _node_lines(node: Node, edges: Sequence[Edge]) -> Iterator[str]:
    yield f"type: {node.type}"
    yield f"label: {quoted(node.label)}"
    yield f"text: {quoted(node.text)}"
    if node.tags:
        yield f"tags: [{', '.join(node.tags)}]"
    dumped = node.model_dump(mode="json", exclude_defaults=True, exclude={"id", "type", "label", "text", "tags"})
    yield from (f"{name}: {flow(value)}" for name, value in dumped.items())
    if edges:
        yield from _way_lines(edges)


def _way_lines(edges: Sequence[Edge]) -> Iterator[str]:
    """Write where a node leads, as briefly as it can be said."""
    said = [_edge_values(edge) for edge in edges]
    if len(said) == 1 and said[0].keys() == {"to"}:
        yield f"next: {word(edges[0].target)}"
    elif _are_plain_choices(said):
        yield "choices:"
        yield from (f"  {quoted(one['choice'])}: {word(one['to'])}" for one in said)
    else:
        yield "choices:" if any("choice" in one for one in said) else "next:"
        yield from (f"  - {_flow(one)}" for one in said)


def _are_plain_choices(said: Sequence[Mapping[str, Any]]) -> bool:
    words = [one.get("choice") for one in said]
    return all(one.keys() == {"choice", "to"} for one in said) and len({*words}) == len(words)


def _edge_values(edge: Edge) -> dict[str, Any]:
    dumped = edge.model_dump(mode="json", exclude_defaults=True)
    made: dict[str, Any] = {"choice": edge.choice} if edge.choice is not None else {}
    made["to"] = edge.target
    for name in _EDGE_WORDS:
        if name in dumped:
            made[name] = dumped[name]
    if edge.when:
        made["when"] = {name: values[0] if len(values) == 1 else values for name, values in dumped["when"].items()}
    return made


def _flow(values: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {flow(value)}" for name, value in values.items()) + "}"


def flow(value: Any) -> str:
    """Write a JSON value on one line of YAML, keys sorted."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{word(name)}: {flow(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return quoted(value) if isinstance(value, str) else compact(value)


def word(text: str) -> str:
    """Write a name, in quotes where it could be taken for something else."""
    safe = _PLAIN.fullmatch(text) and text.lower() not in _RESERVED
    return text if safe else quoted(text)


def quoted(text: str) -> str:
    """Write a text in quotes, so that every reader of YAML gives back exactly it."""
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def react_flow(graph: Graph) -> dict[str, Any]:
    """Give what `graph_structure` keeps: nodes and edges as React Flow has them, in canonical order.

    A node without a place gets one from its distance from the start.
    """
    graph = canonical(graph)
    places = places_of(graph)
    edges = [made for of_source in graph.ways().values() for made in _react_edges(of_source)]
    made: dict[str, Any] = {
        "nodes": [_react_node(node, {"x": places[node.id].x, "y": places[node.id].y}) for node in graph.nodes],
        "edges": _named(edges),
        "viewport": {"x": 0, "y": 0, "zoom": 1},
    }
    if graph.languages:
        made["languages"] = [*graph.languages]
    return {**made, **plain(graph.more)}


def _react_node(node: Node, position: Mapping[str, float]) -> dict[str, Any]:
    data = plain(node.model_dump(mode="json", exclude_defaults=True, exclude={"id", "type", "more"}))
    return {"id": node.id, "type": str(node.type), "position": {**position}, "data": data | plain(node.more)}


def _react_edges(edges: Sequence[Edge]) -> Iterator[dict[str, Any]]:
    for place, edge in enumerate(edges, 1):
        data = plain(
            edge.model_dump(mode="json", exclude_defaults=True, exclude={"source", "target", "handle", "more"})
        )
        order = {"order": place} if len(edges) > 1 else {}
        made = {"source": edge.source, "target": edge.target, "data": data | order | plain(edge.more)}
        yield made if edge.handle is None else {**made, "sourceHandle": edge.handle}


def _named(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each edge an id of its own."""
    taken: set[str] = set()
    named = []
    for edge in edges:
        first = name = f"{edge['source']}-{edge['target']}"
        another = 1
        while name in taken:
            another += 1
            name = f"{first}-{another}"
        taken.add(name)
        named.append({"id": name, **edge})
    return named
