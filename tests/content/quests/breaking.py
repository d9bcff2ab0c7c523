"""What breaks a quest: each change puts one fault into it."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from tests.content.quests.making import told
from toolbox_cli.content.quests.graph import Edge, Graph, Medium, Node, NodeType, Tag, Told

Change = Callable[[Graph, Random], Graph | None]
"""Breaks a graph; gives None where this one has nothing to break."""


def _with(graph: Graph, nodes: list[Node] | None = None, edges: list[Edge] | None = None) -> Graph:
    return graph.model_copy(
        update={
            "nodes": graph.nodes if nodes is None else tuple(nodes),
            "edges": graph.edges if edges is None else tuple(edges),
        }
    )


def changed_node(graph: Graph, chance: Random, wanted: Callable[[Node], Any], **changes: Any) -> Graph | None:
    found = [node for node in graph.nodes if wanted(node)]
    if not found:
        return None
    one = chance.choice(found)
    return _with(graph, [node.model_copy(update=changes) if node is one else node for node in graph.nodes])


def is_(*kinds: NodeType) -> Callable[[Node], bool]:
    return lambda node: node.type in kinds


def chosen(source: str, target: str, **more: Any) -> Edge:
    return Edge(source=source, target=target, choice=f"New {target}", translations={"de": f"Neu {target}"}, **more)


def a_choice(graph: Graph, chance: Random) -> str:
    """Give a choice that has room for another way."""
    ways = graph.ways()
    return chance.choice([node.id for node in graph.nodes if node.type is NodeType.CHOICE and len(ways[node.id]) < 4])


def another_start(graph: Graph, chance: Random) -> Graph | None:
    return _with(graph, [*graph.nodes, told("new", NodeType.START)])


def same_id(graph: Graph, chance: Random) -> Graph | None:
    return _with(graph, [*graph.nodes, chance.choice(graph.nodes)])


def to_nowhere(graph: Graph, chance: Random) -> Graph | None:
    return _with(graph, edges=[*graph.edges, chosen(a_choice(graph, chance), "gone")])


def from_nowhere(graph: Graph, chance: Random) -> Graph | None:
    return _with(graph, edges=[*graph.edges, Edge(source="gone", target=chance.choice(graph.nodes).id)])


def same_edge(graph: Graph, chance: Random) -> Graph | None:
    return _with(graph, edges=[*graph.edges, chance.choice(graph.edges)])


def ghost(graph: Graph, chance: Random) -> Graph | None:
    one = chance.choice(graph.edges)
    return _with(graph, edges=[e.model_copy(update={"handle": "gone"}) if e is one else e for e in graph.edges])


def to_itself(graph: Graph, chance: Random) -> Graph | None:
    at = a_choice(graph, chance)
    return _with(graph, edges=[*graph.edges, chosen(at, at)])


def unreachable(graph: Graph, chance: Random) -> Graph | None:
    return _with(graph, [*graph.nodes, told("new", NodeType.ENDING)])


def unreachable_way(graph: Graph, chance: Random) -> Graph | None:
    new, target = told("new", NodeType.SCENE), chance.choice([node.id for node in graph.nodes if node.visits is None])
    return _with(graph, [*graph.nodes, new], [*graph.edges, Edge(source="new", target=target)])


def trap(graph: Graph, chance: Random) -> Graph | None:
    nodes = [*graph.nodes, told("new", NodeType.SCENE), told("newer", NodeType.SCENE)]
    circle = [Edge(source="new", target="newer"), Edge(source="newer", target="new")]
    return _with(graph, nodes, [*graph.edges, chosen(a_choice(graph, chance), "new"), *circle])


def dead_end(graph: Graph, chance: Random) -> Graph | None:
    return changed_node(graph, chance, is_(NodeType.ENDING), type=NodeType.SCENE)


def no_bound(graph: Graph, chance: Random) -> Graph | None:
    return changed_node(graph, chance, lambda node: node.visits, visits=None)


def way_back(graph: Graph, chance: Random, **more: Any) -> Graph | None:
    at = a_choice(graph, chance)
    nodes = [*graph.nodes, told("new", NodeType.SCENE, **more)]
    return _with(graph, nodes, [*graph.edges, chosen(at, "new"), Edge(source="new", target=at)])


def bounded_way_back(graph: Graph, chance: Random) -> Graph | None:
    return way_back(graph, chance, visits=3) if not any(node.visits for node in graph.nodes) else None


def stuck(graph: Graph, chance: Random) -> Graph | None:
    """Bound the node that a side way comes back to, so that none leads on from there."""
    at = a_choice(graph, chance)
    if any(node.visits for node in graph.nodes):
        return None
    nodes = [node.model_copy(update={"visits": 2}) if node.id == at else node for node in graph.nodes]
    nodes.append(told("new", NodeType.SCENE))
    return _with(graph, nodes, [*graph.edges, chosen(at, "new"), Edge(source="new", target=at)])


def before(graph: Graph, chance: Random, **when: Any) -> Graph | None:
    """Put a condition before a way that is always open."""
    ways = graph.ways()
    at = chance.choice([n.id for n in graph.nodes if n.type is NodeType.SCENE and len(ways[n.id]) == 1])
    first = Edge(source=at, target=ways[at][0].target, when=when)
    return _with(graph, edges=[first, *graph.edges])


def set_nowhere(graph: Graph, chance: Random) -> Graph | None:
    return before(graph, chance, unheard=(True,))


def never_true(graph: Graph, chance: Random) -> Graph | None:
    return before(graph, chance, mood=("purple", True))


def true_is_not_one(graph: Graph, chance: Random) -> Graph | None:
    return before(graph, chance, coins=(False,))


def not_set_on_every_way(graph: Graph, chance: Random) -> Graph | None:
    """Read at the end what was set on one way to it alone."""
    ways = graph.ways()
    asides = [
        n.id for n in graph.nodes if n.type is NodeType.SCENE and n.id in {e.target for e in graph.edges if e.choice}
    ]
    forked = [n for n in asides if sum(e.target == ways[n][0].target for e in graph.edges) > 1]
    if not forked:
        return None
    at = chance.choice(forked)
    nodes = [n.model_copy(update={"set": {**n.set, "seen": True}}) if n.id == at else n for n in graph.nodes]
    (reveal,) = (n.id for n in graph.nodes if n.type is NodeType.REVEAL)
    (onward,) = ways[reveal]
    return _with(graph, nodes, [Edge(source=reveal, target=onward.target, when={"seen": (True,)}), *graph.edges])


def no_way_open(graph: Graph, chance: Random) -> Graph | None:
    made = before(graph, chance, mood=("calm",))
    assert made is not None
    first = made.edges[0]
    at = [e for e in made.edges if e.source == first.source and not e.when][0]
    never = {"mood": ("calm",), "coins": (0,)}
    if not any(n.set.get("mood") == "brave" for n in graph.nodes):
        return None
    start = next(graph.starts())
    nodes = [n.model_copy(update={"set": {**n.set, "mood": "brave"}}) if n is start else n for n in made.nodes]
    edges = [e.model_copy(update={"when": never}) if e is at else e for e in made.edges]
    if any(n.set.get("mood") == "calm" for n in nodes):
        return _with(made, nodes, edges)
    return None


def shadowed(graph: Graph, chance: Random) -> Graph | None:
    ways = graph.ways()
    at = chance.choice([n.id for n in graph.nodes if n.type is NodeType.SCENE and len(ways[n.id]) == 1])
    rest = chance.choice([n.id for n in graph.nodes if n.has(Tag.SAFE_EXIT)])
    return _with(graph, edges=[*graph.edges, Edge(source=at, target=rest)])


def required_aside(graph: Graph, chance: Random) -> Graph | None:
    """Require what lies on one of several ways."""
    (rest,) = (node.id for node in graph.nodes if node.has(Tag.SAFE_EXIT))
    return changed_node(graph, chance, is_(NodeType.REVEAL), reveal_requires=(rest,))


def earlier_than_before(graph: Graph, chance: Random) -> Graph | None:
    start = next(graph.starts())
    (way,) = graph.ways()[start.id]
    nodes = [*graph.nodes, told("new", NodeType.REVEAL, reveal_after=1)]
    nodes = [
        n.model_copy(update={"reveal_after": 0}) if n.reveal_after is not None and n.id != "new" else n for n in nodes
    ]
    edges = [e.model_copy(update={"target": "new"}) if e is way else e for e in graph.edges]
    return _with(graph, nodes, [*edges, Edge(source="new", target=way.target)])


def lost_reveal(graph: Graph, chance: Random) -> Graph | None:
    (rest,) = (node.id for node in graph.nodes if node.has(Tag.SAFE_EXIT))
    return _with(graph, [*graph.nodes, told("new", NodeType.REVEAL)], [*graph.edges, Edge(source="new", target=rest)])


def too_long(graph: Graph, chance: Random) -> Graph | None:
    return changed_node(graph, chance, is_(NodeType.START, NodeType.REVEAL), minutes=500.0)


def many_nodes(graph: Graph, chance: Random) -> Graph | None:
    return stretched(graph, chance, 90, tags=(Tag.SAFE_EXIT,))


def stretched(graph: Graph, chance: Random, size: int, **more: Any) -> Graph:
    """Put scenes between the reveal and the ending."""
    (reveal,) = (node.id for node in graph.nodes if node.type is NodeType.REVEAL)
    (way,) = graph.ways()[reveal]
    names = [f"new-{number}" for number in range(size)]
    nodes = [*graph.nodes, *(told(name, NodeType.SCENE, **more) for name in names)]
    chain = [Edge(source=a, target=b) for a, b in zip(names, [*names[1:], way.target], strict=True)]
    edges = [e.model_copy(update={"target": names[0]}) if e is way else e for e in graph.edges]
    return _with(graph, nodes, [*edges, *chain])


def far_from_rest(graph: Graph, chance: Random) -> Graph | None:
    return stretched(graph, chance, 6)


def no_notice(graph: Graph, chance: Random) -> Graph | None:
    if any(node.has(Tag.SENSITIVE) for node in graph.nodes):
        return _with(graph, [n.model_copy(update={"tags": ()}) if n.has(Tag.NOTICE) else n for n in graph.nodes])
    return changed_node(graph, chance, lambda n: n.type is NodeType.SCENE and not n.tags, tags=(Tag.SENSITIVE,))


def notice_aside(graph: Graph, chance: Random) -> Graph | None:
    return changed_node(graph, chance, is_(NodeType.START), tags=(Tag.SENSITIVE, Tag.NOTICE))


def crisis_words(graph: Graph, chance: Random) -> Graph | None:
    words = chance.choice(["I want to die.", "He said he'd kill himself", "SUICIDE", "Selbstmord"])
    return changed_node(graph, chance, lambda node: not node.has(Tag.CRISIS), text=words)


def no_contact(graph: Graph, chance: Random) -> Graph | None:
    name = chance.choice(["contact", "escalation"])
    return changed_node(graph, chance, lambda node: node.has(Tag.CRISIS), **{name: chance.choice([None, " "])})


def many_choices(graph: Graph, chance: Random) -> Graph | None:
    at = a_choice(graph, chance)
    new = [f"new-{number}" for number in range(4)]
    nodes = [*graph.nodes, *(told(name, NodeType.ENDING) for name in new)]
    return _with(graph, nodes, [*graph.edges, *(chosen(at, name) for name in new)])


def same_target(graph: Graph, chance: Random, ways: int = 2) -> Graph | None:
    at = a_choice(graph, chance)
    nodes = [*graph.nodes, told("new", NodeType.CHOICE), told("newer", NodeType.ENDING)]
    same = [Edge(source="new", target="newer", choice=f"{n}", translations={"de": f"{n}"}) for n in range(ways)]
    return _with(graph, nodes, [*graph.edges, chosen(at, "new"), *same])


def nothing_to_choose(graph: Graph, chance: Random) -> Graph | None:
    return same_target(graph, chance, 1)


def judging(graph: Graph, chance: Random) -> Graph | None:
    at = chance.choice([node.id for node in graph.nodes if node.type is NodeType.CHOICE])
    words = chance.choice([{"judging": True}, {"choice": "Dad is a liar"}])
    if "choice" in words:
        return _with(
            graph,
            edges=[
                e.model_copy(update={"choice": f"Dad is a liar, and {e.target}"}) if e.source == at else e
                for e in graph.edges
            ],
        )
    return _with(graph, edges=[e.model_copy(update=words) if e.source == at else e for e in graph.edges])


def no_alt(graph: Graph, chance: Random) -> Graph | None:
    kind = chance.choice(["image", "audio", "video"])
    return changed_node(graph, chance, lambda node: True, media=(Medium(kind=kind, url="x"),))


def no_translation(graph: Graph, chance: Random) -> Graph | None:
    lost = chance.choice([{}, {"de": Told(label="Ein Ort", text=" ")}])
    return changed_node(graph, chance, lambda node: True, translations=lost)


def untranslated_choice(graph: Graph, chance: Random) -> Graph | None:
    one = chance.choice([edge for edge in graph.edges if edge.choice])
    return _with(graph, edges=[e.model_copy(update={"translations": {}}) if e is one else e for e in graph.edges])


def way_from_ending(graph: Graph, chance: Random) -> Graph | None:
    (rest,) = (node.id for node in graph.nodes if node.has(Tag.SAFE_EXIT))
    other = next(n.id for n in graph.nodes if n.type is NodeType.ENDING and n.id != rest)
    return _with(graph, edges=[*graph.edges, Edge(source=rest, target=other)])


def wordless(graph: Graph, chance: Random) -> Graph | None:
    one = chance.choice([edge for edge in graph.edges if edge.choice])
    return _with(graph, edges=[e.model_copy(update={"choice": None}) if e is one else e for e in graph.edges])


CHANGES: Final[Mapping[str, tuple[Change, ...]]] = {
    "Q01": (
        another_start,
        lambda graph, chance: changed_node(graph, chance, is_(NodeType.START), type=NodeType.SCENE),
    ),
    "Q02": (same_id,),
    "Q03": (to_nowhere, from_nowhere),
    "Q04": (same_edge, ghost),
    "Q05": (to_itself,),
    "Q10": (unreachable, unreachable_way),
    "Q11": (trap,),
    "Q12": (dead_end,),
    "Q13": (no_bound, way_back, stuck),
    "Q14": (bounded_way_back,),
    "Q20": (set_nowhere, never_true, true_is_not_one, not_set_on_every_way, no_way_open, shadowed),
    "Q21": (
        lambda graph, chance: changed_node(graph, chance, is_(NodeType.REVEAL), reveal_after=-1),
        lambda graph, chance: changed_node(graph, chance, is_(NodeType.REVEAL), reveal_after=99),
        lambda graph, chance: changed_node(graph, chance, is_(NodeType.REVEAL), reveal_requires=("gone",)),
        required_aside, earlier_than_before, lost_reveal,
    ),
    "Q22": (too_long, many_nodes),
    "Q30": (far_from_rest,),
    "Q31": (no_notice, notice_aside),
    "Q32": (crisis_words, no_contact),
    "Q33": (many_choices, same_target, nothing_to_choose, judging),
    "Q40": (no_alt, no_translation, untranslated_choice),
    "Q55": (way_from_ending, wordless),
}  # fmt: skip
"""What breaks a quest, by the code that it must have then."""
