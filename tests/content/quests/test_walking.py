"""What the checks walk by, against networkx; and conditions, against playing every way through."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.quests.making import seeded, told
from tests.support.effort import calls
from toolbox_cli.content.quests.checks import timing
from toolbox_cli.content.quests.checks.components import components, dominators, has_circle
from toolbox_cli.content.quests.checks.flow import Flow
from toolbox_cli.content.quests.checks.run import ANYWHERE, WALKED, check
from toolbox_cli.content.quests.checks.variables import variables
from toolbox_cli.content.quests.checks.walk import Walk, spread
from toolbox_cli.content.quests.graph import Edge, Graph, NodeType, Value

SIZE = 9
PAIRS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=24, unique=True)
Pairs = Sequence[tuple[int, int]]


def ways_of(pairs: Pairs) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(SIZE)]
    for one, other in pairs:
        found[one].append(other)
    return found


def oracle(pairs: Pairs) -> "nx.DiGraph[int]":
    made: nx.DiGraph[int] = nx.DiGraph()
    made.add_nodes_from(range(SIZE))
    made.add_edges_from(pairs)
    return made


def graph_of(pairs: Pairs) -> Graph:
    kinds = [NodeType.START, *[NodeType.SCENE] * (SIZE - 2), NodeType.ENDING]
    nodes = tuple(told(str(number), kind) for number, kind in enumerate(kinds))
    return Graph(nodes=nodes, edges=tuple(Edge(source=str(one), target=str(other)) for one, other in pairs))


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_steps_are_those_of_the_oracle(pairs: Pairs) -> None:
    assert spread([0], ways_of(pairs)) == nx.single_source_shortest_path_length(oracle(pairs), 0)


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_circles_are_those_of_the_oracle(pairs: Pairs) -> None:
    reached = oracle(pairs).subgraph({0} | nx.descendants(oracle(pairs), 0))
    found = components(0, ways_of(pairs))
    assert {frozenset(one) for one in found} == {frozenset(one) for one in nx.strongly_connected_components(reached)}
    place = {number: at for at, one in enumerate(found) for number in one}
    assert all(place[other] <= place[one] for one, other in reached.edges)
    assert has_circle([*reached], ways_of(pairs)) == (not nx.is_directed_acyclic_graph(reached))


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_dominators_are_those_of_the_oracle(pairs: Pairs) -> None:
    back = ways_of([(other, one) for one, other in pairs])
    expected = dict(nx.immediate_dominators(oracle(pairs), 0))
    assert dominators(0, ways_of(pairs), back) == expected | {0: 0}


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_traps_are_those_of_the_oracle(pairs: Pairs) -> None:
    pairs = [(one, other) for one, other in pairs if one != other]
    full = oracle(pairs)
    ends = [number for number in full if not full[number] or number == SIZE - 1]
    saved = set().union(*({end} | nx.ancestors(full, end) for end in ends))
    assert Walk(graph_of(pairs)).trapped == ({0} | nx.descendants(full, 0)) - saved


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_the_longest_way_is_that_of_the_oracle(pairs: Pairs) -> None:
    forth = sorted((one, other) for one, other in pairs if one < other)
    nodes = tuple(node.model_copy(update={"minutes": 100.0}) for node in graph_of(forth).nodes)
    found = [*timing.length(Walk(graph_of(forth).model_copy(update={"nodes": nodes})), None)]
    reached = oracle(forth).subgraph({0} | nx.descendants(oracle(forth), 0))
    longest = 100 * (1 + nx.dag_longest_path_length(reached))
    assert [f"takes {longest} minutes" in one.found for one in found] == [True]


CONDITIONS = st.dictionaries(st.sampled_from("ab"), st.lists(st.integers(0, 2), min_size=1, max_size=2), max_size=2)
SETS = st.dictionaries(st.sampled_from("ab"), st.integers(0, 2), max_size=1)
WAYS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), CONDITIONS, SETS), max_size=12)


@given(WAYS, st.lists(SETS, min_size=6, max_size=6), st.sampled_from([NodeType.SCENE, NodeType.CHOICE]))
@settings(max_examples=200, deadline=None)
def test_conditions_are_judged_as_playing_every_way_does(ways: list, sets: list, inner: NodeType) -> None:  # type: ignore[type-arg]
    kinds = [NodeType.START, *[inner] * 4, NodeType.ENDING]
    nodes = tuple(told(str(number), kind, set=sets[number]) for number, kind in enumerate(kinds))
    edges = [
        Edge(source=str(a), target=str(b), when={k: tuple(v) for k, v in when.items()}, set=given_)
        for a, b, when, given_ in ways
        if a != b
    ]
    graph = Graph(nodes=nodes, edges=tuple(edges))
    told_ = [*variables(Walk(graph))]
    unset, gone, blocked = played(graph)
    told_unset = {
        (one.edge, one.found.split()[0])
        for one in told_
        if "not set on every" in one.found or "set nowhere" in one.found
    }
    assert unset <= told_unset
    never = {one.edge for one in told_ if " is never " in one.found or "is never gone" in one.found}
    assert not never & gone
    doubtful = {graph.edges[edge].source for edge, _ in told_unset if edge is not None}
    assert blocked - doubtful <= {
        nodes[one.node].id for one in told_ if one.node is not None and "no way is open" in one.found
    }


def played(graph: Graph) -> tuple[set[tuple[int, str]], set[int], set[str]]:
    """Play every way: give reads of what is not set, edges that were gone, and nodes where no way was open."""
    sets = {node.id: node.set for node in graph.nodes}
    unset: set[tuple[int, str]] = set()
    gone: set[int] = set()
    blocked: set[str] = set()
    first = ("0", tuple(sorted(sets["0"].items())))
    seen, waiting = {first}, [first]
    walk = Walk(graph)
    while waiting:
        at, held = waiting.pop()
        values: dict[str, Value] = dict(held)
        places = walk.onward[walk.numbers[at]]
        is_open = False
        for place in places:
            edge = graph.edges[place]
            unset |= {(place, name) for name in edge.when if name not in values}
            if all(values.get(name) in wanted for name, wanted in edge.when.items()):
                if is_open and graph.nodes[walk.numbers[at]].type is not NodeType.CHOICE:
                    break
                is_open = True
                gone.add(place)
                after = {**values, **edge.set, **sets[edge.target]}
                state = (edge.target, tuple(sorted(after.items())))
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        if places and not is_open:
            blocked.add(at)
    return unset, gone, blocked


@cache
def large(size: int = 5000) -> Graph:
    """A story of many nodes, with conditions, circles and reveals."""
    chance = seeded(1)
    nodes = [told("n0", NodeType.START, set={"a": 1, "b": 1})]
    nodes += [
        told(
            f"n{n}", NodeType.REVEAL if n % 50 == 0 else NodeType.SCENE, set={"a": n % 3} if n % 7 == 0 else {},
            reveal_requires=("n0",) if n % 50 == 0 else (), reveal_after=0 if n % 50 == 0 else None,
        )
        for n in range(1, size - 1)
    ]  # fmt: skip
    nodes.append(told(f"n{size - 1}", NodeType.ENDING))
    edges = [
        Edge(source=f"n{n}", target=f"n{min(size - 1, max(0, n + chance.randrange(-20, 60)))}", when={"a": (1,)})
        for n in range(size - 1)
    ]
    edges += [Edge(source=f"n{n}", target=f"n{n + 1}") for n in range(size - 1)]
    return Graph(nodes=tuple(nodes), edges=tuple(edges))


def test_values_settle_in_linear_time() -> None:
    """A circle in a circle in a circle: what changes far behind comes back to the front only with the next round."""
    passed = []
    for size in (500, 1000, 2000):
        nodes = [told("0", NodeType.START, set={"a": 0}), *(told(f"{n}", NodeType.SCENE) for n in range(1, size))]
        edges = [Edge(source=f"{n}", target=f"{n + 1}", set={"a": n % 3}) for n in range(size - 1)]
        edges += [Edge(source=f"{n}", target=f"{n - 50}", when={"a": (1,)}) for n in range(60, size)]
        flow = Counting(Walk(Graph(nodes=tuple(nodes), edges=tuple(edges))))
        passed.append(flow.passed / size)
    assert max(passed) < 4


class Counting(Flow):
    """Counts how often a node is passed."""

    passed = 0

    def _pass(self, number: int, arriving: dict[int, tuple[int, int]]) -> Iterator[int]:
        self.passed += 1
        return super()._pass(number, arriving)


def walked(size: int) -> Walk:
    walk = Walk(large(size))
    assert len(walk.steps) == len(walk.nodes) == size
    assert walk.loops is not None
    assert walk.back is not None
    return walk


@pytest.mark.parametrize("family", [*ANYWHERE, *WALKED], ids=lambda family: family.__name__)
def test_work_grows_with_the_story(family: Callable[[Walk], Iterable[object]]) -> None:
    small, long = (calls(lambda walk=walk: [*family(walk)]) for walk in (walked(1000), walked(4000)))
    assert long < 6 * small + 100


def edges_of(shape: str, size: int) -> list[Edge]:
    last = size - 1
    chain = [Edge(source=f"n{n}", target=f"n{n + 1}") for n in range(last)]
    if shape == "a circle of all":
        return [*chain[:-1], Edge(source=f"n{last - 1}", target="n1"), Edge(source="n5", target=f"n{last}")]
    if shape == "a star":
        return [Edge(source="n0", target=f"n{n}") for n in range(1, size)]
    if shape == "many ways from one to another":
        return [Edge(source="n0", target="n1", when={"a": (n,)}) for n in range(size // 5)]
    return chain


def odd(shape: str, size: int) -> Graph:
    nodes = [told("n0", NodeType.START, set={"a": 1}), *(told(f"n{n}", NodeType.SCENE) for n in range(1, size - 1))]
    nodes.append(told(f"n{size - 1}", NodeType.ENDING))
    return Graph(nodes=tuple(nodes), edges=tuple(edges_of(shape, size)))


@pytest.mark.parametrize("shape", ["a chain", "a circle of all", "a star", "many ways from one to another"])
def test_work_grows_with_the_nodes_in_an_odd_shape(shape: str) -> None:
    small, long = (calls(lambda graph=graph: check(graph)) for graph in (odd(shape, 400), odd(shape, 1600)))
    assert long < 6 * small
    assert check(odd(shape, 10_000))
