"""What differs between two quests, by node, edge and field."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from toolbox_cli.content.quests.canonical import canonical, compact, plain
from toolbox_cli.content.quests.graph import Edge, Graph, Part
from toolbox_cli.content.quests.quest import Quest


class Difference(NamedTuple):
    """A field that two quests have otherwise.

    Attributes:
        path: such as title, nodes.garden.text, or edges.gate -> garden.when; without field, of what is there or not.
        before: None where it is not there.
    """

    path: str
    before: Any
    after: Any


def differences(before: Quest, after: Quest) -> list[Difference]:
    """Compare two quests: what is said of them, then nodes, then edges; layout is no content."""
    one, other = (plain(quest.about.model_dump(mode="json")) for quest in (before, after))
    return [*_fields("", one, other), *graph_differences(before.graph, after.graph)]


def graph_differences(before: Graph, after: Graph) -> Iterator[Difference]:
    """Compare two graphs."""
    before, after = canonical(before), canonical(after)
    yield from _fields("", *(graph.model_dump(mode="json", include={"languages", "more"}) for graph in (before, after)))
    yield from _parts("nodes", {node.id: node for node in before.nodes}, {node.id: node for node in after.nodes})
    yield from _parts("edges", _edges(before), _edges(after))
    yield from _orders(before, after)


def _edges(graph: Graph) -> dict[str, Edge]:
    """Give each edge under a name that stays when one of its fields changes."""
    found: dict[str, Edge] = {}
    for edge in graph.edges:
        name = f"{edge.source} -> {edge.target}"
        number = 2
        while name in found:
            name, number = f"{edge.source} -> {edge.target} ({number})", number + 1
        found[name] = edge
    return found


def _parts(kind: str, before: Mapping[str, Part], after: Mapping[str, Part]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        path = f"{kind}.{name}"
        if name not in after:
            yield Difference(path, _dump(before[name]), None)
        elif name not in before:
            yield Difference(path, None, _dump(after[name]))
        else:
            yield from _fields(f"{path}.", before[name].model_dump(mode="json"), after[name].model_dump(mode="json"))


def _fields(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Tell which fields have another value; true is another one than 1."""
    if compact(before) == compact(after):
        return
    for name, one in before.items():
        if compact(one) != compact(after[name]):
            yield Difference(f"{path}{name}", plain(one), plain(after[name]))


def _orders(before: Graph, after: Graph) -> Iterator[Difference]:
    """Tell where the same ways are offered in another order."""
    others = after.ways()
    for source, edges in before.ways().items():
        one, other = _targets(edges), _targets(others.get(source, ()))
        if one != other and sorted(one) == sorted(other):
            yield Difference(f"nodes.{source}.order", one, other)


def _targets(edges: Sequence[Edge]) -> list[str]:
    return [edge.choice or edge.target for edge in edges]


def _dump(part: Part) -> Any:
    return plain(part.model_dump(mode="json", exclude_defaults=True))
