"""Stories that are nearly wrong, and such as are nearly right: the checks tell them apart."""

from copy import deepcopy
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.quests.making import told
from toolbox_cli.content.quests.checks.run import check
from toolbox_cli.content.quests.checks.walk import Walk
from toolbox_cli.content.quests.graph import Edge, Graph, Node, NodeType
from toolbox_cli.content.quests.quest import About
from toolbox_cli.content.quests.reading import form

STORY: Final[dict[str, Any]] = {
    "start": {"type": "start", "next": "hall"},
    "hall": {"type": "choice", "choices": {"The garden": "garden", "Rest": "bench"}},
    "garden": {"type": "scene", "next": "end"},
    "end": {"type": "ending"},
    "bench": {"type": "ending", "tags": ["safe_exit"]},
}
"""A story without a fault."""
HELP: Final = {"escalation": "Tell a grown-up.", "contact": "116 111"}
SWITCHES: Final = {f"s{number}": False for number in range(14)}


def codes(**nodes: dict[str, Any]) -> set[str]:
    """Check the story with some of its nodes changed."""
    given_ = deepcopy(STORY)
    for name, node in nodes.items():
        given_[name] = given_.get(name, {}) | node
    for node in given_.values():
        node |= {"label": node.get("label", "A place"), "text": node.get("text", "It is quiet here.")}
    read = form.graph_of({"nodes": given_})
    assert read.wrong == []
    return {problem.code for problem in check(read.graph)}


def scene(*ways: Any, **more: Any) -> dict[str, Any]:
    return {"type": "scene", "next": list(ways), **more}


def way(to: str, **when: Any) -> dict[str, Any]:
    return {"to": to, "when": when}


def test_the_story_has_no_fault() -> None:
    assert codes() == set()


