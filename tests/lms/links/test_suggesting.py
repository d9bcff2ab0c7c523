"""`toolbox lms suggest`, and how alike titles are."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lms.district import audited, key
from tests.lms.group import Lms
from tests.support.effort import calls
from toolbox_cli.lms.links.suggesting.titles import LOOKED_AT, SCORED, Titles, words


def proposed(report: dict[str, Any]) -> dict[tuple[str, str, str], str]:
    return {(one["kind"], one["external_id"], one["what"]): one["suggested"] for one in report["items"]}


def test_ties_are_proposed_with_score_and_reasons(lms: Lms) -> None:
    report = lms.report("suggest", "district")
    assert report["kind"] == "toolbox.lms.suggestions/1"
    first = report["items"][0]
    assert (first["title"], first["suggested"], first["score"]) == ("Photosynthesis", "Photosynthesis", 1)
    assert first["reasons"] == ["same title", "same subject, Science", "same grade, 5"]
    quizzes = {one["id"]: one for one in report["items"] if one["what"] == "quiz"}
    assert quizzes.keys() == {str(key("plants")), str(key("fractions")), str(key("ratios"))}
    fractions = quizzes[str(key("fractions"))]
    assert fractions["suggested_id"] == str(key("island_quiz"))
    assert fractions["reasons"] == [
        "words in common: adding, fractions", "same subject, Mathematics", "same grade, 5", "10 points on both sides",
    ]  # fmt: skip
    assert 0.5 <= fractions["score"] < 1


def test_a_proposed_command_makes_the_tie_and_then_it_is_no_longer_proposed(lms: Lms) -> None:
    before = lms.report("suggest", "--only", "assignment")["items"]
    for one in before:
        assert lms(*one["command"].split()[2:]).exit_code == 0
    after = lms.report("suggest", "--only", "assignment")["items"]
    made = {(one["id"], one["what"]) for one in before}
    assert made
    assert not made & {(one["id"], one["what"]) for one in after}


def test_only_quizzes_of_the_linked_content_are_proposed(lms: Lms) -> None:
    argv = ("suggest", "--only", "assignment", "--least", "0.3")
    assert proposed(lms.report(*argv))[("assignment", "a-2", "quiz")] == "Ratios and Rates"
    lms("link", "district:a-2", "--content", "Fraction Island")
    assert ("assignment", "a-2", "quiz") not in proposed(lms.report(*argv))


def test_another_subject_or_grade_counts_against_it(lms: Lms) -> None:
    def score() -> tuple[float, list[str]]:
        report = lms.report("suggest", "--least", "0.1", "--only", "assignment")
        [found] = [
            one for one in report["items"] if one["suggested"] == "Photosynthesis" and one["title"] == one["suggested"]
        ]
        return found["score"], found["reasons"]

    assert score()[0] == 1
    for change, expected, told in (
        ("grade_level = 6", 0.8, "grade 6 there and 5 here"),
        ("grade_level = 9", 0.5, "grade 9 there and 5 here"),
        ("grade_level = NULL, subject = 'History'", 0.57, "other subject, History there and Science here"),
    ):
        lms.database.execute(f"UPDATE toolboxai.lms_courses SET {change} WHERE id = '{key('science')}'")
        found, reasons = score()
        assert (found, told in reasons) == (expected, True)


def test_limits_choose_and_removed_ones_and_templates_stay_out(lms: Lms) -> None:
    assert lms.report("suggest", "--least", "1")["summary"] == {"suggestions": 1, "least": 1}
    assert lms.report("suggest", "moodle")["items"] == []
    assert lms("suggest", "nowhere").exit_code == 2
    several = lms.report("suggest", "--best", "3", "--least", "0.1")["items"]
    assert len(several) > len(lms.report("suggest", "--least", "0.1")["items"])
    assert "Any Island" not in {one["suggested"] for one in several}
    lms.database.execute("UPDATE toolboxai.lms_assignments SET status = 'removed', removed_at = now()")
    assert {one["kind"] for one in lms.report("suggest", "--least", "0.1")["items"]} <= {"course"}


def test_courses_get_content_proposed_that_they_don_t_use_yet(lms: Lms) -> None:
    lms.database.execute(
        "UPDATE toolboxai.lms_courses SET title = 'Fractions Island' WHERE external_course_id = 'c-math'"
    )
    argv = ("suggest", "district", "--only", "course")
    assert proposed(lms.report(*argv)) == {("course", "c-math", "content"): "Fraction Island"}
    lms("link", "district:c-math", "--content", "Fraction Island")
    assert proposed(lms.report(*argv)) == {}
    argv = ("suggest", "district", "--only", "assignment", "--least", "0.3")
    [found] = [one for one in lms.report(*argv)["items"] if one["suggested"] == "Adding Fractions"]
    assert "its course uses that content" in found["reasons"]


def test_looking_changes_and_records_nothing(lms: Lms) -> None:
    assert "Suggestions: " in lms("suggest").stdout
    assert audited(lms.database) == []


TITLES = [
    "Adding Fractions", "Subtracting Fractions", "Fractions 1", "Fractions 2", "Photosynthesis", "Ratios and Rates",
    "Révolution française", "Quiz",
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "best"),
    [
        ("adding fraction", "Adding Fractions"),
        ("Homework week 7: Subtracting Fractions (due Friday)", "Subtracting Fractions"),
        ("Quiz: fractions 2", "Fractions 2"),
        ("Photosyntesis", "Photosynthesis"),
        ("REVOLUTION FRANCAISE", "Révolution française"),
        ("rates & ratios", "Ratios and Rates"),
    ],
)
def test_the_most_alike_title_comes_first(title: str, best: str) -> None:
    found = Titles(TITLES).like(title)
    assert TITLES[found[0].place] == best
    assert found[0].ratio >= 0.5


def test_other_numbers_are_another_title() -> None:
    ratios = {TITLES[one.place]: one for one in Titles(TITLES).like("Fractions 2")}
    assert (ratios["Fractions 2"].ratio, ratios["Fractions 2"].numbers) == (pytest.approx(1), True)
    assert (ratios["Fractions 1"].ratio < 0.5, ratios["Fractions 1"].numbers) == (True, False)


def test_words_that_say_nothing_make_nothing_alike() -> None:
    found = {TITLES[one.place]: one.ratio for one in Titles(TITLES).like("Quiz on the water cycle")}
    assert found.get("Quiz", 0) < 0.5


@settings(max_examples=40)
@given(st.lists(st.text(max_size=12), max_size=12), st.text(max_size=12))
def test_any_text_can_be_a_title(titles: list[str], title: str) -> None:
    for one in Titles(titles).like(title):
        assert 0 <= one.ratio <= 1 + 1e-9
        assert set(one.common) <= set(words(title).values())
    again = Titles([*titles, title]).like(title)
    assert not words(title) or again[0].ratio == pytest.approx(1)


def test_the_work_for_one_title_does_not_grow_with_the_number_of_titles() -> None:
    """However common the words are."""
    chance = random.Random(7)  # noqa: S311  sample data
    vocabulary = [f"word{number}" for number in range(40)]
    titles = [" ".join(chance.choices(vocabulary, k=4)) for _ in range(5_000)]
    asked = [" ".join(chance.choices(vocabulary, k=4)) for _ in range(100)]
    some, many = Titles(titles[:2_500]), Titles(titles)
    assert max(len(many.like(one)) for one in asked) <= SCORED < LOOKED_AT
    few, all_ = (calls(lambda shelf=shelf: [shelf.like(one) for one in asked]) for shelf in (some, many))
    assert all_ < 1.2 * few
