"""Make the land of a lesson, so that every place can be reached on foot."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from math import radians, tan
from typing import Final

from toolbox_cli.agents.making.library import Library, Place
from toolbox_cli.agents.making.records import (
    Activity,
    Cave,
    Cell,
    Layer,
    LessonPlan,
    Level,
    Material,
    Request,
    Sign,
    Terrain,
    TerrainSize,
)
from toolbox_cli.agents.making.terrain.building import builder
from toolbox_cli.agents.making.terrain.noise import Noise
from toolbox_cli.agents.making.terrain.places import (
    CAVE_RADIUS,
    CHECKPOINT_RADIUS,
    SPAWN_RADIUS,
    Site,
    cave_site,
    checkpoint_places,
    spawn_place,
    within,
)
from toolbox_cli.agents.making.terrain.shapes import WATER_STUDS, Ground, Heights, islands, relief, shaped
from toolbox_cli.agents.making.terrain.walking import beside, graded, route
from toolbox_cli.content.reference.studio import Land, Scale, Variable
from toolbox_cli.core.chance import Chance

CELLS: Final[Mapping[TerrainSize, int]] = {"small": 64, "medium": 96, "large": 128}
_SCALES: Final[dict[Level, Scale]] = {"easy": "BEGINNER", "medium": "INTERMEDIATE", "hard": "ADVANCED"}
_RISE: Final = {"easy": 18, "medium": 28, "hard": 38}
_DRY: Final = 2
"""Studs by which ways lie above the water at least."""
_BANKS: Final = 4
"""Cells beside a way that lead gently down or up to the land around."""
_CAVE_STUDS: Final = 8
"""Height and width of a tunnel."""
_LONGEST_SIGN: Final = 600
_SHAPES: Final = {"archipelago": "islands", "coast": "beach"}
"""What people call a shape, where that differs."""
_PATHS: Final[tuple[Material, ...]] = ("Ground", "Cobblestone", "Pavement", "WoodPlanks")


def make_terrain(request: Request, plan: LessonPlan, library: Library) -> Terrain:
    """Make the land for a lesson's plan."""
    place = library.places[plan.environment]
    template = library.templates["quiet-archipelago" if place.shape == "archipelago" else "rolling-hills"]
    land = template.base_structure
    if not isinstance(land, Land):
        raise TypeError("the template of a terrain has no land")
    key = ("terrain", plan.environment, plan.terrain_size, plan.difficulty, len(plan.activities), request.seed)
    amount = _amount(template.variable_definitions, (template.difficulty_scales or {}).get(_SCALES[plan.difficulty]))
    ground = Ground(CELLS[plan.terrain_size], amount, _RISE[plan.difficulty], place.water, Noise(*key), Chance(*key))
    step = int(tan(radians(land.steepest_walk_degrees)) * land.resolution_studs)
    return _Making(place, ground, step, len(plan.activities)).terrain(plan)


def _amount(variables: Mapping[str, Variable] | None, scale: Mapping[str, object] | None) -> int:
    """Give the number of hills or islands that the template has for a difficulty."""
    for name in ("hills", "islands"):
        if variables is not None and name in variables:
            return int(str((scale or {}).get(name, variables[name].default)))
    return 5


