"""Q20: conditions that read what nobody set, that never hold, or that leave the child without a way.

Sets of values are bits of one number, a bit a variable and value. What a variable may hold at a node is what any way
there leaves in it; what it surely holds something in is what every way there has set.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from toolbox_cli.content.quests.canonical import sorted_values
from toolbox_cli.content.quests.checks.components import postorder
from toolbox_cli.content.quests.checks.walk import Problem, Walk
from toolbox_cli.content.quests.graph import Edge, NodeType, Value

MOST_CASES = 4096
"""More combinations of values than these are not tried."""


def variables(walk: Walk) -> Iterator[Problem]:
    if walk.start is None:
        return
    if any(edge.when for edge in walk.graph.edges):
        flow = _Flow(walk)
        for number in walk.steps:
            if any(place in flow.needs for place in walk.onward[number]):
                yield from _conditions(walk, flow, number)
                yield from _uncovered(walk, flow, number)
    for number in walk.steps:
        yield from _shadowed(walk, number)


class _Flow:
    """Which values variables may have where.

    Attributes:
        may: to each node the bits that its variables may have when it is left.
        surely: to each node the variables, as all of their bits, that have been set on every way.
        mask: to each variable its bits.
        needs: to each edge with a condition its variables, the bits of each, and those of them that it needs.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self.values: dict[str, tuple[Value, ...]] = {}
        self._bits: dict[tuple[str, str, Value], int] = {}
        self.mask: dict[str, int] = {}
        self._number_values()
        self._sets = [self._assigned(node.set) for node in walk.nodes]
        self.needs: dict[int, list[tuple[str, int, int]]] = {}
        self._links = [[self._link(place) for place in places] for places in walk.onward]
        self.may: dict[int, int] = {}
        self.surely: dict[int, int] = {}
        self._settle()

    def _number_values(self) -> None:
        given: dict[str, list[Value]] = {}
        assignments = [node.set for node in self._walk.nodes] + [edge.set for edge in self._walk.graph.edges]
        for name, value in (pair for assigned in assignments for pair in assigned.items()):
            given.setdefault(name, []).append(value)
        for name, values in given.items():
            self.values[name] = sorted_values(values)
            for value in self.values[name]:
                bit = 1 << len(self._bits)
                self._bits[name, type(value).__name__, value] = bit
                self.mask[name] = self.mask.get(name, 0) | bit

    def bit(self, name: str, value: Value) -> int:
        return self._bits.get((name, type(value).__name__, value), 0)

    def held(self, number: int, name: str) -> list[Value]:
        """Give the values that a variable may have when a node is left."""
        return [value for value in self.values.get(name, ()) if self.may[number] & self.bit(name, value)]

    def _allowed(self, name: str, values: Sequence[Value]) -> int:
        return sum({self.bit(name, value) for value in values})

    def _assigned(self, given: Mapping[str, Value]) -> tuple[int, int]:
        """Give the bits that an assignment takes away, and those that it puts in their place."""
        gone = new = 0
        for name, value in given.items():
            gone |= self.mask[name]
            new |= self.bit(name, value)
        return gone, new

    def _settle(self) -> None:
        """Let values flow along the ways until nothing changes any more."""
        start = self._walk.start or 0
        order = postorder(start, self._walk.out)[::-1]
        arriving: dict[int, tuple[int, int]] = {start: (0, 0)}
        waiting = True
        while waiting:
            waiting = False
            for number in order:
                if number not in arriving:
                    continue
                gone, new = self._sets[number]
                may, surely = arriving[number]
                left = (may & ~gone) | new, surely | gone
                if left == (self.may.get(number), self.surely.get(number)):
                    continue
                self.may[number], self.surely[number] = left
                waiting |= self._send(number, left, arriving)

    def _link(self, place: int) -> tuple[int, int, int, int]:
        """Give where an edge leads, the bits that pass its condition, and its assignment."""
        edge, target = self._walk.graph.edges[place], self._walk.target(place)
        if not edge.when and not edge.set:
            return target, -1, 0, 0
        passing = -1
        if edge.when:
            needs = [(name, self.mask.get(name, 0), self._allowed(name, edge.when[name])) for name in edge.when]
            self.needs[place] = needs
            for _, mask, allowed in needs:
                passing &= ~mask | allowed
        return target, passing, *self._assigned(edge.set)

    def _send(self, number: int, left: tuple[int, int], arriving: dict[int, tuple[int, int]]) -> bool:
        """Let what a node is left with arrive where its ways lead; tell whether that is anything new."""
        changed = False
        for target, passing, gone, new in self._links[number]:
            may, surely = (left[0] & passing & ~gone) | new, left[1] | gone
            before = arriving.get(target)
            if before is not None:
                may, surely = before[0] | may, before[1] & surely
            if target == self._walk.start:
                surely = 0
            if before != (may, surely):
                changed = True
                arriving[target] = may, surely
        return changed


def _conditions(walk: Walk, flow: _Flow, number: int) -> Iterator[Problem]:
    """Find conditions that read too early, and such as never hold."""
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


def _uncovered(walk: Walk, flow: _Flow, number: int) -> Iterator[Problem]:
    """Find a case in which no way is open."""
    if walk.loose[number] or not all(place in flow.needs for place in walk.onward[number]):
        return
    edges = walk.edges(number)
    names = sorted({name for edge in edges for name in edge.when})
    held = [flow.held(number, name) for name in names]
    if not all(held) or prod(map(len, held)) > MOST_CASES:
        return
    for case in product(*held):
        values = dict(zip(names, case, strict=True))
        if not any(_is_open(edge, values) for edge in edges):
            told = ", ".join(f"{name} is {value}" for name, value in values.items())
            yield Problem("Q20", f"no way is open at {walk.nodes[number].id} when {told}", node=number)
            return


def _is_open(edge: Edge, values: Mapping[str, Value]) -> bool:
    return all(
        any(value == one and type(value) is type(one) for one in wanted)
        for name, wanted in edge.when.items()
        for value in [values[name]]
    )


def _shadowed(walk: Walk, number: int) -> Iterator[Problem]:
    """Find ways that are never gone, for one before them is always open."""
    node, places = walk.nodes[number], walk.onward[number]
    if len(places) < 2 or node.type is NodeType.CHOICE:
        return
    unconditional = [at for at, place in enumerate(places) if not walk.graph.edges[place].when]
    if unconditional:
        first = walk.graph.edges[places[unconditional[0]]]
        for place in places[unconditional[0] + 1 :]:
            told = f"is never gone: the way from {node.id} to {first.target} before it is always open"
            yield Problem("Q20", told, edge=place)
