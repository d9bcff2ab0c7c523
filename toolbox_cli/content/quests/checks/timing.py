"""Q21 and Q22: what is revealed too early, and what is too long."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from toolbox_cli.content.quests.checks.components import dominators
from toolbox_cli.content.quests.checks.walk import Problem, Walk
from toolbox_cli.content.quests.graph import Node, NodeType


class Band(NamedTuple):
    """What children of an age can do in one sitting.

    Attributes:
        youngest: in years.
        words_per_minute: how fast they read for themselves.
        minutes: longest way through a quest.
        nodes: the same in nodes.
    """

    youngest: int
    words_per_minute: int
    minutes: int
    nodes: int


BANDS: Final = (
    Band(0, 60, 10, 20),
    Band(7, 90, 20, 30),
    Band(10, 130, 30, 45),
    Band(13, 180, 40, 60),
    Band(16, 200, 60, 80),
)


def band_of(age: int | None) -> Band:
    """Give the band of an age in years; the oldest where it is not known."""
    return BANDS[-1] if age is None else [band for band in BANDS if band.youngest <= age][-1]


def reveals(walk: Walk) -> Iterator[Problem]:
    """Find what is revealed where, or when, it should not be."""
    timed = [number for number in walk.numbers.values() if _is_timed(walk.nodes[number])]
    if not timed:
        return
    above = _Above(walk) if any(walk.nodes[number].reveal_requires for number in timed) or len(timed) > 1 else None
    for number in timed:
        node = walk.nodes[number]
        if number not in walk.steps:
            if node.type is NodeType.REVEAL and not walk.is_cut:
                yield Problem("Q21", f"nothing leads from the start to the reveal {node.id}", node=number)
            continue
        for name in node.reveal_requires:
            required = walk.numbers.get(name)
            if required is None:
                yield Problem("Q21", f"{node.id} requires {name}, which is not there", node=number)
            elif above is None or required == number or not above.passes(number, required):
                yield Problem("Q21", f"a way from the start to {node.id} leaves out {name}", node=number)
        yield from _after(walk, number, above)


def _is_timed(node: Node) -> bool:
    return node.type is NodeType.REVEAL or node.reveal_after is not None or bool(node.reveal_requires)


def _after(walk: Walk, number: int, above: "_Above | None") -> Iterator[Problem]:
    node = walk.nodes[number]
    if node.reveal_after is None:
        return
    if node.reveal_after < 0:
        yield Problem("Q21", f"{node.id} is revealed after {node.reveal_after} steps", node=number)
        return
    if walk.steps[number] < node.reveal_after:
        told = f"{node.id} can be reached after {walk.steps[number]} steps, before {node.reveal_after}"
        yield Problem("Q21", told, node=number)
    before = above.reveal_before(number) if above else None
    if before is not None and before.reveal_after is not None and before.reveal_after > node.reveal_after:
        told = f"{node.id} is revealed after {node.reveal_after} steps, and {before.id} before it after more"
        yield Problem("Q21", told, node=number)


class _Above:
    """What every way to a node passes."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._found = dominators(walk.start or 0, walk.out, walk.back)
        self._first, self._last = self._numbered()

    def _numbered(self) -> tuple[Mapping[int, int], Mapping[int, int]]:
        """Number the tree of dominators, so that what lies below a node has numbers between its two."""
        below: dict[int, list[int]] = {}
        for number, nearest in self._found.items():
            if number != nearest:
                below.setdefault(nearest, []).append(number)
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        work = [(self._walk.start or 0, False)]
        while work:
            number, is_done = work.pop()
            if is_done:
                last[number] = len(first)
                continue
            first[number] = len(first)
            work.append((number, True))
            work += [(other, False) for other in below.get(number, ())]
        return first, last

    def passes(self, number: int, required: int) -> bool:
        """Tell whether every way to a node passes another one."""
        if required not in self._first:
            return False
        return self._first[required] <= self._first[number] < self._last[required]

    def reveal_before(self, number: int) -> Node | None:
        """Give the last node with `reveal_after` that every way passes before."""
        while self._found[number] != number:
            number = self._found[number]
            if (self._walk.nodes[number].reveal_after or -1) >= 0:
                return self._walk.nodes[number]
        return None


def length(walk: Walk, age: int | None) -> Iterator[Problem]:
    """Find whether the longest way through it is too long; a node that may be visited again counts as often."""
    band = band_of(age)
    minutes: dict[int, float] = {}
    nodes: dict[int, int] = {}
    for loop in walk.loops:
        inside = {*loop}
        onward = {other for number in loop for other in walk.out[number]} - inside
        times = {number: (walk.nodes[number].visits or 1) if len(loop) > 1 else 1 for number in loop}
        spent = sum(minutes_of(walk.nodes[number], band) * times[number] for number in loop)
        longest = spent + max((minutes[other] for other in onward), default=0.0)
        most = sum(times.values()) + max((nodes[other] for other in onward), default=0)
        for number in loop:
            minutes[number], nodes[number] = longest, most
    start = walk.start or 0
    if minutes[start] > band.minutes:
        told = f"the longest way takes {minutes[start]:.0f} minutes, and may take {band.minutes}"
        yield Problem("Q22", told, node=start)
    elif nodes[start] > band.nodes:
        told = f"the longest way has {nodes[start]} nodes, and may have {band.nodes}"
        yield Problem("Q22", told, node=start)


def minutes_of(node: Node, band: Band) -> float:
    """Say how long a node takes: as it says itself, or as its words take to read."""
    if node.minutes is not None:
        return node.minutes
    return (node.text.count(" ") + node.label.count(" ") + 2) / band.words_per_minute
