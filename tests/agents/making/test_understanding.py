"""Requests as people type them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Request
from toolbox_cli.agents.making.understanding import chosen, understood
from toolbox_cli.core.errors import UsageError

LIBRARY = library()


@pytest.mark.parametrize(
    ("text", "objective", "grade", "place"),
    [
        ("grade 5, fractions, island", "math-5-add-unlike-fractions", 5, "island"),
        ("7th grade circles in space 45 minutes", "math-7-circles", 7, "space"),
        ("Photosynthesis in the forest, hard", "science-10-photosynthesis", 10, "forest"),
        ("grade 6 science water cycle on a mountain", "science-6-water-cycle", 6, "mountain"),
        ("area of rectangles on a farm grade 3", "math-3-area-of-rectangles", 3, "farm"),
        ("solar system", "science-8-solar-system-scale", 8, "space"),
        ("grade 4 cave fossils", "science-4-rock-layers", 4, "cavern"),
        ("loops and robots, grade 4, city", "computing-4-loops-and-conditions", 4, "city"),
        ("animals in the desert, grade 3", "science-3-habitats", 3, "desert"),
        ("adding fractions for class 6 at the castle", "math-5-add-unlike-fractions", 6, "castle"),
        ("pythagoras", "math-8-pythagoras", 8, "castle"),
        ("water cycle, grade 4 science, river", "science-5-earth-systems", 4, "valley"),
        ("judge sources on world war 2, grade 10, museum", "social-10-judge-sources", 10, "library"),
        ("maps, grade 4, a pirate's treasure island", "social-4-maps", 4, "island"),
    ],
)
def test_a_request_is_understood(text: str, objective: str, grade: int, place: str) -> None:
    choice = chosen(understood(text, LIBRARY), LIBRARY)
    assert (choice.key, choice.grade, choice.place_key) == (objective, grade, place)


def test_numbers_and_levels_are_read() -> None:
    request = understood("grade 5 fractions, half an hour, 8 questions, advanced", LIBRARY)
    assert (request.duration_minutes, request.questions, request.difficulty) == (30, 8, "hard")
    assert understood("two hours of grammar", LIBRARY).duration_minutes == 120


def test_what_is_said_on_its_own_goes_before_the_text() -> None:
    request = understood("grade 5 fractions on the island", LIBRARY, grade=4, environment="castle", seed=9)
    assert (request.grade, request.environment, request.seed, request.topic) == (4, "castle", 9, "fractions")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quantum dragons grade 4", "No learning objective fits 'quantum dragons' for grade 4"),
        ("grade 1 probability", "No learning objective fits 'probability' for grade 1"),
        ("grade 14 fractions", "There is no grade 14"),
        ("fractions for 500 minutes", "can't take 500 minutes"),
        ("fractions, 40 questions", "can't have 40 questions"),
        ("history of the roman empire, grade 6", "leaves out 'roman', 'empire'"),
        ("french vocabulary for grade 4", "leaves out 'french'"),
        ("fractions and decimals, grade 5", "No objective is about all of this"),
        ("grade 5 fractions on a submarine", "leaves out 'submarine'"),
        ("pictures, grade 4", "No learning objective fits"),
        ("Bruchrechnung auf der Insel", "No learning objective fits 'bruchrechnung auf der insel'"),
        ("grade 1 counting", "No learning objective fits 'counting' for grade 1"),
        ("grade 2 addition", "No learning objective fits 'addition' for grade 2"),
        ("on the volcano", "names no subject, grade or topic"),
        ("", "names no subject, grade or topic"),
    ],
)
def test_what_can_not_be_is_told_with_a_way_on(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        chosen(understood(text, LIBRARY), LIBRARY)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"grade": 12}, "is of Mathematics for grade 5, and does not suit for grade 12"),
        ({"grade": 3}, "is of Mathematics for grade 5, and does not suit for grade 3"),
        ({"subject": "Science"}, "is of Mathematics for grade 5, and does not suit Science"),
    ],
)
def test_an_objective_that_does_not_suit_the_class_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        chosen(Request(objective="math-5-add-unlike-fractions", **fields), LIBRARY)
    assert caught.value.remedy


def test_a_grade_may_be_spelt() -> None:
    assert understood("fifth grade fractions", LIBRARY).grade == understood("fractions, grade five", LIBRARY).grade == 5


def test_names_that_do_not_exist_are_told() -> None:
    with pytest.raises(UsageError, match="no learning objective math-99"):
        chosen(Request(objective="math-99"), LIBRARY)
    with pytest.raises(UsageError, match="no environment 'submarine'") as caught:
        chosen(Request(objective="math-7-circles", environment="submarine"), LIBRARY)
    assert "island" in (caught.value.remedy or "")


@pytest.mark.parametrize("objective", sorted(LIBRARY.objectives))
def test_each_objective_is_found_by_its_own_title(objective: str) -> None:
    one = LIBRARY.objectives[objective]
    choice = chosen(Request(topic=one.title, grade=one.grade_level, subject=one.subject), LIBRARY)
    assert choice.key == objective


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["grade", "5", "island", "in the", "hard", "cells", ","])).map(" ".join)
)
def test_any_text_is_a_request_or_wrong_use(text: str) -> None:
    try:
        choice = chosen(understood(text, LIBRARY), LIBRARY)
    except UsageError:
        return
    assert choice.key in LIBRARY.objectives


def test_an_address_is_no_topic() -> None:
    request = understood(
        "fractions for ada@island.example, https://volume.example/area and www.angles.example", LIBRARY
    )
    assert request.topic == "fractions"
    assert request.environment is None
