"""The review's walk over a land, against the generators' own and against a plain one."""

from hypothesis import given
from hypothesis import strategies as st

from tests.agents.making.review.shared import codes, good, reviewed, terrain
from toolbox_cli.agents.making.records import Terrain
from toolbox_cli.agents.making.review.terrain import terrain_reasons
from toolbox_cli.agents.making.terrain.walking import reached

SIDE = 16
heights = st.lists(
    st.lists(st.integers(0, 9), min_size=SIDE, max_size=SIDE).map(tuple), min_size=SIDE, max_size=SIDE
).map(tuple)
cells = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))


def land(ground: tuple[tuple[int, ...], ...], stops: list[tuple[int, int]], water: int | None) -> Terrain:
    spawn, *checkpoints = stops
    fields = {
        "heights": ground, "water_studs": water, "spawn": spawn, "checkpoints": tuple(checkpoints), "caves": (),
        "step_studs": 2, "layers": good().terrain.layers,
    }  # fmt: skip
    return terrain(**fields)  # type: ignore[no-any-return]


@given(heights, st.lists(cells, min_size=3, max_size=6, unique=True), st.sampled_from([None, 2, 4]))
def test_the_review_reaches_what_can_be_reached(
    ground: tuple[tuple[int, ...], ...], stops: list[tuple[int, int]], water: int | None
) -> None:
    made = land(ground, stops, water)
    told = {
        one.place for one in terrain_reasons(good().model_copy(update={"terrain": made})) if one.code == "not-reached"
    }
    walked = reached(made)
    x, z = made.spawn
    drowned = water is not None and ground[z][x] <= water
    wanted = {f"checkpoint {n}" for n, cell in enumerate(made.checkpoints, 1) if drowned or cell not in walked}
    assert told == wanted | ({"spawn"} if drowned else set())


def test_a_wall_around_one_checkpoint_is_found() -> None:
    x, z = good().terrain.checkpoints[-1]
    ground = [list(row) for row in good().terrain.heights]
    for dz in (-2, -1, 0, 1, 2):
        for dx in (-2, -1, 0, 1, 2):
            if max(abs(dx), abs(dz)) == 2:
                ground[z + dz][x + dx] += 40
    found = reviewed(terrain=terrain(heights=tuple(map(tuple, ground))))
    assert "not-reached" in codes(found, "terrain")
    assert found.refused == ("terrain",)
