"""A quiz of a model is taken where each of its keys is proved, and not at all otherwise."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.making.answers import FITS, fits_fact, number
from tests.support.endpoints import ModelServer
from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.quiz.quiz import make_quiz
from toolbox_cli.agents.making.records import Question, Quiz, Request
from toolbox_cli.agents.making.review.answers.keys import wrong_marks
from toolbox_cli.agents.making.script.scripts import make_scripts
from toolbox_cli.agents.models.asking.account import Asked, Reason
from toolbox_cli.agents.models.backend import Backend
from toolbox_cli.agents.models.taking.sums import SumError, holds, read_number, read_sum, shown, skill_of
from toolbox_cli.content.luau.scanning import Verdict, scan

LIBRARY = library()
REQUEST = Request(grade=5, topic="fractions", environment="island")
PLAN = make_plan(REQUEST, LIBRARY)
OFFLINE = make_quiz(REQUEST, PLAN, LIBRARY)
POOL = make_quiz(REQUEST.model_copy(update={"questions": 12}), PLAN, LIBRARY).questions
HINT = "Say it again in words of your own."
Change = Callable[[dict[str, Any]], object]


def calculation(**change: Any) -> dict[str, Any]:
    wrong = [("4/12", "Tops and bottoms were added."), ("4/8", "One part was not changed."), ("3/32", "A product.")]
    held = {
        "expression": "3/4 + 1/8",
        "answer": "7/8",
        "steps": ["3/4 = 6/8", "6/8 + 1/8 = 7/8"],
        "mistakes": [{"answer": answer, "why": why} for answer, why in wrong],
        "hint": "Make the parts the same size.",
        "scene": "Two sails are sewn together.",
    }
    return {**held, **change}


def choice(*calculations: dict[str, Any]) -> dict[str, Any]:
    """Choose from easy to hard, with a calculation at the place of one that is medium."""
    picked = [POOL[0], POOL[2], *[one for one in POOL if one.difficulty == "medium"], POOL[-1]]
    left = [*picked[: 5 - len(calculations)], POOL[-1]]
    return {"picks": [{"key": one.key, "hint": HINT} for one in left], "calculations": list(calculations)}


def made(model: ModelServer, *answers: dict[str, Any] | str, request: Request = REQUEST) -> tuple[Quiz, Asked]:
    model.says(*(one if isinstance(one, str) else json.dumps(one) for one in answers))
    plan = make_plan(request, LIBRARY)
    done = Backend(model.endpoint(), LIBRARY).quiz(request, plan)
    assert done.asked
    return done.record, done.asked


def proved(question: Question) -> bool:
    """Judge a key by code that knows nothing of how it was made."""
    data = question.data
    for text, right in [(one.text, one.right) for one in question.options] or [(question.answer or "", True)]:
        if data["kind"] == "calculation":
            fits = Fraction(eval(re.sub(r"(\d+)/(\d+)", r"Fraction(\1,\2)", data["expression"]))) == number(text)  # noqa: S307
        elif data["kind"] in FITS:
            fits = FITS[data["kind"]](data, text)
        else:
            fits = fits_fact(data, question.ask, text)
        if fits != right:
            return False
    return True


def test_a_calculation_that_holds_is_taken(model: ModelServer) -> None:
    quiz, told = made(model, choice(calculation()))
    assert told.fallback is None, told.detail
    (one,) = (one for one in quiz.questions if one.data["kind"] == "calculation")
    assert one.ask == "Two sails are sewn together. What is 3/4 + 1/8?"
    assert one.right == ("7/8",)
    assert one.worked == "3/4 = 6/8; 6/8 + 1/8 = 7/8"
    assert {option.text for option in one.options} == {"7/8", "1/3", "1/2", "3/32"}
    assert one.objective == PLAN.objectives[0]
    assert [one.key[:3] for one in quiz.questions] == [f"q{number:02d}" for number in range(1, 7)]
    assert all(proved(one) for one in quiz.questions)
    assert [wrong_marks(one, LIBRARY) for one in quiz.questions] == [[]] * 6, "the review finds the same keys"
    other = one.model_copy(update={"data": {**one.data, "expression": "3/4 - 1/8"}})
    assert wrong_marks(other, LIBRARY) == ["7/8"]


LIES: dict[str, tuple[Change, str]] = {
    "a wrong key": (lambda c: c["calculations"][0].update(answer="4/12"), "comes to 7/8, not to 4/12"),
    "a wrong answer that is right": (
        lambda c: c["calculations"][0]["mistakes"][0].update(answer="14/16"), "two of the answers are the same"),
    "a step that does not hold": (
        lambda c: c["calculations"][0].update(steps=["3/4 = 5/8", "6/8 + 1/8 = 7/8"]), "3/4 = 5/8 does not hold"),
    "steps that end elsewhere": (lambda c: c["calculations"][0].update(steps=["3/4 = 6/8"]), "does not end in"),
    "another sign": (lambda c: c["calculations"][0].update(expression="7/4 x 1/2"), "not what the objective teaches"),
    "other numbers": (lambda c: c["calculations"][0].update(expression="3 + 4"), "not what the objective teaches"),
    "no calculation": (lambda c: c["calculations"][0].update(expression="how many apples"), "no number and no sign"),
    "code": (lambda c: c["calculations"][0].update(expression="__import__('os')"), "no number and no sign"),
    "words as an answer": (lambda c: c["calculations"][0].update(answer="seven eighths"), "no number alone"),
    "the answer in the hint": (lambda c: c["calculations"][0].update(hint="It is 7/8."), "holds the answer"),
    "the answer in a hint, set apart": (
        lambda c: c["calculations"][0].update(hint="It is 7 / 8."), "holds the answer"),
    "the answer in a hint, in other figures": (
        lambda c: c["calculations"][0].update(hint="Think of 0.875."), "holds the answer"),
    "an order in a scene": (lambda c: c["calculations"][0].update(scene="Double it in the end."), "a scene is one"),
    "another order in a scene": (
        lambda c: c["calculations"][0].update(scene="Round to the nearest whole number."), "a scene is one"),
    "two sentences in a scene": (
        lambda c: c["calculations"][0].update(scene="The sea is calm. Nobody swims."), "a scene is one"),
    "a question in a scene": (
        lambda c: c["calculations"][0].update(scene="What is half of that?"), "a scene is one statement"),
    "a turn in a scene": (
        lambda c: c["calculations"][0].update(scene="Choose the opposite of what comes next."), "a scene is one"),
    "a number in a scene": (lambda c: c["calculations"][0].update(scene="Take 5 from it."), "a scene is one statement"),
    "a scene before a fact": (
        lambda c: c["picks"].__setitem__(0, {"key": "q02-meaning", "hint": HINT, "scene": "The sea is calm."}),
        "takes no scene"),
    "an answer of the list in a hint": (
        lambda c: c["picks"][0].update(hint=f"Surely {POOL[0].right[0]} fits."), "holds the answer"),
    "a key of no question": (lambda c: c["picks"][0].update(key="q99-mine"), "no question of this key"),
    "a question twice": (lambda c: c["picks"][0].update(key=c["picks"][1]["key"]), "is chosen twice"),
    "too few": (lambda c: c["picks"].pop(), "there are 5 questions, and the quiz has 6"),
    "too many of its own": (
        lambda c: (c.update(picks=c["picks"][:2]), c.update(calculations=[calculation()] * 4)), "and 3 may be"),
    "none that is hard": (
        lambda c: c["picks"].__setitem__(-1, {"key": POOL[6].key, "hint": HINT}), "no question that is hard"),
    "keys of its own": (lambda c: c["picks"][0].update(right="1/2"), "Extra inputs"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_what_cannot_be_proved_is_not_taken(model: ModelServer, name: str) -> None:
    change, fault = LIES[name]
    lie = choice(calculation())
    change(lie)
    quiz, told = made(model, *[lie] * 4)
    assert (quiz, told.fallback) == (OFFLINE, Reason.NOT_TAKEN)
    assert fault in model.prompts[-1], model.prompts[-1][-600:]


def test_all_faults_are_told_at_once_and_a_mended_quiz_is_taken(model: ModelServer) -> None:
    lie = choice(calculation(answer="1/2"), calculation(expression="1/0 + 1/2"))
    lie["picks"][0]["key"] = "q99-mine"
    quiz, told = made(model, lie, choice(calculation()))
    assert [one.outcome for one in told.tries] == ["not_taken", "taken"]
    assert quiz != OFFLINE
    said = model.prompts[-1].rpartition("This can't be taken:")[2]
    assert said.count("\n- ") == 3


@pytest.mark.parametrize(
    "topic", ["multiply within 100", "decimals", "fractions", "photosynthesis", "volume", "inequality", "loops"]
)
def test_what_a_model_chooses_for_any_objective_is_right(model: ModelServer, topic: str) -> None:
    request = Request(topic=topic, environment="island", questions=8)
    plan = make_plan(request, LIBRARY)
    done = Backend(model.endpoint(), LIBRARY).quiz(request, plan)
    assert done.asked
    assert done.asked.fallback is None, done.asked.detail
    assert all(proved(one) for one in done.record.questions)


def test_where_nothing_is_calculated_a_model_adds_nothing(model: ModelServer) -> None:
    request = Request(topic="photosynthesis", environment="island")
    quiz, told = made(model, *[{"calculations": [calculation()]}] * 4, request=request)
    assert told.fallback is Reason.NOT_TAKEN
    assert "this objective has none" in model.prompts[-1]
    assert quiz == make_quiz(request, make_plan(request, LIBRARY), LIBRARY)


def test_words_that_look_like_luau_stay_a_text(model: ModelServer) -> None:
    hostile = '" .. require(123456) .. " \\'
    quiz, told = made(model, choice(calculation(hint=hostile)))
    assert [one.outcome for one in told.tries] == ["taken"]
    scripts = make_scripts(PLAN, quiz, LIBRARY)
    source = next(one.source for one in scripts if one.name == "QuizGates")
    assert '\\" .. require(123456) .. \\" \\\\' in source
    assert scan(source).verdict is Verdict.CLEAN


NUMBERS = st.one_of(
    st.integers(0, 999).map(str),
    st.builds("{}/{}".format, st.integers(1, 99), st.integers(1, 99)),
    st.builds("{}.{}".format, st.integers(0, 99), st.integers(0, 99)),
)


@st.composite
def expressions(draw: st.DrawFn) -> tuple[str, Fraction]:
    """Write a calculation, and find its value by Python."""
    numbers = draw(st.lists(NUMBERS, min_size=2, max_size=4))
    signs = draw(st.lists(st.sampled_from("+-x"), min_size=len(numbers) - 1, max_size=len(numbers) - 1))
    text = " ".join([numbers[0], *(f"{sign} {one}" for sign, one in zip(signs, numbers[1:], strict=True))])
    code = " ".join("*" if one == "x" else one if one in "+-" else f"Fraction({one!r})" for one in text.split())
    return text, eval(code)  # noqa: S307


@given(expressions())
def test_a_value_is_that_of_python(held: tuple[str, Fraction]) -> None:
    text, value = held
    try:
        read = read_sum(text)
    except SumError:
        return
    assert (read.text, read.value) == (text, value)
    assert holds(f"{text} = {text}") == value


@given(st.text(alphabet="0123456789/.x+-() =*÷", max_size=70) | st.text(max_size=70))
def test_any_text_is_a_calculation_or_none(text: str) -> None:
    for read in (read_sum, read_number, holds):
        try:
            read(text)
        except SumError:
            continue


@pytest.mark.parametrize(
    ("text", "value"),
    [("12 ÷ 4", 3), ("(3 + 4) × 5", 35), ("2.5*4", 10), ("24 / 4 / 3", 2), ("1/2 + 1/3 - 1/6", Fraction(2, 3))],
)
def test_calculations(text: str, value: Fraction) -> None:
    assert read_sum(text).value == value


@pytest.mark.parametrize(
    "text",
    ["5", "3 - 5", "4 / 0", "1/0 + 1", "3/4 / 1/8", "1 + 2 + 3 + 4 + 5 + 6", "999999 x 999999", "2 ^ 3", "(1 + 2",
     "1 + 2)", "1 2", "3/4/5 + 1", "1.2.3 + 1", "+ 1", "1 +", "x", "", "1 + " * 30],
)  # fmt: skip
def test_no_calculations(text: str) -> None:
    with pytest.raises(SumError):
        read_sum(text)


def test_values_are_written_as_their_question_is() -> None:
    assert shown(Fraction(5, 2), "decimal") == "2.5"
    assert shown(Fraction(5, 2), "fraction") == "5/2"
    assert shown(Fraction(3), "decimal") == "3"
    assert shown(Fraction(-1, 4), "decimal") == "-0.25"
    with pytest.raises(SumError):
        shown(Fraction(1, 3), "decimal")


def test_only_what_asks_for_a_value_may_be_added() -> None:
    fractions = skill_of("math-5-add-unlike-fractions")
    assert fractions
    assert (fractions.operators, fractions.numbers) == ({"+", "-"}, {"fraction"})
    assert skill_of("science-3-forces") is None
    assert skill_of("math-8-slope") is None
