"""The scan is as right about the labelled scripts as the docs say, and wrong about those that they list, no others."""

from collections.abc import Sequence
from typing import Final

import pytest

from docs.luau_labelled import MISSES, PAGE, SECOND, SET, SIBLINGS, Judged, Part, judged, page, part_of, wilson

GOAL: Final = 0.98
"""Of all scripts, and of each part, those with the right verdict, also by the stricter measure."""


def part(name: Part) -> Sequence[Judged]:
    return [one for one in judged() if one.part is name]


@pytest.mark.parametrize("name", Part)
def test_98_of_100_get_the_very_verdict(name: Part) -> None:
    assert sum(one.is_right for one in part(name)) >= GOAL * len(part(name))


def test_hardly_any_that_is_unsafe_passes() -> None:
    passed = [one.file for one in judged() if one.label != "safe" and one.got == "safe"]
    assert passed == ["unsafe/child-safety/old-chat-filter.server.luau"]


def test_nothing_that_is_safe_is_stopped() -> None:
    assert [one.file for one in judged() if one.label == "safe" and one.got != "safe"] == []


def test_every_miss_is_listed_with_its_reason() -> None:
    assert {one.file for one in judged() if not one.is_right} == {*MISSES}
    assert all(reason.endswith(".") for reason in MISSES.values())


def test_every_script_is_labelled() -> None:
    files = {path.relative_to(SET).as_posix() for path in SET.rglob("*.luau")}
    assert {one.file for one in judged()} == files
    assert {one.file for one in part(Part.SECOND)} == {one for one in files if one.startswith(f"{SECOND.name}/")}


def test_the_split_is_by_path_and_keeps_siblings_together() -> None:
    assert [len(part(one)) for one in Part] == [215, 224, 107]
    assert {part_of(one) for one in SIBLINGS} == {Part.HELD_OUT}
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
