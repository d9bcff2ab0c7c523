"""The scan is as right about the labelled scripts as the docs say, and wrong about those that they list, no others."""

from collections.abc import Sequence
from typing import Final

import pytest

from docs.luau_labelled import MISSES, PAGE, SIBLINGS, Judged, is_held_out, judged, page, wilson

GOAL: Final = 0.98
"""Of all scripts, those that pass or are stopped as they should."""
THE_SAME: Final = 427
"""Of all scripts, those with the very verdict: 97.3 %, less than the goal."""
HELD_OUT_TWO: Final = 220
"""Of those that the scan was not mended by, right about safe and unsafe."""
HELD_OUT_THREE: Final = 212
"""The same, with the very verdict."""


def part(*, held_out: bool) -> Sequence[Judged]:
    return [one for one in judged() if one.is_held_out is held_out]


def test_98_of_100_are_right() -> None:
    assert len(judged()) == 439
    assert sum(one.is_right_in_two for one in judged()) >= GOAL * len(judged())


def test_nearly_as_many_get_the_very_verdict() -> None:
    assert sum(one.is_right for one in judged()) >= THE_SAME


def test_what_was_held_out_is_right_as_often_as_was_measured() -> None:
    held_out = part(held_out=True)
    assert sum(one.is_right_in_two for one in held_out) >= HELD_OUT_TWO
    assert sum(one.is_right for one in held_out) >= HELD_OUT_THREE


def test_every_miss_is_listed_with_its_reason() -> None:
    assert {one.file for one in judged() if not one.is_right} == {*MISSES}
    assert all(reason.endswith(".") for reason in MISSES.values())


def test_the_split_is_by_path_and_keeps_siblings_together() -> None:
    assert (len(part(held_out=False)), len(part(held_out=True))) == (215, 224)
    assert {is_held_out(one) for one in SIBLINGS} == {True}
    assert {one.file for one in judged()} >= SIBLINGS


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(10, 10, 0.722, 1.0), (0, 10, 0.0, 0.278), (50, 100, 0.404, 0.596)]
)
def test_an_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=0.001)


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "docs/luau-accuracy.md is not what the scan does: run `make docs`"
    )
