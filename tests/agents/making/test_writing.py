"""The files of a lesson, opened by what opens them elsewhere."""

import json
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.agents.making.luau import assert_parses
from toolbox_cli.agents.making.environment import make_environment
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Option, Question, Quiz, Request, Terrain
from toolbox_cli.agents.making.writing.files import files, lesson_yaml, slug
from toolbox_cli.agents.making.writing.gift import gift
from toolbox_cli.content.reference.base import KEY
from toolbox_cli.content.reference.learning import Lesson
from toolbox_cli.modules.foreign.gift.blocks import blocks
from toolbox_cli.modules.foreign.gift.parsing import WHOLE, Kind, parsed

LIBRARY = library()
KINDS = {
    "multiple_choice": Kind.CHOICE, "multiple_select": Kind.CHOICE, "true_false": Kind.TRUE_FALSE,
    "short_answer": Kind.SHORT,
}  # fmt: skip
_ENDS = r"[^\s\x00-\x1f\x7f-\x9f\u2028\u2029]"
LINES = st.from_regex(rf"{_ENDS}(?:[ -~\u00e4\u4e2d<>]*{_ENDS})?", fullmatch=True)


def check_gift(quiz: Quiz) -> None:
    category, *read = blocks(gift(quiz))
    assert category.category == quiz.title.replace("/", "//")
    questions = [parsed(one.piece) for one in read]
    assert len(questions) == len(quiz.questions)
    for made, question in zip(questions, quiz.questions, strict=True):
        assert (made.title, made.stem.text, made.kind) == (question.key, question.ask, KINDS[question.type])
        assert made.feedback.text == question.worked
        if question.type == "short_answer":
            assert [one.text.text for one in made.answers] == [question.answer]
            continue
        assert [one.text.text for one in made.answers] == [one.text for one in question.options]
        assert [one.percent > 0 for one in made.answers] == [one.right for one in question.options]
        assert [one.feedback.text for one in made.answers] == [one.why for one in question.options]
        whole = sum(one.percent for one in made.answers if one.percent > 0)
        assert abs(whole - WHOLE) < 1


@settings(max_examples=25, deadline=None)
@given(objective=st.sampled_from(sorted(LIBRARY.objectives)), seed=st.integers(0, 10**6))
def test_a_lessons_files_open(objective: str, seed: int) -> None:
    request = Request(objective=objective, environment="laboratory", duration_minutes=15, seed=seed, questions=9)
    made = make_environment(request, LIBRARY)
    written = files(made)
    ((key, content),) = yaml.safe_load(written["lesson.yaml"])["educational_content"].items()
    lesson = Lesson.model_validate(content)
    assert re.fullmatch(KEY, key)
    assert not [*lesson.faults(key, lambda table, name: name in (LIBRARY.objectives | LIBRARY.achievements))]
    assert lesson.quiz.questions.keys() == {one.key for one in made.quiz.questions}
    held = json.loads(written["terrain.json"])
    assert Terrain.model_validate({**held, "script": made.terrain.script}) == made.terrain
    check_gift(made.quiz)
    for name, source in written.items():
        if name.endswith(".luau"):
            assert_parses(source.decode())


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(LINES, min_size=6, max_size=6, unique_by=str.casefold), right=st.integers(0, 2))
def test_signs_of_gift_stay_signs_of_the_text(texts: list[str], right: int) -> None:
    ask, worked, *answers = texts
    options = tuple(
        Option(text=text, right=number == right, why=f"{text} {number}") for number, text in enumerate(answers)
    )
    fields = {
        "hint": "h",
        "difficulty": "easy",
        "points": 1,
        "time_limit_s": 60,
        "objective": "math-7-circles",
        "data": {},
    }
    several = tuple(one.model_copy(update={"right": number < 2}) for number, one in enumerate(options))
    truth = (Option(text="True", right=False, why=ask), Option(text="False", right=True, why=worked))
    short = answers[0].replace("->", "")[:50]
    questions = [
        Question(key="one", ask=f"{ask} one", type="multiple_choice", worked=worked, options=options, **fields),
        Question(key="several", ask=f"{ask} several", type="multiple_select", worked=worked, options=several, **fields),
        Question(key="truth", ask=f"{ask} truth", type="true_false", worked=worked, options=truth, **fields),
    ]
    if short.strip() == short and short:
        questions.append(
            Question(key="short", ask=f"{ask} short", type="short_answer", worked=worked, answer=short, **fields)
        )
    check_gift(
        Quiz(title="Signs", description="d", subject="Science", grade=5, time_limit_s=60, questions=tuple(questions))
    )


@pytest.mark.parametrize(
    "title", ["\u5206\u6570", "1/2: [x] ~ = # {} \\", "'; DROP TABLE lessons --", "x" * 200, "\u0130\u00df"]
)
def test_any_title_has_a_key_and_is_read_as_it_was(title: str) -> None:
    made = make_environment(Request(objective="math-7-circles", environment="park", duration_minutes=15), LIBRARY)
    plan = made.plan.model_copy(update={"title": title})
    text = lesson_yaml(made.model_copy(update={"plan": plan}))
    ((key, content),) = yaml.safe_load(text)["educational_content"].items()
    assert re.fullmatch(KEY, key)
    assert content["title"] == title


@pytest.mark.parametrize("sign", ["\n", "\r", "\x0b", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\x1b"])
def test_no_line_has_an_end_within(sign: str) -> None:
    for text in (f"a{sign}b", f"{sign}b", f"a{sign}"):
        with pytest.raises(ValidationError):
            Option(text=text, right=True, why="w")


def test_a_slug_is_a_stable_key() -> None:
    assert slug("Earth's Systems in the Valley: 2/3 – Ö") == "earths-systems-in-the-valley-2-3"
    assert len(slug("a " * 90)) <= 60
    assert re.fullmatch(KEY, slug("a " * 90))
