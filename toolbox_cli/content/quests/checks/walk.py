"""A graph made ready to walk on: nodes as numbers, ways forth and back, what is reached and from where."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from toolbox_cli.content.quests.canonical import sorted_values
from toolbox_cli.content.quests.checks.components import components
from toolbox_cli.content.quests.checks.flow import Flow
from toolbox_cli.content.quests.graph import Edge, Graph, Node, NodeType

Ways = Sequence[Sequence[int]]


class Problem(NamedTuple):
    """Something wrong with a graph.

    Attributes:
        node: number of the node that it is about, among the graph's.
        edge: the same of an edge.
    """

    code: str
    found: str
    node: int | None = None
    edge: int | None = None


class Walk:
    """A graph to walk on, from its one start.

    What can't be walked is left out: edges to or from nothing, from a node to itself, and those that are there twice.

    Attributes:
        nodes: each id once.
        numbers: id to number.
        onward: to each node the edges that lead on, as numbers of the graph's edges; in their order.
        out: to each node those that a way leads to.
        loose: whether an edge of the node leads nowhere.
        twice: edges that say what one before them says.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.numbers: dict[str, int] = {}
        for number, node in enumerate(graph.nodes):
            self.numbers.setdefault(node.id, number)
        self.nodes: Sequence[Node] = graph.nodes
        size = len(graph.nodes)
        self.onward: list[list[int]] = [[] for _ in range(size)]
        self.out: list[list[int]] = [[] for _ in range(size)]
        self.loose = [False] * size
        self.twice = repeated(graph.edges)
        self._link(graph.edges)

    def _link(self, edges: Sequence[Edge]) -> None:
        numbers = self.numbers
        linked: set[tuple[int, int]] = set()
        for place, edge in enumerate(edges):
            source, target = numbers.get(edge.source), numbers.get(edge.target)
            if source is None or place in self.twice:
                continue
            if target is None or source == target:
                self.loose[source] = True
                continue
            if (source, target) not in linked:
                linked.add((source, target))
                self.out[source].append(target)
            self.onward[source].append(place)

    @cached_property
    def start(self) -> int | None:
        """The one start; None where there is none, or several."""
        found = [self.numbers[node.id] for node in self.graph.starts()]
        return found[0] if len(found) == 1 else None

    @cached_property
    def back(self) -> Ways:
        """To each node those that lead to it."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for source, targets in enumerate(self.out):
            for target in targets:
                found[target].append(source)
        return found

    @cached_property
    def steps(self) -> dict[int, int]:
        """Steps from the start to each node that is reached, nearest first."""
        return {} if self.start is None else spread([self.start], self.out)

    @cached_property
    def loops(self) -> list[list[int]]:
        """Nodes that lead to each other, of those that are reached; what lies behind comes first."""
        return [] if self.start is None else components(self.start, self.out)

    @cached_property
    def trapped(self) -> frozenset[int]:
        """Nodes from which nothing leads out of a circle: those that are reached, and come to no end."""
        ends = [number for number in self.steps if self.is_end(number)]
        return frozenset(self.steps.keys() - spread(ends, self.back).keys())

    @cached_property
    def is_cut(self) -> bool:
        """Whether the story breaks off at an edge that leads nowhere, so that what lies behind is not reached."""
        return any(self.loose[number] and not self.out[number] for number in self.steps)

    @cached_property
    def flow(self) -> Flow:
        """Which values variables may have where; needs the one start."""
        return Flow(self)

    def is_end(self, number: int) -> bool:
        """Tell whether the story ends at a node, meant or not."""
        return self.nodes[number].type is NodeType.ENDING or not self.out[number] or self.loose[number]

    def edges(self, number: int) -> list[Edge]:
        """Give the edges that lead on from a node, in their order."""
        return [self.graph.edges[place] for place in self.onward[number]]

    def target(self, place: int) -> int:
        """Give the node that an edge leads to."""
        return self.numbers[self.graph.edges[place].target]


def spread(first: Iterable[int], ways: Ways, stops: Callable[[int], bool] | None = None) -> dict[int, int]:
    """Count the steps from the nearest of some nodes to all that is reached from them, nearest first.

    Args:
        first: where it begins.
        ways: to each node those that one comes to.
        stops: where one comes to, and goes no further.
    """
    found = dict.fromkeys(first, 0)
    waiting = list(found)
    for number in waiting:
        if stops and stops(number):
            continue
        step = found[number] + 1
        for other in ways[number]:
            if other not in found:
                found[other] = step
                waiting.append(other)
    return found


def repeated(edges: Iterable[Edge]) -> frozenset[int]:
    """Give the places of edges that are, for the child, one and the same as an earlier one."""
    found: set[int] = set()
    first: dict[tuple[str, str], Edge] = {}
    others: dict[tuple[str, str], set[tuple[str | None, str]]] = {}
    for place, edge in enumerate(edges):
        ends = edge.source, edge.target
        if ends not in first:
            first[ends] = edge
            continue
        seen = others.setdefault(ends, {_offered(first[ends])})
        if (offered := _offered(edge)) in seen:
            found.add(place)
        seen.add(offered)
    return frozenset(found)


def _offered(edge: Edge) -> tuple[str | None, str]:
    when = {name: sorted_values(edge.when[name]) for name in sorted(edge.when)}
    return edge.choice, str(when)
