"""Scripts: strict, parsed, judged on the server, and safe against any text."""

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agents.making.luau import assert_parses, kinds, read_string
from toolbox_cli.agents.making.environment import make_environment
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Environment, Option, Request, Script
from toolbox_cli.agents.making.script.filling import filled, variables
from toolbox_cli.agents.making.script.literals import literal, quoted
from toolbox_cli.agents.making.script.scripts import make_scripts
from toolbox_cli.content.luau.scanning import Verdict, scan

LIBRARY = library()
LESSON = make_environment(Request(objective="math-5-add-unlike-fractions", environment="island"), LIBRARY)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def script(environment: Environment, name: str) -> Script:
    return next(one for one in environment.scripts if one.name == name)


@settings(max_examples=25, deadline=None)
@given(objective=st.sampled_from(sorted(LIBRARY.objectives)), seed=st.integers(0, 10**6), questions=st.integers(5, 20))
def test_every_script_parses_is_strict_and_clean(objective: str, seed: int, questions: int) -> None:
    request = Request(objective=objective, environment="library", duration_minutes=15, seed=seed, questions=questions)
    made = make_environment(request, LIBRARY)
    assert [one.name for one in made.scripts] == ["Checkpoints", "QuizGates", "QuestionPanel", "Score", "Leaderboard"]
    for one in made.scripts:
        assert_parses(one.source)
        assert one.source.startswith("--!strict\n")
        assert "{{" not in one.source
        assert {"client": "StarterPlayerScripts", "server": "ServerScriptService"}[one.script_type] == one.place


def test_the_scan_finds_nothing_in_them() -> None:
    for one in (*LESSON.scripts, LESSON.terrain):
        source = one.source if isinstance(one, Script) else one.script
        found = scan(source)
        assert found.verdict is Verdict.CLEAN, [(hit.rule.code, hit.line) for hit in found.found]


def test_right_answers_stay_on_the_server() -> None:
    for one in LESSON.scripts:
        if one.script_type == "client":
            assert "worked" not in one.source
            assert not any(question.ask in one.source for question in LESSON.quiz.questions)
    gates = script(LESSON, "QuizGates").source
    sent = re.findall(r"FireClient\((.*)\)", gates)
    assert sent == ["player, question, asked.ask, asked.options, #asked.right"]
    assert not re.search(r"OnServerEvent", "".join(one.source for one in LESSON.scripts))


def test_a_checkpoint_counts_only_behind_its_gate() -> None:
    assert script(LESSON, "Checkpoints").variables["behind_gates"] is True
    written = re.findall(
        r"Attribute\((\"Gate\" \.\. tostring\(number\))", "".join(one.source for one in LESSON.scripts)
    )
    assert len(written) == 2, "one script lets pass, and the other one asks"


def test_what_stands_in_the_place_already_is_found_and_what_comes_later_too() -> None:
    for name, folder in (("Checkpoints", "Checkpoints"), ("QuizGates", "Gates")):
        source = script(LESSON, name).source
        assert f'child.Name == "{folder}"' in source
        assert f'Workspace:FindFirstChild("{folder}")' in source
        assert "WaitForChild(" not in source.replace('WaitForChild("HumanoidRootPart")', "")


def test_a_script_is_written_in_a_moment() -> None:
    start = time.perf_counter()
    make_scripts(LESSON.plan, LESSON.quiz, LIBRARY)
    assert time.perf_counter() - start < 2


def test_gates_know_each_right_answer() -> None:
    told = script(LESSON, "QuizGates").variables["questions"]
    for question, known in zip(LESSON.quiz.questions, told, strict=True):
        right = [known["options"][place - 1] for place in known["right"]]
        assert right == [option.text for option in question.options if option.right]
        assert known["written"] == ([question.answer.replace(" ", "").lower()] if question.answer else [])


def test_a_lesson_without_gates_has_no_quiz_script() -> None:
    mechanics = LESSON.plan.mechanics.model_copy(update={"quiz_gate": False})
    made = make_scripts(LESSON.plan.model_copy(update={"mechanics": mechanics}), LESSON.quiz, LIBRARY)
    assert [one.name for one in made] == ["Checkpoints", "Score", "Leaderboard"]


@settings(max_examples=60, deadline=None)
@given(ask=TEXTS, answer=TEXTS)
def test_no_text_leaves_its_quotes(ask: str, answer: str) -> None:
    question = LESSON.quiz.questions[0]
    plain, evil = [], []
    for made, (first, second) in ((plain, ("ask", "right")), (evil, (ask, answer))):
        options = (Option.model_construct(text=second, right=True, why="w"), *question.options[1:])
        changed = question.model_copy(update={"ask": first, "options": options})
        quiz = LESSON.quiz.model_copy(update={"questions": (changed,)})
        made.append(make_scripts(LESSON.plan, quiz, LIBRARY)[1].source)
    assert_parses(evil[0])
    assert [kind for kind in kinds(evil[0]) if kind != ","] == [kind for kind in kinds(plain[0]) if kind != ","]


@given(TEXTS)
def test_a_text_is_read_as_it_was(text: str) -> None:
    written = quoted(text)
    assert read_string(written) == text
    assert all(sign.isprintable() for sign in written)
    assert_parses(f"local a = {written}")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "nil"), (True, "true"), (3, "3"), (-2.5, "-2.5"), ([], "{}"), ({"a": [1, "b"]}, '{ a = { 1, "b" } }'),
        ("]]", '"]]"'), ("a\0001", '"a\\0001"'), ("a\nb", '"a\\nb"'), ("{{x}}", '"{{x}}"'),
    ],
)  # fmt: skip
def test_a_value_has_its_literal(value: Any, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**60, {"end": 1}, {"a b": 1}, {"a = os.exit(), b": 1}])
def test_what_luau_can_not_hold_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"no number|too large|no name"):
        literal(value)


def test_a_value_that_looks_like_a_gap_is_not_filled_again() -> None:
    assert filled("local a, b = {{a}}, {{b}}", {"a": "{{b}}", "b": 1}) == 'local a, b = "{{b}}", 1'


def test_values_keep_their_kind_and_their_limits() -> None:
    template = LIBRARY.templates["checkpoint-path"]
    assert variables(template, "easy", {}) == {"checkpoints": 3, "must_be_in_order": True, "behind_gates": False}
    assert variables(template, "easy", {"checkpoints": 99})["checkpoints"] == 20
    with pytest.raises(ValueError, match="is no value that checkpoints may have"):
        variables(template, "easy", {"checkpoints": "1 os.exit() --"})
    with pytest.raises(ValueError, match="has no variable checkpoint"):
        variables(template, "easy", {"checkpoint": 1})