@pytest.mark.parametrize(
    ("expected", "nodes"),
    [
        pytest.param(set(), {
            "start": {"set": {"key": True}}, "hall": {"set": {"key": False}},
            "garden": scene(way("end", key=False)),
        }, id="set by the node on the only way"),
        pytest.param(set(), {
            "start": {"set": {"mood": "calm"}},
            "hall": {"choices": [
                {"choice": "a", "to": "garden", "set": {"mood": "brave"}}, {"choice": "b", "to": "g2"},
            ]},
            "g2": scene("garden"), "garden": scene(way("end", mood="calm"), way("bench", mood="brave")),
        }, id="all outcomes of a small domain"),
        pytest.param({"Q20"}, {
            "start": {"set": {"mood": "calm"}},
            "hall": {"choices": [
                {"choice": "a", "to": "garden", "set": {"mood": "brave"}}, {"choice": "b", "to": "g2"},
                {"choice": "c", "to": "garden", "set": {"mood": "sad"}},
            ]},
            "g2": scene("garden"), "garden": scene(way("end", mood="calm"), way("bench", mood="brave")),
        }, id="an outcome is left out"),
        pytest.param(set(), {
            "start": {"set": {"mood": "calm"}},
            "hall": {"choices": [
                {"choice": "a", "to": "fork", "set": {"mood": "brave"}}, {"choice": "b", "to": "aside"},
                {"choice": "Rest", "to": "bench"},
            ]},
            "aside": scene("fork"), "fork": scene(way("bench", mood="calm"), "garden"),
            "garden": scene(way("end", mood="brave")),
        }, id="what an earlier way took is not there any more"),
        pytest.param({"Q20"}, {
            "start": {"set": {"mood": "calm"}},
            "hall": {"choices": [{"choice": "a", "to": "g2", "set": {"mood": "brave"}}, {"choice": "b", "to": "aside"},
                {"choice": "Rest", "to": "bench"}]},
            "aside": scene("g2"), "g2": scene(way("garden", mood="calm"), way("end", mood="calm"), "bench"),
        }, id="a way behind one with the same condition"),
        pytest.param({"Q20"}, {
            "start": {"set": SWITCHES},
            "hall": {"set": {}, "choices": [
                {"choice": "a", "to": "garden", "set": dict.fromkeys(SWITCHES, True)}, {"choice": "b", "to": "g2"},
            ]},
            "g2": scene("garden"),
            "garden": scene(*(way("end", **{name: True}) for name in SWITCHES), way("bench", s0=True, s1=False)),
        }, id="many variables, of which all may be false"),
        pytest.param(set(), {
            "start": {"set": SWITCHES},
            "hall": {"set": {}, "choices": [
                {"choice": "a", "to": "garden", "set": dict.fromkeys(SWITCHES, True)}, {"choice": "b", "to": "g2"},
            ]},
            "g2": scene("garden"),
            "garden": scene(*(way("end", **{name: True}) for name in SWITCHES), way("bench", s0=False)),
        }, id="many variables, and every outcome covered"),
        pytest.param({"Q14"}, {
            "hall": {"choices": {"In": "room", "Rest": "bench"}}, "room": scene("attic", visits=2),
            "attic": {"type": "choice", "visits": 2, "choices": {"Back": "room", "On": "garden"}},
        }, id="a circle in which every node has a bound"),
        pytest.param({"Q14"}, {
            "start": {"set": {"brave": True}},
            "hall": {"choices": [
                {"choice": "Look", "to": "room", "set": {"brave": False}},
                {"choice": "a", "to": "garden", "when": {"brave": True}},
                {"choice": "b", "to": "bench", "when": {"brave": False}},
            ]},
            "room": scene("hall", visits=2),
        }, id="a circle whose ways out have conditions that cover all"),
        pytest.param({"Q13"}, {
            "start": {"set": {"key": False}},
            "hall": {"choices": [{"choice": "In", "to": "room"}, {"choice": "Rest", "to": "bench"},
                {"choice": "With a key", "to": "lamp"}]},
            "lamp": scene("room", set={"key": True}),
            "room": {"type": "choice", "visits": 2, "choices": {"On": "cellar", "Garden": "garden"}},
            "cellar": {"type": "choice", "choices": [
                {"choice": "Up", "to": "room"}, {"choice": "Out", "to": "end", "when": {"key": True}}]},
        }, id="stuck in a side room whose way out has a condition"),
        pytest.param({"Q03", "Q14"}, {
            "hall": {"choices": {"In": "room", "Garden": "garden", "Rest": "bench"}},
            "room": {"type": "choice", "visits": 2, "choices": {"Back": "hall", "Out": "gone"}},
        }, id="the way out of a circle leads nowhere"),
        pytest.param({"Q31"}, {"start": {"tags": ["sensitive"]}}, id="the start is sensitive"),
        pytest.param({"Q55"}, {
            "start": {"set": {"a": 1}},
            "hall": {"choices": [
                {"choice": "Go", "to": "garden"}, {"choice": "Go", "to": "bench", "when": {"a": 1}},
            ]},
        }, id="the same words, of which one is always there"),
        pytest.param({"Q04"}, {
            "start": {"set": {"a": 1}},
            "hall": {"set": {}, "choices": [
                {"choice": "Go", "to": "garden", "when": {"a": [1, 2]}},
                {"choice": "Go", "to": "garden", "when": {"a": [2, 1]}}, {"choice": "Rest", "to": "bench"},
            ]},
        }, id="the same way, its values in another order"),
        pytest.param({"Q02"}, {
            "garden": scene("e\u0301"), "e\u0301": scene("\u00e9"), "\u00e9": scene("end"),
        }, id="two ids that look the same"),
        pytest.param({"Q40"}, {
            "garden": {"translations": {"de": {"label": "Ein Ort", "text": "Still."}}},
        }, id="translations in a language that is not named"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_else(expected: set[str], nodes: dict[str, Any]) -> None:
    assert codes(**nodes) == expected


CRISES: Final = (
    "I want\nto die", "He killed himself.", "She was killing herself", "wanted to be\u00a0dead", "self\u00adharm",
    "Suizidgedanken", "Er will sich umbringen", "Sie ritzt sich", "Ich möchte sterben", "quería morirse", "se suicidó",
    "envie de mourir", "Я не хочу жить", "покончить с собой", "ｓｕｉｃｉｄｅ",
)  # fmt: skip
NO_CRISES: Final = (
    "The fox hurt himself a little.",
    "My battery died.",
    "A killer whale!",
    "Umbringen sagt man nicht.",
)


@pytest.mark.parametrize("words", CRISES)
def test_a_crisis_is_heard_in_other_forms_and_languages(words: str) -> None:
    assert codes(garden={"text": words}) == {"Q32"}
    assert codes(garden={"text": words, **HELP}) == set()


@pytest.mark.parametrize("words", NO_CRISES)
def test_other_words_are_no_crisis(words: str) -> None:
    assert codes(garden={"text": words}) == set()


@pytest.mark.parametrize(
    "node",
    [
        {"label": "I want to die"},
        {"translations": {"de": {"text": "Ich will mich umbringen"}}},
        {"media": [{"kind": "audio", "url": "a.mp3", "transcript": "I want to die"}]},
        {"more": {"voice": [{"over": "I want to die"}]}},
        {"next": [{"to": "end", "more": {"told": "I want to die"}}]},
    ],
)
def test_a_crisis_is_heard_wherever_a_child_may_meet_it(node: dict[str, Any]) -> None:
    assert codes(garden=node) - {"Q40"} == {"Q32"}


def test_a_crisis_is_heard_in_choices() -> None:
    assert codes(hall={"choices": {"I want to die": "garden", "Rest": "bench"}}) == {"Q32"}
    told_ = [
        {"choice": "Go", "to": "garden", "translations": {"de": "Ich ritze mich"}},
        {"choice": "Rest", "to": "bench"},
    ]
    assert codes(hall={"choices": told_}) - {"Q40"} == {"Q32"}


@pytest.mark.parametrize(
    "words", ["I'm stupid", "I\u2019m to blame", "It\u2019s my fault", "Dad's a liar", "He is bad"]
)
def test_blame_is_heard_however_it_is_written(words: str) -> None:
    assert codes(hall={"choices": {words: "garden", f"{words}!": "bench"}}) == {"Q33"}


@pytest.mark.parametrize(
    ("ages", "youngest"), [("7-9", 7), ("ages 5-7", 5), (" 6+", 6), ("under 7", 7), ("10 to 12", 10), ("", None)]
)
def test_the_first_number_is_the_youngest(ages: str, youngest: int | None) -> None:
    assert About(title="T", age_range=ages).youngest == youngest


def test_a_place_to_rest_counts_only_where_it_is_always_open() -> None:
    tired = [{"choice": "On", "to": "g1"}, {"choice": "Rest", "to": "bench", "when": {"tired": True}}]
    long = {"g1": scene("g2"), "g2": scene("garden"), "start": {"set": {"tired": False}}}
    first = {"start": {"set": {"tired": False}, "next": "pick"}, "pick": {"type": "choice", "choices": [
        {"choice": "a", "to": "hall", "set": {"tired": True}}, {"choice": "b", "to": "bench"},
        {"choice": "c", "to": "aside"}]}, "aside": scene("hall")}  # fmt: skip
    assert codes(**{**long, **first, "hall": {"choices": tired}}) == {"Q30"}
    always = [tired[0], {"choice": "Rest", "to": "bench"}]
    assert codes(**{**long, **first, "hall": {"choices": always}}) == set()


def test_where_the_story_goes_on_by_itself_the_longest_way_counts() -> None:
    ways = {
        "start": {"set": {"mood": "calm"}, "next": "hall"},
        "hall": {"choices": [{"choice": "a", "to": "fork", "set": {"mood": "sad"}}, {"choice": "b", "to": "bench"},
            {"choice": "c", "to": "fork"}]},
        "g1": scene("g2"), "g2": scene("garden"),
    }  # fmt: skip
    assert codes(**ways, fork=scene(way("bench", mood="calm"), "g1")) == {"Q30"}
    assert codes(**ways, fork=scene(way("bench", mood="calm"), "g2")) == {"Q10"}


PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 6)), min_size=3, max_size=14, unique=True)
VISITS = st.lists(st.none() | st.integers(1, 3), min_size=5, max_size=5)


