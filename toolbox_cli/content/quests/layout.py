"""Where nodes are drawn when nobody placed them."""

from collections.abc import Mapping
from typing import Final

from toolbox_cli.content.quests.graph import Graph, Place

COLUMN: Final = 260
"""From one step of the story to the next, in pixels."""
ROW: Final = 140


def places_of(graph: Graph) -> Mapping[str, Place]:
    """Give each node its place; one without gets it by its distance from the start, below the others there.

    Args:
        graph: in canonical form.
    """
    if len(graph.places) == len({node.id for node in graph.nodes}):
        return graph.places
    rows: dict[int, int] = {}
    found = dict(graph.places)
    for name, depth in _depths(graph).items():
        row = rows.get(depth, 0)
        rows[depth] = row + 1
        found.setdefault(name, Place(COLUMN * depth, ROW * row))
    return found


def _depths(graph: Graph) -> dict[str, int]:
    """Count the steps from the start; what can't be reached stands one behind all."""
    ways = graph.ways()
    found = {node.id: 0 for node in graph.starts()}
    there = {node.id for node in graph.nodes}
    for name in (waiting := [*found]):
        for edge in ways.get(name, ()):
            if edge.target in there and edge.target not in found:
                found[edge.target] = found[name] + 1
                waiting.append(edge.target)
    last = max(found.values(), default=-1) + 1
    return found | {name: last for name in (node.id for node in graph.nodes) if name not in found}
