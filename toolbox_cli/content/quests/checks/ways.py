"""Q10 to Q14: what can't be reached, what can't be left, and what goes round."""

from collections.abc import Iterator, Sequence

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
    if all(edge.when for number in loop for edge in walk.edges(number) if walk.numbers[edge.target] not in {*loop}):
        yield Problem("Q13", f"every way out has a condition: {told}", node=first)
    elif stuck := _stuck(walk, loop):
        names = ", ".join(walk.nodes[number].id for number in stuck)
        yield Problem("Q13", f"no way is left at {names} once the visits are used up", node=stuck[0])
    else:
        yield Problem("Q14", f"the child can come back: {told}", node=first)


def _stuck(walk: Walk, loop: Sequence[int]) -> list[int]:
    """Find where all that a node leads to may be closed already: what has a bound and is of the same circle."""
    inside = {*loop}
    return [
        number
        for number in loop
        if all(other in inside and walk.nodes[other].visits is not None for other in walk.out[number])
    ]


def _told(walk: Walk, loop: Sequence[int]) -> str:
    names = [walk.nodes[number].id for number in loop[:SHOWN]]
    more = len(loop) - len(names)
    return ", ".join([*names, *([f"and {more} more"] if more else [])])
