"""A graph is the same in each of its forms, and its generated YAML is the same for all that mean the same."""

import json
from random import Random
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.quests.graphs import EDGES, NODES, graphs
from toolbox_cli.content.quests.canonical import canonical, graph_hash
from toolbox_cli.content.quests.graph import Graph, Place
from toolbox_cli.content.quests.reading import form, react_flow
from toolbox_cli.content.quests.writing import graph_lines, graph_yaml, layout_lines
from toolbox_cli.content.quests.writing import react_flow as as_react_flow
from toolbox_cli.core.documents import read_document


def read_yaml(folder: Any, text: str) -> Graph:
    file = folder / "quest.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    document = read_document(file)
    assert not document.twice
    read = form.graph_of(document.content)
    assert read.wrong == []
    assert (len(read.nodes), len(read.edges)) == (len(read.graph.nodes), len(read.graph.edges))
    return read.graph


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_generated_yaml_is_read_as_the_canonical_graph(tmp_path_factory: Any, graph: Graph) -> None:
    text = graph_yaml(graph, 'A "title"')
    again = read_yaml(tmp_path_factory.getbasetemp(), text)
    assert canonical(again) == canonical(graph).bare()
    assert graph_yaml(again, 'A "title"') == text
    assert graph_hash(again) == graph_hash(graph)


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_canonical_form_is_reached_in_one_step(graph: Graph) -> None:
    assert canonical(canonical(graph)) == canonical(graph)


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_layout_is_written_apart_and_read_back(tmp_path_factory: Any, graph: Graph) -> None:
    text = "\n".join([*graph_lines(graph), *layout_lines(graph), ""])
    assert canonical(read_yaml(tmp_path_factory.getbasetemp(), text)) == canonical(graph)


def known_sources(graph: Graph) -> Graph:
    """Leave out what React Flow can't hold: two nodes of one id are told apart by their order alone."""
    once = {node.id: node for node in graph.nodes}
    return graph.model_copy(update={"nodes": tuple(once.values())})


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_react_flow_keeps_all_of_a_graph_whatever_the_order(graph: Graph, chance: Random) -> None:
    graph = known_sources(graph)
    held = json.loads(json.dumps(as_react_flow(graph)))
    chance.shuffle(held["nodes"])
    chance.shuffle(held["edges"])
    read = react_flow.graph_of(held)
    assert read.wrong == []
    assert canonical(read.graph).bare() == canonical(graph).bare()
    assert graph_yaml(read.graph, "T") == graph_yaml(graph, "T")
    assert as_react_flow(read.graph) == as_react_flow(graph)


@given(st.lists(NODES, unique_by=lambda node: node.id, max_size=6), st.lists(EDGES, max_size=8), st.randoms())
@settings(max_examples=60, deadline=None)
def test_bytes_stay_when_react_flow_shuffles_what_has_no_order(nodes: Any, edges: Any, chance: Random) -> None:
    held = as_react_flow(Graph(nodes=tuple(nodes), edges=tuple(edges)))
    for edge in held["edges"]:
        edge["data"].pop("order", None)
        edge["id"] = str(chance.random())
    text = graph_yaml(react_flow.graph_of(held).graph, "T")
    for part in ("nodes", "edges"):
        chance.shuffle(held[part])
    assert graph_yaml(react_flow.graph_of(held).graph, "T") == text


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_moving_a_box_changes_no_content(graph: Graph) -> None:
    moved = graph.model_copy(update={"places": {node.id: Place(1, 2) for node in graph.nodes}})
    assert graph_hash(moved) == graph_hash(graph)
    assert graph_yaml(moved, "T") == graph_yaml(graph, "T")


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_every_reader_of_yaml_gives_the_same(graph: Graph) -> None:
    text = graph_yaml(graph, "T")
    told = yaml.load(text, yaml.CSafeLoader)  # noqa: S506  safe, and fast
    assert told["title"] == "T"
    nodes = told["nodes"].values() if isinstance(told["nodes"], dict) else told["nodes"]
    assert [node["text"] for node in nodes] == [node.text for node in canonical(graph).nodes]
