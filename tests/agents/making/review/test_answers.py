"""Answer keys found out anew: for every kind of question, as other code of the tests finds them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.making.answers import FITS
from tests.agents.making.review.shared import LIBRARY, good
from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.quiz.draft import Scale
from toolbox_cli.agents.making.quiz.quiz import make_quiz
from toolbox_cli.agents.making.quiz.skills import SKILLS
from toolbox_cli.agents.making.records import Request
from toolbox_cli.agents.making.review.answers.keys import JUDGES, UnknownError, wrong_marks
from toolbox_cli.agents.making.review.answers.reading import UnreadableError
from toolbox_cli.agents.making.review.sums import calculated, equations, false_equations
from toolbox_cli.core.chance import Chance

MAKERS = {maker.__name__: maker for makers in SKILLS.values() for maker in makers}


def test_every_kind_of_calculated_question_has_a_judge() -> None:
    assert set(MAKERS) == set(FITS) <= set(JUDGES)


@given(kind=st.sampled_from(sorted(MAKERS)), seed=st.integers(), level=st.integers(0, 2), ahead=st.integers(-3, 3))
def test_judges_agree_with_other_code_on_right_and_wrong_answers(kind: str, seed: int, level: int, ahead: int) -> None:
    draft = MAKERS[kind](Chance("review", seed), Scale(level, ahead, "shells"))
    for answer in (draft.right, *(one.answer for one in draft.wrong)):
        assert _says(draft.kind, draft.numbers, answer.text) == FITS[draft.kind](draft.numbers, answer.text), answer


def _says(kind: str, data: object, text: str) -> bool:
    try:
        return JUDGES[kind](data, text)  # type: ignore[arg-type]
    except UnreadableError:
        return False


@pytest.mark.parametrize("objective", sorted(LIBRARY.objectives)[::5])
def test_keys_of_all_objectives_are_found_right(objective: str) -> None:
    request = Request(objective=objective, questions=20, seed=11)
    for question in make_quiz(request, make_plan(request, LIBRARY), LIBRARY).questions:
        assert wrong_marks(question, LIBRARY) == []


@pytest.mark.parametrize(
    "data",
    [
        {}, {"kind": "power"}, {"kind": 7}, {"kind": "power", "base": 9, "exponent": 10**12},
        {"kind": "power", "base": "9", "exponent": []}, {"kind": "name_fraction", "taken": 1, "parts": 0},
        {"kind": "term", "objective": "nowhere"}, {"kind": "shipped", "question": "a/b/c"},
        {"kind": "mean", "values": list(range(10**4))}, {"kind": "sorts", "objective": None, "number": -1, "of": {}},
    ],
)  # fmt: skip
def test_data_that_tell_nothing_are_unknown_and_take_no_time(data: dict[str, object]) -> None:
    question = next(one for one in good().quiz.questions if one.options)
    with pytest.raises(UnknownError):
        wrong_marks(question.model_copy(update={"data": data}), LIBRARY)


@given(a=st.integers(0, 999), b=st.integers(1, 999), c=st.integers(0, 99), shift=st.integers(-3, 3))
def test_sums_are_calculated(a: int, b: int, c: int, shift: int) -> None:
    value = a + b * c
    assert false_equations(f"It is {a} + {b} x {c} = {value + shift}.") == (
        [] if shift == 0 else [f"{a} + {b} x {c} = {value + shift}"]
    )
    assert calculated(f"{a}/{b}") == Fraction(a, b)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x + 2 = 7", []), ("2x = 7", []), ("10 x 10 = 10,000", []), ("y = 3x", []),
        ("about 40: 5 x 40 = 200", ["5 x 40 = 200"]),
        ("2 \u00d7 3 = 6", ["2 x 3 = 6"]), ("6 \u00f7 3 \u2212 1 = 1", ["6 / 3 - 1 = 1"]),
        ("2^3 = 8", ["2^3 = 8"]), ("5 - (-3) = 8", ["5 - (-3) = 8"]), ("1/2 = 2/4 = 4/8.", ["1/2 = 2/4 = 4/8"]),
        ("0.5 + 0.25 = 0.75.", ["0.5 + 0.25 = 0.75"]), ("3 = three", []),
    ],
)  # fmt: skip
def test_equations_are_those_of_numbers_alone(text: str, found: list[str]) -> None:
    assert equations(text) == found
    assert false_equations(text) == []


@given(st.text(alphabet="0123456789+-x*/^:=(). ", max_size=600))
def test_any_text_is_read_to_its_end(text: str) -> None:
    false_equations(text)
