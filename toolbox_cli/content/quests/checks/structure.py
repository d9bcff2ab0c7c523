"""Q01 to Q05, and whether the ways of a node fit its type: what can be told without walking."""

from collections.abc import Iterator

from toolbox_cli.content.quests.checks.walk import Problem, Walk, same
from toolbox_cli.content.quests.graph import Edge, NodeType


def structure(walk: Walk) -> Iterator[Problem]:
    yield from _starts(walk)
    seen: dict[str, int] = {}
    for number, node in enumerate(walk.graph.nodes):
        if seen.setdefault(node.id, number) != number:
            yield Problem("Q02", f"there are several nodes {node.id}", node=number)
    yield from _edges(walk)
    yield from _fitting(walk)


def _starts(walk: Walk) -> Iterator[Problem]:
    starts = [number for number, node in enumerate(walk.nodes) if node.type is NodeType.START]
    if not starts:
        yield Problem("Q01", "no node has the type start")
    elif len({walk.nodes[number].id for number in starts}) > 1:
        for number in starts:
            yield Problem("Q01", f"{len(starts)} nodes have the type start", node=number)


def _edges(walk: Walk) -> Iterator[Problem]:
    there = walk.numbers
    seen: dict[tuple[str, str], list[Edge]] = {}
    for place, edge in enumerate(walk.graph.edges):
        if edge.source not in there:
            yield Problem("Q03", f"begins at {edge.source}, which is not there", edge=place)
        elif not edge.target:
            yield Problem("Q03", "leads nowhere", edge=place)
        elif edge.target not in there:
            yield Problem("Q03", f"leads to {edge.target}, which is not there", edge=place)
        elif edge.source == edge.target:
            yield Problem("Q05", f"leads from {edge.source} to itself", edge=place)
        if edge.handle is not None:
            yield Problem("Q04", f"hangs on the choice {edge.handle}, which its node does not have", edge=place)
        others = seen.setdefault((edge.source, edge.target), [])
        if others and same(edge) in map(same, others):
            yield Problem("Q04", f"stands twice: from {edge.source} to {edge.target}", edge=place)
        others.append(edge)


def _fitting(walk: Walk) -> Iterator[Problem]:
    words: dict[tuple[str, str], str] = {}
    for place, edge in enumerate(walk.graph.edges):
        number = walk.numbers.get(edge.source)
        if number is None:
            continue
        kind = walk.nodes[number].type
        if kind is NodeType.ENDING:
            yield Problem("Q55", "an ending leads nowhere", edge=place)
        elif kind is NodeType.CHOICE and edge.choice is None:
            yield Problem("Q55", "a way from a choice says what is chosen", edge=place)
        elif kind is not NodeType.CHOICE and edge.choice is not None:
            yield Problem("Q55", f"a {kind} has nothing to choose; give it the type choice", edge=place)
        elif edge.choice and words.setdefault((edge.source, edge.choice), edge.target) != edge.target and not edge.when:
            yield Problem("Q55", "another choice there has the same words", edge=place)
