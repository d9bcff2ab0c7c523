"""Lesson plans, and the tables that they are made from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolbox_cli.agents.making.lesson.activities import apportioned
from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Request
from toolbox_cli.content.reference.learning import ACCESSIBILITY

LIBRARY = library()
PLACES = sorted(LIBRARY.places)


@settings(max_examples=150, deadline=None)
@given(
    objective=st.sampled_from(sorted(LIBRARY.objectives)), place=st.sampled_from(PLACES) | st.none(),
    minutes=st.integers(15, 180), seed=st.integers(0, 2**53),
)  # fmt: skip
def test_any_lesson_can_be_planned(objective: str, place: str | None, minutes: int, seed: int) -> None:
    request = Request(objective=objective, environment=place, duration_minutes=minutes, seed=seed)
    plan = make_plan(request, LIBRARY)
    assert sum(one.minutes for one in plan.activities) == plan.duration_minutes == minutes
    assert len({one.name for one in plan.activities}) == len(plan.activities) == plan.mechanics.checkpoints >= 3
    assert "{" not in plan.model_dump_json().replace('{"', "").replace("{}", "")
    assert place is None or plan.environment == place
    assert {*ACCESSIBILITY} <= {one.need for one in plan.accessibility}
    assert {*plan.mechanics.rewards} <= {*LIBRARY.achievements}
    known = {**LIBRARY.knowledge[objective].terms}
    for _, lesson in LIBRARY.lessons_for(objective):
        known.update({one.term: one.meaning for one in lesson.content_data.vocabulary if one.term not in known})
    assert all(known[one.term] == one.meaning for one in plan.vocabulary)
    assert plan == make_plan(request, LIBRARY)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), st.integers(9, 300))
def test_minutes_are_shared_out_whole(shares: list[int], whole: int) -> None:
    parts = apportioned(whole, shares)
    assert sum(parts) == whole
    assert min(parts) >= 1
    for one, share in zip(parts, shares, strict=True):
        assert abs(one - whole * share / sum(shares)) < len(shares)


def test_a_lesson_of_the_library_gives_its_own_activities_where_it_plays() -> None:
    plan = make_plan(Request(objective="math-4-equivalent-fractions", environment="island"), LIBRARY)
    assert [one.name for one in plan.activities][:2] == ["Land and look", "Cut the planks"]
    other = make_plan(Request(objective="math-4-equivalent-fractions", environment="castle"), LIBRARY)
    assert "raft" not in other.model_dump_json()


def test_a_longer_lesson_has_more_steps() -> None:
    steps = [
        len(
            make_plan(
                Request(objective="science-5-particles", environment="city", duration_minutes=one), LIBRARY
            ).activities
        )
        for one in (15, 30, 45, 60, 90, 180)
    ]
    assert steps == [3, 4, 5, 6, 7, 8]


def test_a_title_reads_well() -> None:
    plan = make_plan(Request(objective="math-5-add-unlike-fractions", environment="archipelago"), LIBRARY)
    assert plan.title == "Add Unlike Fractions among the Islands"


def test_something_is_known_of_every_objective() -> None:
    assert {*LIBRARY.knowledge} == {*LIBRARY.objectives}
    for key, known in LIBRARY.knowledge.items():
        assert len({*known.terms.values()}) == len(known.terms) >= 4, key
        assert known.claims or key.startswith("math-"), key
        texts = [text for claim in known.claims for text in (claim.right, claim.wrong)]
        assert len({*texts}) == len(texts), key


@pytest.mark.parametrize("key", PLACES)
def test_a_place_is_of_use_to_any_activity(key: str) -> None:
    place = LIBRARY.places[key]
    assert len({*place.spots}) == len(place.spots) >= 4
    assert all(spot.startswith("the ") for spot in place.spots)
    assert place.where.split()[0] in {"in", "on", "at", "among"}


def test_a_word_leads_to_one_place() -> None:
    words = [word for key, place in LIBRARY.places.items() for word in {key, *place.words}]
    assert len({*words}) == len(words)
