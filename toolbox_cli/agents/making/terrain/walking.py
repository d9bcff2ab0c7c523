"""Where people can walk: from cell to cell by the four sides, by a small step up or down, and not under water."""

from collections import deque
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush

from toolbox_cli.agents.making.records import Cell, Terrain

Heights = Sequence[Sequence[int]]


def beside(cell: Cell, cells: int) -> Iterator[Cell]:
    """Give the cells by the four sides of one."""
    x, z = cell
    if x > 0:
        yield x - 1, z
    if x + 1 < cells:
        yield x + 1, z
    if z > 0:
        yield x, z - 1
    if z + 1 < cells:
        yield x, z + 1


def reached(terrain: Terrain) -> set[Cell]:
    """Give all cells that can be reached on foot from the spawn."""
    heights, water = terrain.heights, terrain.water_studs
    found, ahead = {terrain.spawn}, deque([terrain.spawn])
    while ahead:
        cell = ahead.popleft()
        height = heights[cell[1]][cell[0]]
        for near in beside(cell, len(heights)):
            other = heights[near[1]][near[0]]
            dry = water is None or other > water
            if near not in found and dry and abs(other - height) <= terrain.step_studs:
                found.add(near)
                ahead.append(near)
    return found


def route(
    heights: Heights, start: Cell, goal: Cell, shut: set[Cell], walked: set[Cell], water: int | None
) -> list[Cell]:
    """Find a way that climbs little, stays dry where it can, and keeps to ways that exist.

    Args:
        heights: of the land.
        start: where it begins.
        goal: where it ends.
        shut: cells that it may not use.
        walked: cells of ways that exist.
        water: height of the water's surface.

    Returns:
        Its cells, both ends among them.
    """
    cells = len(heights)
    costs, came = {start: 0}, {start: start}
    ahead = [(_apart(start, goal), start)]
    while ahead:
        _, cell = heappop(ahead)
        if cell == goal:
            break
        here = heights[cell[1]][cell[0]]
        for near in beside(cell, cells):
            if near in shut:
                continue
            there = heights[near[1]][near[0]]
            wet = water is not None and there <= water
            cost = costs[cell] + (1 if near in walked else 3 + 2 * abs(there - here) + 12 * wet)
            if near not in costs or cost < costs[near]:
                costs[near], came[near] = cost, cell
                heappush(ahead, (cost + _apart(near, goal), near))
    way = [goal]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def _apart(one: Cell, other: Cell) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def graded(first: dict[Cell, int], pads: Sequence[Sequence[Cell]], step: int, cells: int) -> dict[Cell, int]:
    """Lower cells until no two beside each other differ by more than a step.

    Each becomes the least of what it was and of what any other allows: its height and a step for each cell between.
    So no height is less than the least that was given, and ways stay above water.

    Args:
        first: heights of the ways' cells.
        pads: cells that have one height together, each cell in one of them at most.
        step: in studs.
        cells: along a side of the land.

    Returns:
        The new heights of the same cells.
    """
    pad_of = {cell: number for number, pad in enumerate(pads) for cell in pad}
    height = dict(first)
    for pad in pads:
        least = min(first[cell] for cell in pad)
        height.update(dict.fromkeys(pad, least))
    ahead = [(value, cell) for cell, value in height.items()]
    heapify(ahead)
    while ahead:
        value, cell = heappop(ahead)
        if value > height[cell]:
            continue
        same = pads[pad_of[cell]] if cell in pad_of else ()
        for near, most in (*((one, value) for one in same), *((one, value + step) for one in beside(cell, cells))):
            if near in height and height[near] > most:
                height[near] = most
                heappush(ahead, (most, near))
    return height
