"""Land: what stands on it can be reached on foot, found by a search of the test's own."""

import re
from heapq import heappop, heappush

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agents.making.luau import assert_parses
from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Cell, Request, Terrain
from toolbox_cli.agents.making.script.literals import quoted
from toolbox_cli.agents.making.terrain.building import CHUNK, LAYERS_HIGH, MOST_VOXELS
from toolbox_cli.agents.making.terrain.land import make_terrain
from toolbox_cli.agents.making.terrain.noise import Noise
from toolbox_cli.agents.making.terrain.shapes import relief
from toolbox_cli.agents.making.terrain.walking import graded, reached

LIBRARY = library()
PLACES = sorted(LIBRARY.places)
MATERIALS = {
    "Asphalt", "Basalt", "Brick", "Cobblestone", "Concrete", "CrackedLava", "Glacier", "Grass", "Ground", "Ice",
    "LeafyGrass", "Limestone", "Mud", "Pavement", "Rock", "Salt", "Sand", "Sandstone", "Slate", "Snow", "WoodPlanks",
}  # fmt: skip
"""What Enum.Material has for terrain, besides Air and Water."""
STEEPEST_DEGREES = 35


def land(place: str, minutes: int = 30, difficulty: str = "medium", seed: int = 1) -> Terrain:
    request = Request.model_validate(
        {"objective": "science-3-forces", "environment": place, "duration_minutes": minutes, "difficulty": difficulty,
         "seed": seed}
    )  # fmt: skip
    return make_terrain(request, make_plan(request, LIBRARY), LIBRARY)


def easiest(terrain: Terrain, goal: Cell) -> int:
    """Give the steepest single step, in studs, of the way to a cell whose steepest step is least; 999 without a way."""
    heights, size = terrain.heights, len(terrain.heights)
    best: dict[Cell, int] = {terrain.spawn: 0}
    ahead = [(0, terrain.spawn)]
    while ahead:
        worst, (x, z) = heappop(ahead)
        if (x, z) == goal:
            return worst
        for nx, nz in ((x + 1, z), (x - 1, z), (x, z + 1), (x, z - 1)):
            if not (0 <= nx < size and 0 <= nz < size):
                continue
            if terrain.water_studs is not None and heights[nz][nx] <= terrain.water_studs:
                continue
            step = max(worst, abs(heights[nz][nx] - heights[z][x]))
            if step < best.get((nx, nz), 999):
                best[nx, nz] = step
                heappush(ahead, (step, (nx, nz)))
    return 999


def check(terrain: Terrain) -> None:
    size = len(terrain.heights)
    for goal in (*terrain.checkpoints, *(mouth for cave in terrain.caves for mouth in cave.mouths)):
        assert easiest(terrain, goal) <= terrain.step_studs, goal
        assert goal in reached(terrain)
    assert terrain.step_studs / terrain.cell_studs <= 0.7002, "a step of more than 35 degrees"
    places = [terrain.spawn, *terrain.checkpoints]
    assert len({*places}) == len(places)
    for x, z in places:
        assert terrain.water_studs is None or terrain.heights[z][x] > terrain.water_studs
        assert 3 <= x < size - 3
        assert 3 <= z < size - 3
    assert 1 <= min(map(min, terrain.heights)) <= max(map(max, terrain.heights)) <= 128
    sx, sz = terrain.spawn
    pad = {terrain.heights[z][x] for x in range(sx - 2, sx + 3) for z in range(sz - 2, sz + 3)}
    assert len(pad) == 1, "the spawn is level"
    tops = [layer.to_height_studs for layer in terrain.layers]
    assert tops == sorted({*tops})
    assert tops[-1] >= max(map(max, terrain.heights))


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_land_on_which_everything_is_reached(place: str) -> None:
    check(land(place, minutes=90, difficulty="hard", seed=7))


@settings(max_examples=25, deadline=None)
@given(
    place=st.sampled_from(PLACES), minutes=st.sampled_from([15, 30, 45, 60]),
    difficulty=st.sampled_from(["easy", "medium", "hard"]), seed=st.integers(0, 2**53),
)  # fmt: skip
def test_any_seed_gives_land_on_which_everything_is_reached(
    place: str, minutes: int, difficulty: str, seed: int
) -> None:
    check(land(place, minutes, difficulty, seed))


def test_the_search_of_the_test_finds_walls() -> None:
    terrain = land("park")
    x, z = terrain.checkpoints[0]
    rows = [list(row) for row in terrain.heights]
    for dx in (-1, 0, 1):
        for dz in (-1, 0, 1):
            rows[z + dz][x + dx] += 40 * bool(dx or dz)
    walled = terrain.model_copy(update={"heights": tuple(map(tuple, rows))})
    assert easiest(walled, (x, z)) > terrain.step_studs
    assert (x, z) not in reached(walled)


@pytest.mark.parametrize("place", ["cavern", "canyon", "volcano"])
def test_a_cave_leads_through_under_a_roof(place: str) -> None:
    terrain = land(place, seed=3)
    (cave,) = terrain.caves
    mouths = [terrain.heights[z][x] for x, z in cave.mouths]
    assert mouths == [cave.floor_studs] * 2
    inside = [terrain.heights[z][x] for x, z in cave.cells if terrain.heights[z][x] != cave.floor_studs]
    assert len(inside) >= 9
    assert min(inside) >= cave.floor_studs + 2 * cave.radius_studs + 4, "the roof is four studs thick"
    assert all(abs(a - c) + abs(b - d) == 1 for (a, b), (c, d) in zip(cave.cells, cave.cells[1:], strict=False))