class _Making:
    """Land on its way."""

    def __init__(self, place: Place, ground: Ground, step: int, number: int) -> None:
        self._place, self._ground, self._step = place, ground, step
        self._water = WATER_STUDS if place.water else None
        self._heights: Heights = shaped(place.shape, ground)
        first = islands(ground)[0] if place.shape == "archipelago" else None
        self._spawn = spawn_place(self._heights, self._water, first and (int(first[0]), int(first[1])))
        chance = ground.chance
        self._sites = [cave_site(ground.cells, self._spawn, chance)] if place.caves else []
        self._checkpoints = checkpoint_places(self._heights, self._water, self._spawn, number, self._sites, chance)
        self._path = self._ways()
        self._slope_banks()
        self._caves = [self._knoll(site) for site in self._sites]

    def terrain(self, plan: LessonPlan) -> Terrain:
        heights = tuple(map(tuple, self._heights))
        made = Terrain(
            name=f"{plan.title}: land"[:200],
            terrain_type=self._place.shape,
            biome=self._place.biome,
            size=plan.terrain_size,
            material=self._place.ground[1],
            heights=heights,
            water_studs=self._water,
            layers=_layers(self._place.ground, heights, self._water),
            path_material=next(one for one in _PATHS if one not in self._place.ground),
            step_studs=self._step,
            spawn=self._spawn,
            checkpoints=tuple(self._checkpoints),
            words=Sign(heading="Words of this lesson", text=_words(plan)),
            signs=tuple(_sign(one, self._place) for one in plan.activities),
            path=tuple(sorted(self._path)),
            caves=tuple(self._caves),
            features=self._features(),
            complexity=self._complexity(),
            script="",
        )
        return made.model_copy(update={"script": builder(made)})

    def _ways(self) -> set[Cell]:
        """Join all places by ways that can be walked, and shape the ground under them."""
        shut = {cell for site in self._sites for cell in (*site.knoll, *site.line[1:-1])}
        stops = [self._spawn, *self._checkpoints]
        pairs = [*zip(stops, stops[1:], strict=False)]
        for site in self._sites:
            pairs += [(min(stops, key=lambda stop: (_square(stop, mouth), stop)), mouth) for mouth in site.mouths]
        walked: set[Cell] = set()
        for start, goal in pairs:
            walked.update(route(self._heights, start, goal, shut, walked, self._water))
        wide = {near for cell in walked for near in beside(cell, self._ground.cells)} - shut
        pads = [
            [cell for cell, _ in within(self._spawn, SPAWN_RADIUS)],
            *([cell for cell, _ in within(one, CHECKPOINT_RADIUS)] for one in self._checkpoints),
            *(list(site.mouths) for site in self._sites),
        ]
        lane = walked | wide | {cell for pad in pads for cell in pad}
        least = 0 if self._water is None else self._water + _DRY
        first = {cell: max(least, self._heights[cell[1]][cell[0]]) for cell in lane}
        for (x, z), height in graded(first, pads, self._step, self._ground.cells).items():
            self._heights[z][x] = height
        return lane

    def _slope_banks(self) -> None:
        """Lead the land beside ways gently to their height."""
        ahead = deque((cell, 0, self._heights[cell[1]][cell[0]]) for cell in sorted(self._path))
        seen = set(self._path)
        while ahead:
            cell, away, height = ahead.popleft()
            if away == _BANKS:
                continue
            for near in beside(cell, self._ground.cells):
                if near not in seen:
                    seen.add(near)
                    x, z = near
                    most = self._step * (away + 1)
                    self._heights[z][x] = min(height + most, max(height - most, self._heights[z][x]))
                    ahead.append((near, away + 1, height))

    def _knoll(self, site: Site) -> Cave:
        """Raise a knoll over a tunnel whose mouths the ways have reached."""
        x, z = site.mouths[0]
        floor = self._heights[z][x]
        for (x, z), square in site.knoll.items():
            if (x, z) not in self._path:
                dome = 8 * (CAVE_RADIUS * CAVE_RADIUS - square) // (CAVE_RADIUS * CAVE_RADIUS)
                self._heights[z][x] = floor + _CAVE_STUDS + 5 + dome
        for x, z in site.line[1:-1]:
            if (x, z) not in site.knoll:
                self._heights[z][x] = floor
        radius = _CAVE_STUDS // 2
        return Cave(mouths=site.mouths, cells=tuple(site.line), floor_studs=floor, radius_studs=radius)

    def _features(self) -> tuple[str, ...]:
        """Name what this land really has."""
        wet = self._water is not None and any(height <= self._water for row in self._heights for height in row)
        there = {_SHAPES.get(self._place.shape, self._place.shape): True, "water": wet, "caves": bool(self._caves)}
        return (*(name for name, is_there in there.items() if is_there), "paths")

    def _complexity(self) -> int:
        """Score from 1 to 10: by relief, water, caves, size and number of hills."""
        size = self._ground.cells // 32 - 2
        score = 1 + relief(self._heights) // 16 + (self._water is not None) + 2 * len(self._caves) + size
        return max(1, min(10, score))


def _words(plan: LessonPlan) -> str:
    """Write the vocabulary, as much of it as one sign holds."""
    told = ""
    for one in plan.vocabulary:
        more = f"{told} {one.term}: {one.meaning}".strip()
        told = more if len(more) <= _LONGEST_SIGN else told
    return told or plan.vocabulary[0].term


def _sign(activity: Activity, place: Place) -> Sign:
    """Write what is done at a checkpoint, under the name of the spot where the activity says that it is done."""
    spot = next((one for one in place.spots if one in activity.text), None)
    heading = activity.name if spot is None else f"{spot[:1].upper()}{spot[1:]}: {activity.name}"
    return Sign(heading=heading[:100].rstrip(), text=activity.text)


def _layers(ground: Sequence[Material], heights: Iterable[Sequence[int]], water: int | None) -> tuple[Layer, ...]:
    """Part the land's height among its materials: the low one ends a little above the water."""
    rows = list(heights)
    low, high = min(map(min, rows)), max(map(max, rows))
    first = (water + 3) if water is not None else low + max(1, (high - low) // 6)
    second = max(first + 1, first + 2 * (high - first) // 3)
    tops = (first, second, max(second + 1, high))
    return tuple(Layer(material=material, to_height_studs=top) for material, top in zip(ground, tops, strict=True))


def _square(one: Cell, other: Cell) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
