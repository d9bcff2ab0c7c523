"""The one form that a graph has among all that mean the same, and its hash."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from toolbox_cli.content.quests.graph import Edge, Graph, Node, NodeType, Place, Tag, Value

_TAGS = {tag: number for number, tag in enumerate(Tag)}


def canonical(graph: Graph) -> Graph:
    """Give the canonical form: nodes breadth-first from the start, then the others by id; edges by their source.

    The order of the edges of one source is content and stays; nothing else of the order is.
    """
    ways = graph.ways()
    ranks = {name: rank for rank, name in enumerate(_breadth_first(graph, ways))}
    nodes = sorted(map(_node, graph.nodes), key=lambda node: (ranks[node.id], _text(node)))
    sources = sorted(ways, key=lambda name: (ranks.get(name, len(ranks)), name))
    return graph.model_copy(
        update={
            "nodes": tuple(nodes),
            "edges": tuple(_edge(edge) for source in sources for edge in ways[source]),
            "languages": (*graph.languages[:1], *sorted({*graph.languages[1:]} - {*graph.languages[:1]})),
            "places": {name: Place(*map(number, graph.places[name])) for name in ranks if name in graph.places},
            "more": plain(graph.more),
        }
    )


def graph_hash(graph: Graph) -> str:
    """Give the SHA-256 of a graph's content in hexadecimal digits; the same for all that mean the same."""
    return hashlib.sha256(compact(content_of(graph)).encode()).hexdigest()


def content_of(graph: Graph) -> dict[str, Any]:
    """Give the canonical form of a graph without its layout as a JSON value."""
    return canonical(graph).bare().model_dump(mode="json", exclude_defaults=True)


def compact(value: Any) -> str:
    """Write a value as JSON in the one way: keys sorted, no blanks."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def plain(value: Any) -> Any:
    """Give a JSON value with each number in the form that `jsonb` would give it back in."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def number(value: float) -> float:
    """Give a whole number as an integer.

    Example:
        >>> number(2.0), number(0.5), number(1e20)
        (2, 0.5, 100000000000000000000)
    """
    return int(Decimal(repr(value))) if isinstance(value, float) and value.is_integer() else value


def sorted_values(values: Iterable[Value]) -> tuple[Value, ...]:
    """Put values of a variable in order, each once; true is another one than 1."""
    by_kind = {(type(value).__name__, value): value for value in values}
    return tuple(by_kind[key] for key in sorted(by_kind))


def _breadth_first(graph: Graph, ways: Mapping[str, Sequence[Edge]]) -> Iterator[str]:
    there = {node.id for node in graph.nodes}
    found = dict.fromkeys(sorted(node.id for node in graph.nodes if node.type is NodeType.START))
    waiting = [*found]
    for name in waiting:
        for edge in ways.get(name, ()):
            if edge.target in there and edge.target not in found:
                found[edge.target] = None
                waiting.append(edge.target)
    yield from found
    yield from sorted(there - found.keys())


def _node(node: Node) -> Node:
    changes: dict[str, Any] = {}
    if node.tags:
        changes["tags"] = tuple(sorted({*node.tags}, key=_TAGS.__getitem__))
    if node.reveal_requires:
        changes["reveal_requires"] = tuple(sorted({*node.reveal_requires}))
    if node.more:
        changes["more"] = plain(node.more)
    return node.model_copy(update=changes) if changes else node


def _edge(edge: Edge) -> Edge:
    changes: dict[str, Any] = {}
    if edge.when:
        changes["when"] = {name: sorted_values(values) for name, values in edge.when.items()}
    if edge.more:
        changes["more"] = plain(edge.more)
    return edge.model_copy(update=changes) if changes else edge


def _text(node: Node) -> str:
    return compact(node.model_dump(mode="json", exclude_defaults=True))
