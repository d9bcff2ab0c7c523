"""Graphs as React Flow and those who build on it keep them: frames, listed choices, labels in several places."""

from copy import deepcopy
from typing import Any, Final

import pytest

from toolbox_cli.content.quests.graph import Edge, Place
from toolbox_cli.content.quests.reading import form, react_flow
from toolbox_cli.content.quests.reading.shaping import Read

GRAPH: Final[dict[str, Any]] = {
    "nodes": [
        {"id": 1, "type": "input", "data": {"label": "The gate", "text": "A fox waits."}},
        {"id": "2", "type": "choice", "parentId": "frame", "position": {"x": 1, "y": 2}, "data": {
            "label": "Doors", "text": "Which one?",
            "choices": [
                {"id": "left", "text": "Go", "translations": {"de": "Los"}, "feedback": "Well done", "judging": True},
                {"id": "right", "text": "Rest"},
            ],
        }},
        {"id": "frame", "type": "group", "parentId": "outer", "position": {"x": 100, "y": 10}, "data": {"label": "I"}},
        {"id": "outer", "type": "group", "position": {"x": 1000, "y": 0}},
        {"id": "3", "type": "output", "data": {"label": "Home", "text": "Warm."}},
        {"id": "4", "type": "output", "data": {"label": "A bench", "text": "Rest."}},
    ],
    "edges": [
        {"id": "a", "source": "1", "target": 2, "label": ""},
        {"id": "b", "source": "2", "target": "4", "sourceHandle": "right"},
        {"id": "c", "source": "2", "target": "3", "sourceHandle": "left", "type": "smoothstep", "hidden": True},
    ],
}  # fmt: skip


def read(**edge: Any) -> Read:
    """Read the graph with its last edge changed."""
    graph = deepcopy(GRAPH)
    graph["edges"][2] |= edge
    return react_flow.graph_of(graph)


def test_frames_are_no_nodes_and_what_lies_in_them_is_placed_from_there() -> None:
    found = read()
    assert found.wrong == []
    assert {node.id for node in found.graph.nodes} == {"1", "2", "3", "4"}
    assert found.graph.places["2"] == Place(1101, 12)


def test_a_frame_with_a_text_is_no_frame() -> None:
    graph = deepcopy(GRAPH)
    graph["nodes"][2]["data"]["text"] = "Once upon a time"
    assert {one.code for one in react_flow.graph_of(graph).wrong} == {"Q54"}


def test_frames_in_each_other_end() -> None:
    graph = deepcopy(GRAPH)
    graph["nodes"][3]["parentId"] = "frame"
    assert react_flow.graph_of(graph).graph.places["2"] == Place(1101, 12)


def test_all_that_a_listed_choice_says_is_kept() -> None:
    left, right, _ = read().graph.edges
    assert (left.choice, right.choice) == ("Go", "Rest")
    assert left == Edge(
        source="2", target="3", choice="Go", translations={"de": "Los"}, judging=True, more={"feedback": "Well done"}
    )


@pytest.mark.parametrize("edge", [{"label": "Go on"}, {"data": {"choice": "Run"}}, {"data": {"label": "Run"}}])
def test_a_choice_with_two_names_is_told(edge: dict[str, Any]) -> None:
    (wrong,) = read(**edge).wrong
    assert (wrong.code, wrong.steps) == ("Q55", ("edges", 2))


def test_the_same_words_twice_are_one() -> None:
    assert read(label="Go", data={"label": " ", "choice": "Go"}).wrong == []


@pytest.mark.parametrize(
    ("start", "told"), [("a", None), (7, None), ("b", "its type is ending"), ("c", "there is no such node")]
)
def test_a_start_that_is_none_is_told(start: Any, told: str | None) -> None:
    words = {"label": "A", "text": "B"}
    first = {"a": {"type": "start"}} if start == "a" else {"7": {}} if start == 7 else {"a": {"type": "start"}}
    nodes = {name: {**node, **words, "next": "b"} for name, node in first.items()}
    found = form.graph_of({"start": start, "nodes": {**nodes, "b": {"type": "ending", **words}}})
    assert [one.found for one in found.wrong] == ([told] if told else [])


@pytest.mark.parametrize("field", ["source", "target", "sourceHandle", "label"])
@pytest.mark.parametrize("odd", [{}, {"a": 1}, [], ["2"], 1.5, True, None], ids=str)
def test_ends_and_handles_that_are_no_text_are_told(field: str, odd: object) -> None:
    told = {one.code for one in read(**{field: odd}).wrong}
    is_left_out = odd is None and field in {"sourceHandle", "label"}
    assert ("Q54" in told) is not is_left_out
