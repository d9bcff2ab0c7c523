"""The review of a land: whether people get everywhere, found out by a walk of its own."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.agents.making.records import Cell, Environment, Terrain
from toolbox_cli.agents.making.review.judgement import Reason
from toolbox_cli.agents.making.review.texts import text_reasons

_HIGHEST_STUDS: Final = 512
_LEAST_WALKED: Final = 0.02
"""Of all cells that people should be able to walk on."""


def terrain_template(terrain: Terrain) -> str:
    """Name the template that a land is made from."""
    return "quiet-archipelago" if terrain.terrain_type == "archipelago" else "rolling-hills"


def terrain_reasons(environment: Environment) -> Iterator[Reason]:
    """Find what is wrong with the land."""
    terrain, plan = environment.terrain, environment.plan
    stops = {"spawn": terrain.spawn} | {f"checkpoint {n}": cell for n, cell in enumerate(terrain.checkpoints, 1)}
    outside = [name for name, cell in stops.items() if not _inside(terrain, cell)]
    for name in outside:
        yield _reason("outside", name, "it lies outside of the land", "Keep every place on the land.", 0.4)
    if not outside:
        yield from _ways(terrain, stops)
    if len(terrain.checkpoints) != plan.mechanics.checkpoints:
        told = f"{len(terrain.checkpoints)} in place of {plan.mechanics.checkpoints}"
        yield _reason("checkpoints", "checkpoints", told, "Give each activity a checkpoint.", 0.3)
    if terrain.size != plan.terrain_size:
        yield _reason("size", "size", f"{terrain.size} in place of {plan.terrain_size}", "Keep to the plan.", 0.2)
    low, high = min(map(min, terrain.heights)), max(map(max, terrain.heights))
    if low < 0 or high > _HIGHEST_STUDS:
        told = f"from {low} to {high} studs"
        yield _reason("height", "heights", told, f"Stay between 0 and {_HIGHEST_STUDS} studs.", 0.3)
    if terrain.layers[-1].to_height_studs < high:
        told = f"{terrain.layers[-1].to_height_studs} studs below a land of {high}"
        yield _reason("layers", "layers", told, "Give the highest ground a material.", 0.1, refuses=False)
    names = [terrain.name, terrain.biome, terrain.terrain_type, *terrain.features]
    yield from text_reasons("terrain", {"name": names})


def _reason(code: str, place: str, found: str, remedy: str, costs: float, *, refuses: bool = True) -> Reason:
    return Reason(code=code, part="terrain", place=place, found=found, remedy=remedy, costs=costs, refuses=refuses)


def _ways(terrain: Terrain, stops: dict[str, Cell]) -> Iterator[Reason]:
    walked = _walked(terrain)
    remedy = "Lead a way there that rises by small steps and stays dry."
    for name, cell in stops.items():
        if cell not in walked:
            yield _reason("not-reached", name, "nobody gets there on foot from the spawn", remedy, 0.4)
    for number, cave in enumerate(terrain.caves, 1):
        for cell in cave.mouths:
            if cell not in walked:
                yield _reason("not-reached", f"cave {number}", "its mouth can't be reached", remedy, 0.1, refuses=False)
    if len(set(stops.values())) < len(stops):
        yield _reason("same-place", "checkpoints", "two places are one", "Keep the places apart.", 0.3)
    if len(walked) < _LEAST_WALKED * len(terrain.heights) ** 2:
        told = f"{len(walked)} cells can be walked on"
        yield _reason("narrow", "heights", told, "Leave more level ground.", 0.1, refuses=False)


def _inside(terrain: Terrain, cell: Cell) -> bool:
    return all(0 <= place < len(terrain.heights) for place in cell)


def _walked(terrain: Terrain) -> set[Cell]:
    """Give the cells that can be reached from the spawn: by small steps, and not under water."""
    heights, side = terrain.heights, len(terrain.heights)
    dry = -1 if terrain.water_studs is None else terrain.water_studs
    x, z = terrain.spawn
    if heights[z][x] <= dry:
        return set()
    found, edge = {terrain.spawn}, {terrain.spawn}
    while edge:
        ahead = set()
        for x, z in edge:
            for near in ((x - 1, z), (x + 1, z), (x, z - 1), (x, z + 1)):
                if near in found or not (0 <= near[0] < side and 0 <= near[1] < side):
                    continue
                there = heights[near[1]][near[0]]
                if there > dry and abs(there - heights[z][x]) <= terrain.step_studs:
                    ahead.add(near)
        found |= ahead
        edge = ahead
    return found
