import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.content.reference.keys import REFERENCE_INTEGERS, reference_integer, reference_uuid
from toolbox_cli.seed.making.keys import SEEDED_INTEGERS, Run, dashed, run_of

runs = st.builds(lambda number: Run(f"{number:08x}"), st.integers(1, 2**32 - 1))
tables = st.sampled_from(["users", "quizzes", "lessons"])


@given(runs, tables, st.integers(0, 2**36 - 1), st.integers(0, 2**24 - 1))
def test_a_seeded_key_is_a_uuid_that_shows_it(run: Run, table: str, block: int, number: int) -> None:
    key = uuid.UUID(run.uuid(table, block, number))
    assert str(key) == dashed(run.uuid(table, block, number))
    assert (key.version, key.variant, str(key)[:4]) == (8, uuid.RFC_4122, "5eed")
    first, last = run.all_uuids
    assert uuid.UUID(first) <= key <= uuid.UUID(last)


@given(runs, st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=2, max_size=2))
def test_keys_grow_with_block_and_number(run: Run, places: list[tuple[int, int]]) -> None:
    one, other = sorted(places)
    assert (run.uuid("users", *one) < run.uuid("users", *other)) is (one < other)


@given(runs, runs)
def test_runs_keep_apart(one: Run, other: Run) -> None:
    if one.key < other.key:
        assert one.all_uuids[1] < other.all_uuids[0]
    assert one.integers == other.integers or not set(one.integers[:: len(one.integers) - 1]) & set(
        other.integers[:: len(other.integers) - 1]
    )
    assert one.integers[0] in SEEDED_INTEGERS
    assert one.integers[-1] in SEEDED_INTEGERS
    assert one.integers[-1] < 2**31


def test_a_run_is_named_by_all_that_decides_it() -> None:
    assert run_of("a", 1) == run_of("a", 1)
    assert len({run_of("a", 1).key, run_of("a", 2).key, run_of("b", 1).key}) == 3
    assert run_of("a", 1).text(3) == f"5eed-{run_of('a', 1).key}-0000003"


def test_reference_keys_are_no_runs() -> None:
    """Written down once: other keys here would be other rows in every installation."""
    key = reference_uuid("achievements", "first-steps")
    assert str(key) == "5eed0000-0000-8fbf-a9da-eac86aa5193c"
    assert reference_integer("modules", "orbits") in REFERENCE_INTEGERS
    assert reference_integer("modules", "orbits") == 970681314


@pytest.mark.parametrize("table", ["users", "quizzes"])
def test_each_table_has_its_own_keys(table: str) -> None:
    assert Run("0000000a").uuids(table) != Run("0000000a").uuids("lessons")
