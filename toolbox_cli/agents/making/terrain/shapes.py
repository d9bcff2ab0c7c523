"""Land before people walk on it: one shape a kind of place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.agents.making.library import Shape
from toolbox_cli.agents.making.terrain.noise import Noise, smooth
from toolbox_cli.core.chance import Chance

Heights = list[list[int]]
"""In whole studs, rows from north to south, each from west to east."""
WATER_STUDS: Final = 8
"""Height of the water's surface where there is water."""
LOWEST_STUDS: Final = 3
HIGHEST_STUDS: Final = 96
"""Of the shapes; with the knoll of a cave it stays below 128."""


@dataclass(frozen=True)
class Ground:
    """What a shape is made from.

    Attributes:
        cells: along a side.
        amount: of hills, islands or craters.
        rise: of the highest of them, in studs.
    """

    cells: int
    amount: int
    rise: int
    water: bool
    noise: Noise
    chance: Chance


@dataclass(frozen=True)
class Bump:
    """A round hill; `height` below zero makes a hollow."""

    x: float
    z: float
    radius: float
    height: float

    def at(self, x: float, z: float) -> float:
        far = ((x - self.x) ** 2 + (z - self.z) ** 2) / (self.radius * self.radius)
        return self.height * (1.0 - far) * (1.0 - far) if far < 1.0 else 0.0


_Field = Callable[[float, float], float]


def shaped(shape: Shape, ground: Ground) -> Heights:
    """Give the heights of a shape."""
    field = _FIELDS[shape](ground)
    cells = range(ground.cells)
    return [[_held(field(x + 0.5, z + 0.5)) for x in cells] for z in cells]


def _held(height: float) -> int:
    return min(HIGHEST_STUDS, max(LOWEST_STUDS, int(height + 0.5)))


def _rough(ground: Ground, strength: float, wide: float = 18.0) -> _Field:
    return lambda x, z: strength * ground.noise.fractal(x / wide, z / wide)


def _bumps(ground: Ground, low: float, high: float) -> list[Bump]:
    """Scatter hills; each is as high as its radius allows a walk around it."""
    chance, cells = ground.chance, ground.cells
    made = []
    for _ in range(ground.amount):
        radius = low + (high - low) * chance.unit()
        x, z = (0.12 * cells + 0.76 * cells * chance.unit() for _ in range(2))
        made.append(Bump(x, z, radius, ground.rise * (0.45 + 0.55 * chance.unit())))
    return made


def _course(ground: Ground) -> Callable[[float], float]:
    """Give a river's way from west to east: its row for each column."""
    middle, swing = 0.5 * ground.cells, 0.12 * ground.cells
    shift = 100.0 * ground.chance.unit()
    return lambda x: middle + 3.0 * swing * ground.noise.at(x / (0.35 * ground.cells) + shift, 0.5)


def _plain(ground: Ground) -> _Field:
    rough = _rough(ground, 2.0)
    return lambda x, z: 12.0 + rough(x, z)


def _hills(ground: Ground) -> _Field:
    bumps, rough, course = _bumps(ground, 7.0, 0.16 * ground.cells), _rough(ground, 5.0), _course(ground)

    def field(x: float, z: float) -> float:
        height = 13.0 + rough(x, z) + max((bump.at(x, z) for bump in bumps), default=0.0)
        return _carved(height, abs(z - course(x)), 2.0, 7.0) if ground.water else height

    return field


def _carved(height: float, away: float, bed: float, banks: float) -> float:
    """Cut a river into the land.

    Args:
        height: without it.
        away: cells from its middle.
        bed: half its width.
        banks: where the land is as it was.
    """
    return LOWEST_STUDS + 1.0 + (height - LOWEST_STUDS - 1.0) * smooth((away - bed) / (banks - bed))


def _valley(ground: Ground) -> _Field:
    course, rough = _course(ground), _rough(ground, 4.0)

    def field(x: float, z: float) -> float:
        away = abs(z - course(x))
        height = 12.0 + ground.rise * smooth((away - 8.0) / (0.42 * ground.cells)) + rough(x, z)
        return _carved(height, away, 2.0, 6.0) if ground.water else height

    return field


