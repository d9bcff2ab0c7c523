"""Circles and dominators of a graph whose nodes are numbers; without recursion, for stories can be long."""

from collections.abc import Mapping, Sequence


def components(start: int, ways: Sequence[Sequence[int]]) -> list[list[int]]:
    """Give the strongly connected components that are reached, those first that lie behind.

    Source: R. Tarjan, Depth-first search and linear graph algorithms, 1972.
    """
    index: dict[int, int] = {start: 0}
    low = {start: 0}
    stack, on_stack = [start], {start}
    found: list[list[int]] = []
    work = [(start, iter(ways[start]))]
    while work:
        number, rest = work[-1]
        for other in rest:
            if other not in index:
                index[other] = low[other] = len(index)
                stack.append(other)
                on_stack.add(other)
                work.append((other, iter(ways[other])))
                break
            if other in on_stack:
                low[number] = min(low[number], index[other])
        else:
            work.pop()
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[number])
            if low[number] == index[number]:
                found.append(_popped(stack, on_stack, number))
    return found


def _popped(stack: list[int], on_stack: set[int], until: int) -> list[int]:
    made = []
    while True:
        number = stack.pop()
        on_stack.discard(number)
        made.append(number)
        if number == until:
            return made


def has_circle(among: Sequence[int], ways: Sequence[Sequence[int]]) -> bool:
    """Tell whether one can walk in a circle among some nodes."""
    inside = {*among}
    waiting_for = dict.fromkeys(among, 0)
    for number in among:
        for other in ways[number]:
            if other in inside:
                waiting_for[other] += 1
    free = [number for number, count in waiting_for.items() if not count]
    for number in free:
        for other in ways[number]:
            if other in inside:
                waiting_for[other] -= 1
                if not waiting_for[other]:
                    free.append(other)
    return len(free) < len(inside)


def postorder(start: int, ways: Sequence[Sequence[int]]) -> list[int]:
    """Give what is reached, each behind what it leads to first."""
    found: list[int] = []
    seen = {start}
    work = [(start, iter(ways[start]))]
    while work:
        number, rest = work[-1]
        for other in rest:
            if other not in seen:
                seen.add(other)
                work.append((other, iter(ways[other])))
                break
        else:
            work.pop()
            found.append(number)
    return found


def dominators(start: int, ways: Sequence[Sequence[int]], back: Sequence[Sequence[int]]) -> dict[int, int]:
    """Give to each node that is reached the last one that every way from the start to it passes; the start has itself.

    Source: K. Cooper, T. Harvey, K. Kennedy, A simple, fast dominance algorithm, 2001.
    """
    order = postorder(start, ways)
    rank = {number: place for place, number in enumerate(order)}
    found = {start: start}
    changed = True
    while changed:
        changed = False
        for number in reversed(order[:-1]):
            known = [other for other in back[number] if other in found]
            nearest = known[0]
            for other in known[1:]:
                nearest = _meet(nearest, other, found, rank)
            if found.get(number) != nearest:
                found[number] = nearest
                changed = True
    return found


def _meet(one: int, other: int, found: Mapping[int, int], rank: Mapping[int, int]) -> int:
    while one != other:
        while rank[one] < rank[other]:
            one = found[one]
        while rank[other] < rank[one]:
            other = found[other]
    return one
