"""Quizzes: each answer key is judged anew by other code, and wrong answers are worth choosing from."""

import re
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agents.making.answers import FITS, fits_fact
from tests.agents.making.asked import ASKED, read
from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.quiz.draft import Scale
from toolbox_cli.agents.making.quiz.quiz import levels, make_quiz
from toolbox_cli.agents.making.quiz.skills import SKILLS
from toolbox_cli.agents.making.records import Question, Quiz, Request
from toolbox_cli.agents.making.review.sums import false_equations
from toolbox_cli.core.chance import Chance

LIBRARY = library()
CALCULATED = {maker.__name__: maker for makers in SKILLS.values() for maker in makers}
LEVELS = st.sampled_from(["easy", "medium", "hard"])


def quiz_of(**request: object) -> Quiz:
    asked = Request.model_validate(request)
    return make_quiz(asked, make_plan(asked, LIBRARY), LIBRARY)


def fits(question: Question, text: str) -> bool:
    """Judge one answer by other code than that which made it, from what the student reads."""
    if (kind := question.data["kind"]) in FITS:
        return FITS[kind](read(kind, question.ask), text)
    return fits_fact(question.data, question.ask, text)


def check(question: Question) -> None:
    if (kind := question.data["kind"]) in FITS:
        assert read(kind, question.ask).items() <= question.data.items(), "what is kept is what is asked"
        right = question.right[0].casefold().removeprefix("at ")
        assert re.split(r"[π ]", right)[0] in question.worked.casefold(), question
    assert not false_equations(question.worked), question.worked
    if question.type == "short_answer":
        assert fits(question, question.answer or "")
        return
    for option in question.options:
        assert fits(question, option.text) == option.right, (question.ask, option.text, question.data)
        assert option.why.strip()
    texts = [option.text.casefold() for option in question.options]
    assert len(set(texts)) == len(texts)
    told = [re.fullmatch(r"(?:at )?(-?\d+(?:/\d+|\.\d+)?)(π?)(?: [a-z ]+)?", text) for text in texts]
    values = [(Fraction(one[1]), one[2]) for one in told if one]
    assert len(set(values)) == len(values), texts


@pytest.mark.parametrize("objective", sorted(LIBRARY.objectives))
def test_every_objective_has_quizzes_whose_keys_are_right(objective: str) -> None:
    for seed, difficulty in enumerate(("easy", "medium", "hard")):
        quiz = quiz_of(objective=objective, seed=seed, difficulty=difficulty, questions=20)
        assert len(quiz.questions) == 20
        for question in quiz.questions:
            check(question)


@settings(max_examples=150, deadline=None)
@given(
    objective=st.sampled_from(sorted(LIBRARY.objectives)), seed=st.integers(0, 2**53), difficulty=LEVELS,
    questions=st.integers(5, 20), apart=st.integers(-1, 3),
)  # fmt: skip
def test_keys_are_right_for_any_seed(objective: str, seed: int, difficulty: str, questions: int, apart: int) -> None:
    grade = min(12, max(1, LIBRARY.objectives[objective].grade_level + apart))
    quiz = quiz_of(objective=objective, seed=seed, difficulty=difficulty, questions=questions, grade=grade)
    for question in quiz.questions:
        check(question)
    assert quiz.grade == grade


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(sorted(CALCULATED)), seed=st.integers(), level=st.integers(0, 2), ahead=st.integers(-3, 3))
def test_the_right_answer_of_a_draft_fits_and_no_wrong_one_of_another_value_does(
    kind: str, seed: int, level: int, ahead: int
) -> None:
    for turn in range(10):
        draft = CALCULATED[kind](Chance("test", seed, turn), Scale(level, ahead, "shells"))
        told = read(draft.kind, draft.ask)
        assert FITS[draft.kind](told, draft.right.text), draft
        for wrong in draft.wrong:
            if wrong.answer.value != draft.right.value:
                assert not FITS[draft.kind](told, wrong.answer.text), (draft, wrong)
            assert not false_equations(wrong.why), (draft, wrong)


def test_every_kind_of_question_is_read_and_judged_by_other_code() -> None:
    assert (
        {draft.kind for maker in CALCULATED.values() for draft in [maker(Chance(1), Scale(1))]} == {*FITS} == {*ASKED}
    )


def test_options_name_the_misconception_behind_them() -> None:
    quiz = quiz_of(objective="math-5-add-unlike-fractions", seed=3, questions=20)
    told = [option.why for question in quiz.questions for option in question.options if not option.right]
    assert any("adds numerators and denominators" in why for why in told)
    assert any("numerators stayed as they were" in why for why in told)


def test_right_answers_stand_at_every_place() -> None:
    places = Counter(
        next(place for place, option in enumerate(question.options) if option.right)
        for seed in range(30)
        for question in quiz_of(objective="math-3-multiply-within-100", seed=seed).questions
        if question.type == "multiple_choice"
    )
    assert set(places) == {0, 1, 2, 3}
    assert min(places.values()) > sum(places.values()) // 8


def test_difficulty_grows_with_the_level_and_with_the_grade() -> None:
    def largest(level: int, ahead: int) -> float:
        drafts = [CALCULATED["multiply"](Chance(level, ahead, seed), Scale(level, ahead)) for seed in range(60)]
        return sum(max(draft.numbers.values()) for draft in drafts) / 60

    assert largest(0, 0) < largest(1, 0) < largest(2, 0)
    assert largest(1, -2) < largest(1, 0) < largest(1, 3)


@pytest.mark.parametrize(("difficulty", "hard"), [("easy", 0), ("medium", 1), ("hard", 3)])
def test_a_quiz_goes_from_easy_to_hard(difficulty: str, hard: int) -> None:
    assert levels(6, difficulty).count("hard") == hard  # type: ignore[arg-type]
    order = ["easy", "medium", "hard"]
    for objective in ("math-7-circles", "science-6-cells"):
        questions = quiz_of(objective=objective, difficulty=difficulty, questions=18).questions
        told = [order.index(question.difficulty) for question in questions]
        assert told == sorted(told)
        assert [question.key[:3] for question in questions] == [f"q{number:02d}" for number in range(1, 19)]


def test_other_seeds_give_other_questions() -> None:
    asked = {tuple(one.ask for one in quiz_of(objective="math-8-slope", seed=seed).questions) for seed in range(20)}
    assert len(asked) == 20


def test_a_quiz_in_which_two_answers_are_right_is_no_quiz() -> None:
    question = quiz_of(objective="math-7-circles").questions[0]
    both = [option.model_copy(update={"right": True}) for option in question.options]
    with pytest.raises(ValueError, match="exactly one answer is right"):
        Question.model_validate({**question.model_dump(), "options": [one.model_dump() for one in both]})