def test_an_island_lies_in_water_and_a_desert_is_dry() -> None:
    island, desert = land("island"), land("desert")
    edge = [
        *island.heights[0],
        *island.heights[-1],
        *(row[0] for row in island.heights),
        *(row[-1] for row in island.heights),
    ]
    assert island.water_studs is not None
    assert max(edge) <= island.water_studs
    assert desert.water_studs is None


def test_hills_grow_with_the_difficulty() -> None:
    seeds = range(4)
    easy, hard = (
        sum(relief(land("hills", difficulty=one, seed=seed).heights) for seed in seeds) for one in ("easy", "hard")
    )
    assert easy < hard


def test_complexity_tells_a_floor_from_a_cave_country() -> None:
    assert land("laboratory", 15, "easy").complexity <= 2
    assert land("canyon", 90, "hard").complexity >= 6


@pytest.mark.parametrize("place", PLACES)
def test_the_builder_parses_and_keeps_the_limits(place: str) -> None:
    terrain = land(place, minutes=60)
    source = terrain.script
    assert source.startswith("--!strict\n")
    assert_parses(source)
    assert {*re.findall(r"Enum\.Material\.(\w+)", source)} <= MATERIALS | {"Air", "Water", "Neon", "ForceField"}
    assert len(source) < 200_000, "the longest script that Studio edits"
    assert max(len(line) for line in source.splitlines() if not line.strip().startswith("text = ")) <= 130
    assert CHUNK * CHUNK * LAYERS_HIGH < MOST_VOXELS
    assert max(map(max, terrain.heights)) <= LAYERS_HIGH * terrain.cell_studs, "all of it is written"
    assert re.search(r"WriteVoxels.*?task\.wait\(\)", source.replace("\n", " ")) or "task.wait()" in source
    told = source[source.index("local HEIGHTS") : source.index("local CELLS")]
    numbers = [int(one) for one in re.findall(r"\b\d+\b", told)]
    assert numbers == [height for row in terrain.heights for height in row]


@pytest.mark.parametrize("place", PLACES)
def test_features_are_there(place: str) -> None:
    terrain = land(place, 15)
    wet = sum(height <= (terrain.water_studs or -1) for row in terrain.heights for height in row)
    assert ("water" in terrain.features) == (wet > 0)
    assert ("caves" in terrain.features) == bool(terrain.caves)
    assert ("plain" in terrain.features) or relief(terrain.heights) >= 8
    assert "paths" in terrain.features


def test_a_sign_at_each_checkpoint_tells_its_activity() -> None:
    request = Request(objective="science-3-forces", environment="coast")
    plan = make_plan(request, LIBRARY)
    terrain = make_terrain(request, plan, LIBRARY)
    assert [one.text for one in terrain.signs] == [one.text for one in plan.activities]
    assert len(terrain.signs) == len(terrain.checkpoints)
    assert all(f"{one.term}: {one.meaning}" in terrain.words.text for one in plan.vocabulary)
    assert quoted(terrain.words.text) in terrain.script
    for sign, activity in zip(terrain.signs, plan.activities, strict=True):
        spots = [spot for spot in LIBRARY.places["coast"].spots if spot in activity.text]
        assert sign.heading == (f"T{spots[0][1:]}: {activity.name}" if spots else activity.name)
        assert f"heading = {quoted(sign.heading)}" in terrain.script
        assert f"text = {quoted(sign.text)}" in terrain.script


def test_another_land_is_told_from_this_one() -> None:
    one, other = (re.search(r'LAND: string = "(\w{16})"', land("park", seed=seed).script) for seed in (1, 2))
    assert one is not None
    assert other is not None
    assert one[1] != other[1]


def test_scripts_see_folders_only_when_they_are_complete() -> None:
    source = land("park", 15).script
    place = source[source.index("local function place()") : source.index("local function build()")]
    assert [place.count(f"put({name})") for name in ("lesson", "checkpoints", "gates")] == [1, 1, 1]
    assert place.index("put(checkpoints)") > place.rindex("gate(number, before")
    assert source.count("made.Parent = Workspace") == 1, "by put alone"


def test_a_name_can_not_leave_its_text() -> None:
    request = Request(objective="science-3-forces", environment="park")
    plan = make_plan(request, LIBRARY).model_copy(update={"title": '@heights@" os.exit() --[['})
    source = make_terrain(request, plan, LIBRARY).script
    assert_parses(source)
    assert 'local NAME: string = "@heights@\\" os.exit() --[[: land"' in source


@given(st.floats(-300, 300), st.floats(-300, 300), st.integers())
def test_noise_is_smooth_and_bounded(x: float, z: float, seed: int) -> None:
    noise = Noise(seed)
    value = noise.fractal(x, z)
    assert -1.5 <= value <= 1.5
    assert abs(noise.at(x, z) - noise.at(x + 1e-6, z)) < 1e-4
    assert noise.at(round(x), round(z)) == 0


@settings(max_examples=60)
@given(
    st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.integers(5, 60), min_size=2), st.integers(1, 3)
)
def test_grading_leaves_no_step_too_high_and_nothing_lower_than_the_lowest(first: dict[Cell, int], step: int) -> None:
    pads = [sorted(first)[:2]]
    made = graded(first, pads, step, 10)
    assert made.keys() == first.keys()
    assert min(made.values()) == min(first.values())
    assert all(made[cell] <= first[cell] for cell in made)
    assert made[pads[0][0]] == made[pads[0][1]]
    for x, z in made:
        for near in ((x + 1, z), (x, z + 1)):
            assert near not in made or abs(made[near] - made[x, z]) <= step
