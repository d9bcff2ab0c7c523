"""Q10 to Q14: what can't be reached, what can't be left, and what goes round."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from math import inf

from toolbox_cli.content.quests.checks.components import has_circle
from toolbox_cli.content.quests.checks.walk import Problem, Walk
from toolbox_cli.content.quests.graph import NodeType

SHOWN = 8
"""How many nodes of a circle are named."""


def ways(walk: Walk) -> Iterator[Problem]:
    for name, number in walk.numbers.items():
        node = walk.nodes[number]
        if number not in walk.steps and node.type is not NodeType.REVEAL and not walk.is_cut:
            yield Problem("Q10", f"nothing leads from the start to {name}", node=number)
        if node.type is not NodeType.ENDING and not walk.out[number] and not walk.loose[number]:
            yield Problem("Q12", f"nothing leads on from {name}, and its type is {node.type}", node=number)
    for number in sorted(walk.trapped):
        yield Problem("Q11", f"no ending can be reached from {walk.nodes[number].id}", node=number)
    for loop in walk.loops:
        if len(loop) > 1 and not walk.trapped.issuperset(loop):
            yield from _loop(walk, sorted(loop, key=walk.steps.__getitem__))


def _loop(walk: Walk, loop: Sequence[int]) -> Iterator[Problem]:
    first, told = loop[0], _told(walk, loop)
    unbounded = [number for number in loop if walk.nodes[number].visits is None]
    if has_circle(unbounded, walk.out):
        yield Problem("Q13", f"the child can go round without end: {told}", node=first)
        return
    stuck = [*_stuck(walk, loop)]
    for number, when in stuck:
        named = walk.nodes[number].id
        yield Problem("Q13", f"no way is left at {named}{when} once the visits are used up: {told}", node=number)
    if not stuck:
        yield Problem("Q14", f"the child can come back: {told}", node=first)


def _stuck(walk: Walk, loop: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Find where no way may be open any more, and when: what has a bound and is of the same circle may be closed."""
    inside = {*loop}
    bounded = {number for number in loop if walk.nodes[number].visits is not None}
    for number in loop:
        staying = [place for place in walk.onward[number] if walk.target(place) not in bounded]
        if walk.is_end(number) or not _closes(walk, number, bounded, inside):
            continue
        if not staying:
            yield number, ""
        elif when := walk.flow.blocked(number, staying):
            yield number, f" {when}"


def _closes(walk: Walk, number: int, bounded: AbstractSet[int], inside: AbstractSet[int]) -> bool:
    """Tell whether the child may still come to a node when all that it leads to has been visited as often as it may.

    It comes there from this node, from others of the circle as often as they are visited, or once from outside.
    """
    closing = bounded & {*walk.out[number]}
    comes = {other for target in closing for other in walk.back[target] if other in walk.steps}
    often = sum(_visits(walk, other) if other in inside else 1 for other in comes - {number})
    return bool(closing) and sum(_visits(walk, other) for other in closing) < _visits(walk, number) + often


def _visits(walk: Walk, number: int) -> float:
    return walk.nodes[number].visits or inf


def _told(walk: Walk, loop: Sequence[int]) -> str:
    names = [walk.nodes[number].id for number in loop[:SHOWN]]
    more = len(loop) - len(names)
    return ", ".join([*names, *([f"and {more} more"] if more else [])])
