"""Differences are told by node, edge and field; drawings show every node and way, and mark what matters."""

from typing import Any

import pytest
from hypothesis import given, settings

from tests.content.quests.graphs import graphs
from tests.content.quests.making import seeded, told, valid_graph
from toolbox_cli.content.quests.canonical import canonical
from toolbox_cli.content.quests.comparing import differences, graph_differences
from toolbox_cli.content.quests.drawing import dot, mark_of, mermaid
from toolbox_cli.content.quests.graph import Edge, Graph, NodeType, Tag
from toolbox_cli.content.quests.quest import About, Quest
from toolbox_cli.content.quests.whole import same

GRAPH = valid_graph(seeded(1))


def known(graph: Graph) -> Graph:
    """Leave out a second node of an id: both are compared under it."""
    return graph.model_copy(update={"nodes": tuple({node.id: node for node in graph.nodes}.values())})


@given(graphs(), graphs())
@settings(max_examples=60, deadline=None)
def test_there_is_a_difference_exactly_where_the_content_differs(one: Graph, other: Graph) -> None:
    one, other = known(one), known(other)
    assert [*graph_differences(one, one)] == []
    assert bool([*graph_differences(one, other)]) == (canonical(one).bare() != canonical(other).bare())


def other(part: Any, **changes: Any) -> Any:
    return part.model_copy(update=changes)


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        (lambda nodes, edges: (nodes[:-1], edges), ["nodes.ending-1"]),
        (lambda nodes, edges: ([*nodes, told("new", NodeType.ENDING)], edges), ["nodes.new"]),
        (lambda nodes, edges: ([other(nodes[0], text="Other."), *nodes[1:]], edges), ["nodes.start-0.text"]),
        (lambda nodes, edges: (nodes, [other(edges[0], set={"a": 1}), *edges[1:]]), ["edges.start-0 -> choice-2.set"]),
        (lambda nodes, edges: (nodes, [*edges, Edge(source="start-0", target="x")]), ["edges.start-0 -> x"]),
        (lambda nodes, edges: (nodes, edges[::-1]), ["nodes.choice-2.order"]),
    ],
)  # fmt: skip
def test_a_difference_is_told_at_its_place(change: object, paths: list[str]) -> None:
    nodes = sorted(GRAPH.nodes, key=lambda node: (node.id == "ending-1", node.id != "start-0"))
    some, ways = change(nodes, [*GRAPH.edges])  # type: ignore[operator]
    changed = GRAPH.model_copy(update={"nodes": tuple(some), "edges": tuple(ways)})
    found = [one.path for one in graph_differences(GRAPH, changed)]
    assert [*dict.fromkeys(found)][: len(paths)] == paths


def test_what_is_said_of_a_quest_is_compared_too() -> None:
    one, other = (Quest(quest_id="a", about=About(title=title), graph=GRAPH) for title in ("A", "B"))
    assert differences(one, other) == [("title", "A", "B")]


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_every_node_and_way_is_drawn(graph: Graph) -> None:
    there = {node.id for node in graph.nodes}
    drawn = sum(edge.source in there and edge.target in there for edge in graph.edges)
    lines = mermaid(graph).splitlines()
    assert lines[0] == "flowchart TD"
    assert sum("-->" in line for line in lines) == drawn
    assert dot(graph).count(" -> ") >= drawn
    assert len(mermaid(graph).splitlines()) == 1 + len(graph.nodes) + drawn + 5


def test_what_matters_is_marked() -> None:
    nodes = [told(str(tag), NodeType.SCENE, tags=(tag,)) for tag in Tag]
    nodes += [
        told("reveal", NodeType.REVEAL),
        told("late", NodeType.SCENE, reveal_after=3),
        told("plain", NodeType.SCENE),
    ]
    assert {node.id: mark_of(node) for node in nodes} == {
        "safe_exit": "rest", "adult": "adult", "sensitive": "sensitive", "notice": None, "crisis": "crisis",
        "reveal": "reveal", "late": "reveal", "plain": None,
    }  # fmt: skip
    graph = Graph(nodes=tuple(nodes))
    assert 'New (sensitive)"]:::sensitive' in mermaid(graph)
    assert 'New (reveal)"' in dot(graph)


def test_words_do_not_break_out_of_a_drawing() -> None:
    node = told("a", NodeType.SCENE).model_copy(update={"label": 'x"]; click a "javascript:alert(1)" <b> \\" ]'})
    graph = Graph(nodes=(node,))
    assert '"' not in mermaid(graph).splitlines()[1].removeprefix('  n1["').removesuffix('"]')
    assert "<" not in mermaid(graph)
    (line,) = (line for line in dot(graph).splitlines() if "n1 [" in line)
    assert line == '  n1 [label="x\\"]; click a \\"javascript:alert(1)\\" <b> \\\\\\" ]", shape=box];'


def test_true_is_another_value_than_one() -> None:
    """Python takes them for equal; a child's way depends on which it is."""
    made = [told("a", NodeType.START).model_copy(update={"set": {"x": value}}) for value in (1, True)]
    one, other = (
        Quest(quest_id="a", about=About(title="T", child_interests=[value]), graph=Graph(nodes=(node,)))
        for node, value in zip(made, (0, False), strict=True)
    )
    assert not same(one, other)
    assert [each.path for each in differences(one, other)] == ["child_interests", "nodes.a.set"]
    assert same(one, one.model_copy())


def test_no_sign_that_steers_a_screen_is_drawn() -> None:
    node = told("a", NodeType.SCENE).model_copy(update={"label": "a\x1b[31m\u202eb\0"})
    for text in (dot(Graph(nodes=(node,))), mermaid(Graph(nodes=(node,)))):
        assert all(sign.isprintable() or sign == "\n" for sign in text)
        assert "a [31m b" in text
