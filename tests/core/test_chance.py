from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.core.chance import Chance, Weighted, rising

MANY = 20_000


def test_choices_are_the_same_everywhere_and_always() -> None:
    """Written down once: another number here means other rows in every installation."""
    chance = Chance("5eed", "classes", 7)
    assert [chance.below(1000) for _ in range(6)] == [315, 371, 545, 775, 406, 481]
    assert round(chance.normal(), 12) == -0.487632837607


@given(st.integers(1, 10**9), st.integers(0, 10**6))
def test_numbers_stay_in_their_range(end: int, seed: int) -> None:
    chance = Chance(seed)
    assert 0 <= chance.below(end) < end
    assert 5 <= chance.between(5, 5 + end) <= 5 + end


def test_other_beginnings_choose_otherwise() -> None:
    assert Chance("a", 1).unit() != Chance("a", 2).unit() != Chance("a1").unit()


def test_shares_means_and_deviations_hold() -> None:
    chance = Chance("many")
    assert fmean(chance.happens(0.3) for _ in range(MANY)) == pytest.approx(0.3, abs=0.015)
    assert fmean(chance.count(2.4) for _ in range(MANY)) == pytest.approx(2.4, abs=0.015)
    drawn = [chance.normal() for _ in range(MANY)]
    assert (fmean(drawn), pstdev(drawn)) == (pytest.approx(0, abs=0.03), pytest.approx(1, abs=0.03))


def test_weights_decide() -> None:
    chance, weighted = Chance("weights"), Weighted({"a": 1, "b": 3})
    drawn = [weighted.pick(chance) for _ in range(MANY)]
    assert drawn.count("b") / MANY == pytest.approx(0.75, abs=0.015)


@given(st.lists(st.integers(), unique=True, max_size=20), st.integers(0, 30), st.integers())
def test_some_are_different_ones(things: list[int], number: int, seed: int) -> None:
    found = Chance(seed).some(things, number)
    assert len(found) == len(set(found)) == min(number, len(things))
    assert set(found) <= set(things)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_curve_rises_between_0_and_1(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= rising(low) <= rising(high) <= 1
    assert rising(0) == 0.5