def _canyon(ground: Ground) -> _Field:
    course, rough = _course(ground), _rough(ground, 3.0)
    floor = 0.14 * ground.cells

    def field(x: float, z: float) -> float:
        away = abs(z - course(x))
        ledges = smooth((away - floor) / 4.0) + smooth((away - 1.7 * floor) / 4.0)
        height = 12.0 + 0.6 * ground.rise * ledges + rough(x, z)
        return _carved(height, away, 1.5, 4.5) if ground.water else height

    return field


def _mountain(ground: Ground) -> _Field:
    cells = ground.cells
    peak = Bump(0.5 * cells, 0.45 * cells, 0.45 * cells, 1.7 * ground.rise)
    bumps, rough = _bumps(ground, 6.0, 12.0), _rough(ground, 5.0)

    def field(x: float, z: float) -> float:
        return 12.0 + peak.at(x, z) + 0.4 * max((bump.at(x, z) for bump in bumps), default=0.0) + rough(x, z)

    return field


def _craters(ground: Ground) -> _Field:
    rough = _rough(ground, 4.0)
    rings = [(bump, Bump(bump.x, bump.z, 0.8 * bump.radius, -1.3 * bump.height)) for bump in _bumps(ground, 6.0, 13.0)]

    def field(x: float, z: float) -> float:
        return 20.0 + rough(x, z) + sum(0.5 * (rim.at(x, z) + hollow.at(x, z)) for rim, hollow in rings)

    return field


def _coast(ground: Ground) -> _Field:
    bumps, rough = _bumps(ground, 7.0, 14.0), _rough(ground, 4.0)
    cells = ground.cells

    def field(x: float, z: float) -> float:
        inland = smooth((z / cells - 0.18 + 0.1 * ground.noise.at(x / 21.0, 0.3)) / 0.4)
        hills = 0.6 * inland * max((bump.at(x, z) for bump in bumps), default=0.0)
        return LOWEST_STUDS + 13.0 * inland + hills + rough(x, z) * inland

    return field


def _island(ground: Ground) -> _Field:
    bumps, rough = _bumps(ground, 7.0, 14.0), _rough(ground, 4.0)
    middle, reach = 0.5 * ground.cells, 0.46 * ground.cells

    def field(x: float, z: float) -> float:
        away = ((x - middle) ** 2 + (z - middle) ** 2) / (reach * reach)
        inland = smooth(1.35 * (1.0 - away) + 0.3 * ground.noise.at(x / 15.0, z / 15.0))
        hills = 0.7 * inland * max((bump.at(x, z) for bump in bumps), default=0.0)
        return LOWEST_STUDS + 11.0 * inland + hills + rough(x, z) * inland

    return field


def islands(ground: Ground) -> list[tuple[float, float]]:
    """Give the middles of an archipelago's islands: one in the centre, the others around it."""
    cells, corners = ground.cells, _RING[: max(1, ground.amount - 1)]
    return [
        (0.5 * cells, 0.5 * cells),
        *((0.5 * cells + 0.33 * cells * x, 0.5 * cells + 0.33 * cells * z) for x, z in corners),
    ]


_RING: Final = (
    (1.0, 0.1),
    (-1.0, -0.1),
    (-0.1, 1.0),
    (0.1, -1.0),
    (0.8, 0.85),
    (-0.85, -0.8),
    (0.85, -0.8),
    (-0.8, 0.85),
)


def _archipelago(ground: Ground) -> _Field:
    wide = ground.cells * (0.17 if ground.amount > 5 else 0.2)
    lands = [Bump(x, z, wide * (0.85 + 0.3 * ground.chance.unit()), 1.0) for x, z in islands(ground)]
    rough = _rough(ground, 3.0, 12.0)

    def field(x: float, z: float) -> float:
        land = max(one.at(x, z) for one in lands)
        inland = smooth(2.2 * land)
        return LOWEST_STUDS + 9.0 * inland + 0.5 * ground.rise * land * land + rough(x, z) * inland

    return field


_FIELDS: Final[Mapping[Shape, Callable[[Ground], _Field]]] = {
    "plain": _plain, "hills": _hills, "valley": _valley, "canyon": _canyon, "mountain": _mountain,
    "craters": _craters, "coast": _coast, "island": _island, "archipelago": _archipelago,
}  # fmt: skip


def relief(heights: Sequence[Sequence[int]]) -> int:
    """Give the difference of the highest place and the lowest, in studs."""
    return max(map(max, heights)) - min(map(min, heights))
