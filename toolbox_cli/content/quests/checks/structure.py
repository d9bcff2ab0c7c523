"""Q01 to Q05, and whether the ways of a node fit its type: what can be told without walking."""

from collections.abc import Iterator
from unicodedata import normalize

from toolbox_cli.content.quests.checks.walk import Problem, Walk
from toolbox_cli.content.quests.graph import Edge, NodeType


def structure(walk: Walk) -> Iterator[Problem]:
    yield from _starts(walk)
    yield from _ids(walk)
    yield from _edges(walk)
    yield from _fitting(walk)


def _ids(walk: Walk) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for number, node in enumerate(walk.nodes):
        if walk.numbers[node.id] != number:
            yield Problem("Q02", f"there are several nodes {node.id}", node=number)
        elif seen.setdefault(normalize("NFKC", node.id), node.id) != node.id:
            yield Problem("Q02", f"another node has an id that looks like {node.id}", node=number)


def _starts(walk: Walk) -> Iterator[Problem]:
    starts = [number for number, node in enumerate(walk.nodes) if node.type is NodeType.START]
    if not starts:
        yield Problem("Q01", "no node has the type start")
    elif len({walk.nodes[number].id for number in starts}) > 1:
        for number in starts:
            yield Problem("Q01", f"{len(starts)} nodes have the type start", node=number)


def _edges(walk: Walk) -> Iterator[Problem]:
    there = walk.numbers
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
        if place in walk.twice:
            yield Problem("Q04", f"stands twice: from {edge.source} to {edge.target}", edge=place)


def _fitting(walk: Walk) -> Iterator[Problem]:
    words: dict[tuple[str, str], Edge] = {}
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
        elif edge.choice:
            other = words.setdefault((edge.source, edge.choice), edge)
            if other.target != edge.target and not (other.when and edge.when):
                yield Problem("Q55", "another choice there has the same words", edge=place)
