"""Q20: conditions that read what nobody set, that never hold, or that leave the child without a way."""

from collections.abc import Iterator

from toolbox_cli.content.quests.checks.walk import Problem, Walk
from toolbox_cli.content.quests.graph import NodeType


def variables(walk: Walk) -> Iterator[Problem]:
    for number in walk.steps:
        if any(walk.graph.edges[place].when for place in walk.onward[number]):
            yield from _conditions(walk, number)
            yield from _closed(walk, number)
        yield from _shadowed(walk, number)


def _conditions(walk: Walk, number: int) -> Iterator[Problem]:
    """Find conditions that read too early, and such as never hold."""
    flow = walk.flow
    for place in walk.onward[number]:
        for name, mask, allowed in flow.needs.get(place, ()):
            if not mask:
                yield Problem("Q20", f"{name} is read, and set nowhere", edge=place)
            elif flow.surely[number] & mask != mask:
                told = f"{name} is read at {walk.nodes[number].id}, and not set on every way there"
                yield Problem("Q20", told, edge=place)
            elif not flow.may[number] & allowed:
                values = " or ".join(map(str, walk.graph.edges[place].when[name]))
                told = f"{name} is never {values} at {walk.nodes[number].id}"
                yield Problem("Q20", told, edge=place)


def _closed(walk: Walk, number: int) -> Iterator[Problem]:
    """Find a case in which no way is open."""
    told = None if walk.loose[number] else walk.flow.blocked(number, walk.onward[number])
    if told:
        yield Problem("Q20", f"no way is open at {walk.nodes[number].id} {told}", node=number)


def _shadowed(walk: Walk, number: int) -> Iterator[Problem]:
    """Find ways that are never gone, for one before them is open whenever they are."""
    node, places = walk.nodes[number], walk.onward[number]
    if len(places) < 2 or node.type is NodeType.CHOICE:
        return
    always = next((at for at, place in enumerate(places) if not walk.graph.edges[place].when), len(places))
    for place in places[always + 1 :]:
        first = walk.graph.edges[places[always]]
        told = f"is never gone: the way from {node.id} to {first.target} before it is always open"
        yield Problem("Q20", told, edge=place)
    if always > 1:
        for place in walk.flow.overtaken(number, places[:always]):
            yield Problem("Q20", f"is never gone: a way from {node.id} before it is open whenever it is", edge=place)