@given(PAIRS, VISITS)
@settings(max_examples=200, deadline=None)
def test_a_circle_that_is_told_to_be_bounded_ends_however_it_is_played(pairs: Any, visits: Any) -> None:
    kinds = [NodeType.START, *[NodeType.CHOICE] * 5, NodeType.ENDING]
    nodes = tuple(
        told(str(number), kind, visits=bound)
        for number, (kind, bound) in enumerate(zip(kinds, [None, *visits, None], strict=True))
    )
    ways = [(0, 1), *((one, other) for one, other in pairs if one != other)]
    edges = [Edge(source=str(a), target=str(b), choice=f"{a}{b}" if a else None) for a, b in ways]
    walk = Walk(Graph(nodes=nodes, edges=tuple(edges)))
    found = {problem.code for problem in check(walk.graph)}
    if found.isdisjoint({"Q11", "Q12", "Q13"}):
        assert played(nodes, walk.out) == set()


State = tuple[int, tuple[int, ...]]
"""Where the child is, and how often it was where."""


def played(nodes: tuple[Node, ...], out: Any) -> set[str]:
    """Play every way through, and say whether it may go on for ever or get stuck."""
    wrong: set[str] = set()

    def onward(state: State) -> list[State]:
        at, seen = state
        found = []
        for other in out[at]:
            bound = nodes[other].visits
            if bound is None or seen[other] < bound:
                count = 0 if bound is None else 1
                found.append((other, (*seen[:other], seen[other] + count, *seen[other + 1 :])))
        if out[at] and not found:
            wrong.add("stuck")
        return found

    first: State = (0, (0,) * len(nodes))
    under_way, done = [(first, iter(onward(first)))], set()
    path = {first}
    while under_way:
        state, rest = under_way[-1]
        other = next(rest, None)
        if other is None:
            under_way.pop()
            path.discard(state)
            done.add(state)
        elif other in path:
            wrong.add("endless")
        elif other not in done:
            path.add(other)
            under_way.append((other, iter(onward(other))))
    return wrong
