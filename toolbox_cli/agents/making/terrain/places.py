"""Where the spawn, the checkpoints and the caves stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.agents.making.records import Cell
from toolbox_cli.core.chance import Chance

MARGIN: Final = 7
"""Cells along the edge of the land on which nothing stands."""
SPAWN_RADIUS: Final = 3
CHECKPOINT_RADIUS: Final = 1
CAVE_RADIUS: Final = 5
"""Of the knoll that a tunnel leads through."""
TUNNEL: Final = 7
"""Cells from a cave's middle to each of its mouths."""
_APART: Final = 7
"""Cells between two places at least: their pads must not touch."""
_TRIED: Final = 300


@dataclass(frozen=True)
class Site:
    """A cave's place; its tunnel lies along x or along z."""

    middle: Cell
    along_x: bool

    @property
    def line(self) -> list[Cell]:
        """The cells along the tunnel, from mouth to mouth."""
        x, z = self.middle
        steps = range(-TUNNEL, TUNNEL + 1)
        return [(x + step, z) if self.along_x else (x, z + step) for step in steps]

    @property
    def mouths(self) -> tuple[Cell, Cell]:
        line = self.line
        return line[0], line[-1]

    @property
    def knoll(self) -> dict[Cell, int]:
        """The knoll's cells, each with the square of its distance from the middle."""
        return dict(within(self.middle, CAVE_RADIUS))


def within(middle: Cell, radius: int) -> Iterator[tuple[Cell, int]]:
    """Give the cells around one, each with the square of its distance."""
    x, z = middle
    for dz in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if (square := dx * dx + dz * dz) <= radius * radius:
                yield (x + dx, z + dz), square


def cave_site(cells: int, spawn: Cell, chance: Chance) -> Site:
    """Choose where a cave is: away from the spawn and from the edge."""
    edge = MARGIN + TUNNEL + 1
    tried = [(chance.between(edge, cells - 1 - edge), chance.between(edge, cells - 1 - edge)) for _ in range(24)]
    tried += [(x, z) for x in (edge, cells - 1 - edge) for z in (edge, cells - 1 - edge)]
    middle = max(tried, key=lambda cell: min(_square(cell, spawn), 14 * 14))
    return Site(middle, chance.happens(0.5))


def spawn_place(heights: Sequence[Sequence[int]], water: int | None, island: Cell | None) -> Cell:
    """Choose the spawn: in the middle of the land, or on its first island; the nearest dry and level place."""
    cells = len(heights)
    middle = island or (cells // 2, cells // 2)
    inner = range(MARGIN, cells - MARGIN)

    def far(cell: Cell) -> tuple[int, int, Cell]:
        x, z = cell
        wet = water is not None and heights[z][x] <= water
        return _square(cell, middle) + 40 * _steepness(heights, cell) + 4000 * wet, 0, cell

    return min(((x, z) for z in inner for x in inner), key=far)


def checkpoint_places(
    heights: Sequence[Sequence[int]], water: int | None, spawn: Cell, number: int, taken: Sequence[Site], chance: Chance
) -> list[Cell]:
    """Choose checkpoints that lie apart, and put them in the order of a walk.

    Args:
        heights: of the land.
        water: height of the water's surface.
        spawn: where the walk begins.
        number: of checkpoints.
        taken: caves that are to stay free.
        chance: decides among places.
    """
    cells = len(heights)
    tried = [
        (chance.between(MARGIN, cells - 1 - MARGIN), chance.between(MARGIN, cells - 1 - MARGIN)) for _ in range(_TRIED)
    ]
    free = [cell for cell in dict.fromkeys(tried) if all(_square(cell, site.middle) >= 100 for site in taken)]
    dry = [cell for cell in free if water is None or heights[cell[1]][cell[0]] > water + 1]
    level = [cell for cell in dry if _steepness(heights, cell) <= 6]
    for among in (level, dry, free):
        for apart in range(cells // 4, _APART - 1, -1):
            found = _spaced([spawn], among, number, apart * apart)
            if len(found) == number:
                return _walk(spawn, found)
    return _walk(spawn, _grid(cells, spawn, number, taken))


def _grid(cells: int, spawn: Cell, number: int, taken: Sequence[Site]) -> list[Cell]:
    """Give places in rows where chance has found too few."""
    steps = range(MARGIN, cells - MARGIN, _APART + 1)
    all_of_them = [(x, z) for z in steps for x in steps if all(_square((x, z), site.middle) >= 100 for site in taken)]
    return _spaced([spawn], all_of_them, number, _APART * _APART)


def _spaced(held: list[Cell], among: Sequence[Cell], number: int, square: int) -> list[Cell]:
    found: list[Cell] = []
    for cell in among:
        if len(found) == number:
            break
        if all(_square(cell, other) >= square for other in (*held, *found)):
            found.append(cell)
    return found


def _walk(start: Cell, places: Sequence[Cell]) -> list[Cell]:
    """Go to the nearest place each time."""
    left, here, way = list(places), start, []
    while left:
        here = min(left, key=lambda cell: (_square(cell, here), cell))
        left.remove(here)
        way.append(here)
    return way


def _steepness(heights: Sequence[Sequence[int]], cell: Cell) -> int:
    x, z = cell
    near = [heights[z + dz][x + dx] for dz in (-1, 0, 1) for dx in (-1, 0, 1)]
    return max(near) - min(near)


def _square(one: Cell, other: Cell) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
