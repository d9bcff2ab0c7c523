"""Which values the variables of a story may have where, and whether a way is always open there.

Sets of values are bits of one number, a bit a variable and value. What a variable may hold at a node is what any way
there leaves in it; what it surely holds something in is what every way there has set. Variables are followed one by
one: that two of them always change together is not known.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from toolbox_cli.content.quests.canonical import sorted_values
from toolbox_cli.content.quests.checks.components import postorder
from toolbox_cli.content.quests.graph import NodeType, Value

if TYPE_CHECKING:
    from toolbox_cli.content.quests.checks.walk import Walk

MOST_CASES: Final = 4096
"""More parts than these, into which conditions cut what is possible, are not looked at."""

Need = tuple[str, int, int]
"""A variable, its bits, and those of them that a condition needs."""
Case = Mapping[str, int]
"""Bits of each variable that conditions ask for."""


class TooMany(Exception):  # noqa: N818  an answer: it can't be told
    """There are more cases than are looked at."""


class Flow:
    """Which values variables may have where.

    Attributes:
        values: of each variable, all that it is ever set to.
        may: to each node the bits that its variables may have when it is left.
        surely: to each node the variables, as all of their bits, that have been set on every way.
        mask: to each variable its bits.
        needs: to each edge with a condition what it needs.
    """

    def __init__(self, walk: "Walk") -> None:
        self._walk = walk
        self.values: dict[str, tuple[Value, ...]] = {}
        self._bits: dict[tuple[str, str, Value], int] = {}
        self.mask: dict[str, int] = {}
        self._number_values()
        self._sets = [self._assigned(node.set) for node in walk.nodes]
        self.needs: dict[int, Sequence[Need]] = {}
        self._links = [[*self._linked(number)] for number in range(len(walk.nodes))]
        self.may: dict[int, int] = {}
        self.surely: dict[int, int] = {}
        if self.needs:
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

    def _assigned(self, given: Mapping[str, Value]) -> tuple[int, int]:
        """Give the bits that an assignment takes away, and those that it puts in their place."""
        gone = new = 0
        for name, value in given.items():
            gone |= self.mask[name]
            new |= self.bit(name, value)
        return gone, new

    def _linked(self, number: int) -> Iterator[tuple[int, int, int, int]]:
        """Give where each edge of a node leads, the bits with which it is gone, and its assignment.

        Where the first open way is gone, those behind it are gone with what it does not take.
        """
        is_choice = self._walk.nodes[number].type is NodeType.CHOICE
        left = -1
        for place in self._walk.onward[number]:
            edge, passing = self._walk.graph.edges[place], left
            for need in self._needed(place, edge.when) if edge.when else ():
                passing &= ~need[1] | need[2]
            yield self._walk.target(place), passing, *self._assigned(edge.set)
            if len(edge.when) == 1 and not is_choice:
                left &= ~self.needs[place][0][2]

    def _needed(self, place: int, when: Mapping[str, Sequence[Value]]) -> Sequence[Need]:
        self.needs[place] = [
            (name, self.mask.get(name, 0), sum({self.bit(name, value) for value in values}))
            for name, values in when.items()
        ]
        return self.needs[place]

    def _settle(self) -> None:
        """Let values flow along the ways, over and over from the start, through what changed, until nothing does."""
        start = self._walk.start or 0
        order = postorder(start, self._walk.out)[::-1]
        ranks = {number: rank for rank, number in enumerate(order)}
        arriving: dict[int, tuple[int, int]] = {start: (0, 0)}
        changed = {0}
        while changed:
            now, changed = sorted(changed), set()
            waiting, queued = now, {*now}
            while waiting:
                rank = heappop(waiting)
                for target in self._pass(order[rank], arriving):
                    other = ranks[target]
                    if other <= rank:
                        changed.add(other)
                    elif other not in queued:
                        queued.add(other)
                        heappush(waiting, other)

    def _pass(self, number: int, arriving: dict[int, tuple[int, int]]) -> Iterator[int]:
        """Let what a node is left with arrive where its ways lead; give where that is anything new."""
        gone, new = self._sets[number]
        may, surely = arriving[number]
        left = (may & ~gone) | new, surely | gone
        if left != (self.may.get(number), self.surely.get(number)):
            self.may[number], self.surely[number] = left
            yield from self._send(number, left, arriving)

    def _send(self, number: int, left: tuple[int, int], arriving: dict[int, tuple[int, int]]) -> Iterator[int]:
        for target, passing, gone, new in self._links[number]:
            may, surely = (left[0] & passing & ~gone) | new, left[1] | gone
            before = arriving.get(target)
            if before is not None:
                may, surely = before[0] | may, before[1] & surely
            if target == self._walk.start:
                surely = 0
            if before != (may, surely):
                arriving[target] = may, surely
                yield target

    def blocked(self, number: int, places: Sequence[int]) -> str | None:
        """Say when none of some ways of a node is open; None where one always is, or what they ask for is not set."""
        if not all(place in self.needs for place in places):
            return None
        needs = [self.needs[place] for place in places]
        case = {name: self.may[number] & mask for name, mask, _ in sorted(need for each in needs for need in each)}
        if not all(case.values()):
            return None
        try:
            found = uncovered(case, needs)
        except TooMany:
            return "for sure, with so many conditions"
        return None if found is None else f"when {self._told(found)}"

    def overtaken(self, number: int, places: Sequence[int]) -> list[int]:
        """Give those of some ways of a node, all with conditions, that are open only where one before them is."""
        found: list[int] = []
        needs = [self.needs[place] for place in places]
        for at, place in enumerate(places[1:], 1):
            case = {name: self.may[number] & mask for each in needs[:at] for name, mask, _ in each}
            case |= {name: self.may[number] & allowed for name, _, allowed in needs[at]}
            if all(case.values()):
                with suppress(TooMany):
                    found += [place] if uncovered(case, needs[:at]) is None else []
        return found

    def _told(self, case: Case) -> str:
        firsts = {
            name: next(value for value in self.values[name] if bits & self.bit(name, value))
            for name, bits in case.items()
        }
        return ", ".join(f"{name} is {value}" for name, value in firsts.items())


def uncovered(case: Case, needs: Sequence[Sequence[Need]]) -> Case | None:
    """Give a part of a case in which no condition holds; None where there is none.

    Each condition cuts off, variable by variable, what it does not hold for; that is left to those behind it.

    Raises:
        TooMany: there are too many parts.
    """
    waiting = [(case, 0)]
    for _ in range(MOST_CASES):
        if not waiting:
            return None
        rest, at = waiting.pop()
        if at == len(needs):
            return rest
        for name, _, allowed in needs[at]:
            if outside := rest[name] & ~allowed:
                waiting.append(({**rest, name: outside}, at + 1))
            if not rest[name] & allowed:
                break
            rest = {**rest, name: rest[name] & allowed}
    raise TooMany
