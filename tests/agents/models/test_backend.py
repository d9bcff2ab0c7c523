"""What a model proposes is taken where it can be, and the offline generators' own stands wherever it can't."""

import json
import math
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from tests.support.commands import ROOT
from tests.support.endpoints import KEY, TOKENS_IN, TOKENS_OUT, ModelServer, lesson_words
from tests.support.web import (
    Answer,
    Trouble,
    cut_before,
    cut_within,
    drip,
    drip_headers,
    endless,
    gzip_bomb,
    html_page,
    instead,
    redirect,
    silent,
    throttled,
)
from toolbox_cli.agents.making import VERSION
from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.quiz.quiz import make_quiz
from toolbox_cli.agents.making.records import Environment, LessonPlan, Request
from toolbox_cli.agents.making.review.whole import scrutiny
from toolbox_cli.agents.making.script.scripts import make_scripts
from toolbox_cli.agents.making.terrain.land import make_terrain
from toolbox_cli.agents.making.terrain.walking import reached
from toolbox_cli.agents.models.asking.account import Asked, Reason, Spent
from toolbox_cli.agents.models.backend import Backend
from toolbox_cli.agents.models.taking.quiz import CALCULATED

LIBRARY = library()
REQUEST = Request(grade=5, topic="fractions", environment="island")
OFFLINE = make_plan(REQUEST, LIBRARY)


def backend(model: ModelServer, **settings: Any) -> Backend:
    return Backend(model.endpoint(**settings), LIBRARY)


def asked(model: ModelServer, **settings: Any) -> tuple[LessonPlan, Asked]:
    made = backend(model, **settings).plan(REQUEST)
    assert made.asked
    return made.record, made.asked


@pytest.mark.parametrize("provider", ["openai-compatible", "anthropic"])
class TestTaken:
    def test_a_plan_gets_a_models_words_and_keeps_what_is_ours(self, model: ModelServer, provider: str) -> None:
        plan, told = asked(model, provider=provider, price_in="2.5", price_out="10")
        words = lesson_words(len(OFFLINE.activities))
        assert plan.title == words["title"]
        assert [one.name for one in plan.activities] == [one["name"] for one in words["activities"]]
        ours = {"objectives", "subject", "grade", "environment", "vocabulary", "mechanics", "accessibility"}
        assert plan.model_dump(include=ours) == OFFLINE.model_dump(include=ours)
        assert [(one.kind, one.minutes) for one in plan.activities] == [
            (one.kind, one.minutes) for one in OFFLINE.activities
        ]
        assert (told.provider, told.model) == (provider, "small-model")
        assert (told.tokens_in, told.tokens_out, told.fallback) == (TOKENS_IN, TOKENS_OUT, None)
        assert told.cost == Decimal("0.0011")
        assert [one.outcome for one in told.tries] == ["taken"]

    def test_a_quiz_is_chosen_and_its_keys_stay(self, model: ModelServer, provider: str) -> None:
        made = backend(model, provider=provider).quiz(REQUEST, OFFLINE)
        assert made.asked
        assert made.asked.fallback is None
        more = make_quiz(REQUEST.model_copy(update={"questions": 12}), OFFLINE, LIBRARY)
        answers = {(one.objective, str(one.data)): one.options for one in more.questions}
        assert len(made.record.questions) == REQUEST.questions
        for one in made.record.questions:
            assert answers[one.objective, str(one.data)] == one.options
            assert one.ask.startswith(model.scene) == (one.data["kind"] in CALCULATED)

    def test_land_gets_other_ground_and_the_same_heights(self, model: ModelServer, provider: str) -> None:
        made = backend(model, provider=provider).terrain(REQUEST, OFFLINE)
        offline = make_terrain(REQUEST, OFFLINE, LIBRARY)
        assert made.asked
        assert made.asked.fallback is None
        assert [one.material for one in made.record.layers] == ["Sand", "Mud", "Rock"]
        assert "Enum.Material.Mud" in made.record.script
        assert made.record.heights == offline.heights
        assert made.record.checkpoints == offline.checkpoints

    def test_the_same_request_is_the_same_prompt(self, model: ModelServer, provider: str) -> None:
        first, second = (asked(model, provider=provider)[1] for _ in range(2))
        assert first.prompt_sha256 == second.prompt_sha256
        assert model.prompts[0] == model.prompts[1]
        other = backend(model, provider=provider).plan(REQUEST.model_copy(update={"grade": 4}))
        assert other.asked
        assert other.asked.prompt_sha256 != first.prompt_sha256


def test_without_a_model_nobody_is_asked() -> None:
    made = Backend(None, LIBRARY).plan(REQUEST)
    assert (made.record, made.asked) == (OFFLINE, None)


def test_what_a_good_model_makes_passes_the_review(model: ModelServer) -> None:
    made = backend(model)
    plan = made.plan(REQUEST).record
    quiz = made.quiz(REQUEST, plan).record
    terrain = made.terrain(REQUEST, plan).record
    scripts = make_scripts(plan, quiz, LIBRARY)
    parts = {"plan": plan, "quiz": quiz, "terrain": terrain, "scripts": scripts}
    whole = Environment.model_validate({"version": VERSION, "request": REQUEST, **parts})
    judged = scrutiny(whole, LIBRARY).review
    assert plan != OFFLINE
    assert {name: one.reasons for name, one in judged.parts.items() if not one.approved} == {}


@dataclass
class Case:
    """What goes wrong each time, what is recorded, and how often the model is asked."""

    trouble: Trouble
    reason: Reason
    requests: int
    outcome: str


ERROR = {"error": {"message": "no such thing", "type": "invalid_request_error"}}
CASES = {
    "silent": Case(silent(), Reason.TIME, 3, "TimedOut"),
    "drip": Case(drip(), Reason.TIME, 3, "TimedOut"),
    "drip of headers": Case(drip_headers(), Reason.TIME, 3, "TimedOut"),
    "hangs up": Case(cut_before(), Reason.UNREACHABLE, 3, "NoConnection"),
    "cut": Case(cut_within(20), Reason.UNREACHABLE, 3, "NoConnection"),
    "429": Case(throttled("0"), Reason.THROTTLED, 3, "Throttled"),
    "429 for a year": Case(throttled("31536000"), Reason.THROTTLED, 1, "Throttled"),
    "429 until a day": Case(throttled("Fri, 31 Dec 9999 23:59:59 GMT"), Reason.THROTTLED, 1, "Throttled"),
    "429 that says nothing": Case(throttled("soon"), Reason.THROTTLED, 3, "Throttled"),
    "500": Case(instead(Answer(ERROR, 500)), Reason.SERVER_FAULT, 3, "ServerFault"),
    "503 as a page": Case(html_page(503), Reason.SERVER_FAULT, 3, "ServerFault"),
    "529": Case(instead(Answer(ERROR, 529)), Reason.SERVER_FAULT, 3, "ServerFault"),
    "400": Case(instead(Answer(ERROR, 400)), Reason.REJECTED, 1, "Rejected"),
    "401": Case(instead(Answer(ERROR, 401)), Reason.REJECTED, 1, "Unauthorized"),
    "404": Case(instead(Answer("page not found", 404)), Reason.REJECTED, 1, "NotFound"),
    "redirect": Case(redirect("http://127.0.0.1:9/"), Reason.REJECTED, 1, "Rejected"),
    "a page": Case(html_page(), Reason.NOT_TAKEN, 3, "UnexpectedReply"),
    "broken envelope": Case(instead(Answer(b'{"choices": [', 200, {"Content-Type": "application/json"})),
                            Reason.NOT_TAKEN, 3, "UnexpectedReply"),
    "no choices": Case(instead(Answer({"choices": [], "content": []})), Reason.NOT_TAKEN, 3, "UnexpectedReply"),
    "deep envelope": Case(instead(Answer(b"[" * 200_000, 200, {"Content-Type": "application/json"})),
                          Reason.NOT_TAKEN, 3, "UnexpectedReply"),
    "endless": Case(endless(), Reason.NOT_TAKEN, 1, "TooLarge"),
    "bomb": Case(gzip_bomb(1 << 22), Reason.NOT_TAKEN, 1, "TooLarge"),
}  # fmt: skip


@pytest.mark.parametrize("provider", ["openai-compatible", "anthropic"])
@pytest.mark.parametrize("name", CASES)
def test_whatever_the_server_does_the_workflow_goes_on(model: ModelServer, name: str, provider: str) -> None:
    case = CASES[name]
    model.web.trouble(case.trouble, times=math.inf)
    plan, told = asked(model, provider=provider, timeout_s=0.3 if case.reason is Reason.TIME else 10)
    assert plan == OFFLINE
    assert told.fallback is case.reason, told
    assert told.detail
    assert [one.outcome for one in told.tries] == [case.outcome] * case.requests
    assert len(model.web.asked) <= case.requests  # one that was given up may not have been read yet


@pytest.mark.parametrize("name", ["429", "500", "silent", "hangs up", "a page"])
def test_what_goes_wrong_once_is_tried_again(model: ModelServer, name: str) -> None:
    model.web.trouble(CASES[name].trouble)
    plan, told = asked(model, timeout_s=1.5)
    assert plan != OFFLINE
    assert [one.outcome for one in told.tries] == [CASES[name].outcome, "taken"]


def test_nobody_listens(model: ModelServer) -> None:
    with model.web.refusing():
        plan, told = asked(model)
    assert (plan, told.fallback) == (OFFLINE, Reason.UNREACHABLE)


def test_retry_after_is_kept_to(model: ModelServer) -> None:
    asked(model)  # what is imported first takes its own time
    model.web.trouble(throttled("1"))
    _, told = asked(model)
    assert told.fallback is None
    assert told.seconds >= 1


def test_a_step_ends_when_its_time_is_over(model: ModelServer) -> None:
    asked(model)  # what is imported first takes its own time
    model.web.trouble(silent(), times=math.inf)
    plan, told = asked(model, timeout_s=0.4, patience_s=0.6)
    assert (plan, told.fallback) == (OFFLINE, Reason.TIME)
    assert told.seconds < 3


WORDS = lesson_words(len(OFFLINE.activities))
BAD = {
    "no JSON": "Sure! I would love to help with that.",
    "a refusal in words": "I'm sorry, I can't help with that request.",
    "broken JSON": json.dumps(WORDS)[:-40],
    "nothing": "",
    "a list": "[]",
    "deep": "[" * 50_000,
    "a field too few": json.dumps({key: value for key, value in WORDS.items() if key != "support"}),
    "a field too many": json.dumps({**WORDS, "grade": 12}),
    "another number of activities": json.dumps(lesson_words(2)),
    "an activity twice": json.dumps({**WORDS, "activities": [WORDS["activities"][0]] * len(OFFLINE.activities)}),
    "too long": json.dumps({**WORDS, "summary": "long " * 2000}),
    "a link": json.dumps({**WORDS, "summary": "Look at freegifts.gg for more."}),
    "a handle": json.dumps({**WORDS, "summary": "Write to @teacher about it."}),
    "markup": json.dumps({**WORDS, "summary": "Click <a href=x>here</a>."}),
    "invisible": json.dumps({**WORDS, "summary": "Good\u202eday."}),
    "a phone number": json.dumps({**WORDS, "summary": "Call 0171 555 12 34 today."}),
    "elsewhere": json.dumps({**WORDS, "summary": "Join us on Discord."}),
    "half of a pair around it": "\ud800" + json.dumps(WORDS)[:-1],
    "half of a pair": json.dumps({**WORDS, "summary": "Good \ud800 day."}),
    "half of a pair in its name": json.dumps({**WORDS, "\ud800": "Good day."}),
    "a name with a zero": json.dumps({**WORDS, "\x00\n\x1b[2J": "Good day."}),
    "a long name": json.dumps({**WORDS, "long" * 100_000: "Good day."}),
    "accents": json.dumps({**WORDS, "summary": "a" + "\u0301\u0327" * 80_000}, ensure_ascii=False),
    "too hard": json.dumps({**WORDS, "summary": "Institutional considerations necessitate " * 12}),
    "unfinished": json.dumps({**WORDS, "summary": "TODO"}),
    "harm": json.dumps({**WORDS, "summary": "Get your parents' credit card."}),
    "a question about the child": json.dumps({**WORDS, "summary": "Write down your full name."}),
    "look-alikes": json.dumps({**WORDS, "summary": "Meet us on d.i.s.c.o.r.d and w h a t s a p p."}),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_told_its_faults_and_given_up_after_three_more(model: ModelServer, name: str) -> None:
    model.always(BAD[name])
    plan, told = asked(model)
    assert (plan, told.fallback) == (OFFLINE, Reason.NOT_TAKEN)
    assert [one.outcome for one in told.tries] == ["not_taken"] * 4
    assert all(one.detail and one.detail.isprintable() and len(one.detail) <= 300 for one in told.tries)
    assert model.prompts[-1].count("This can't be taken:") == 3
    assert len(model.prompts[-1]) < 60_000
    json.dumps(told.model_dump(mode="json")).encode()


def test_a_server_that_answers_with_the_key_in_it_is_not_taken(model: ModelServer) -> None:
    model.always(json.dumps({**WORDS, "title": f"What {KEY} opens", KEY: 1}))
    plan, told = asked(model)
    assert (plan, told.fallback) == (OFFLINE, Reason.NOT_TAKEN)
    assert KEY not in told.model_dump_json()


def test_a_word_that_a_local_server_takes_for_a_key_is_a_word(model: ModelServer) -> None:
    assert asked(model, key="waves")[1].fallback is None


@pytest.mark.parametrize("provider", ["openai-compatible", "anthropic"])
@pytest.mark.parametrize("counted", [None, "many", 12.5, [], {"a": 1}, 2**31])
def test_a_server_that_counts_in_no_numbers_is_estimated(model: ModelServer, counted: object, provider: str) -> None:
    names = ("prompt_tokens", "completion_tokens", "total_tokens", "input_tokens", "output_tokens")
    model.usage = dict.fromkeys(names, counted)
    _, told = asked(model, provider=provider)
    assert all(one.estimated and one.tokens_in and one.tokens_out for one in told.tries), told


@pytest.mark.parametrize("usage", [{}, None])
def test_a_server_that_does_not_count_is_estimated(model: ModelServer, usage: object) -> None:
    words = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": json.dumps(WORDS)}}
    model.says({"choices": [words], "usage": usage})
    _, told = asked(model)
    assert (told.fallback, told.tries[0].estimated) == (None, True)


@pytest.mark.parametrize("name", BAD)
def test_a_good_answer_after_a_bad_one_is_taken(model: ModelServer, name: str) -> None:
    model.says(BAD[name])
    plan, told = asked(model)
    assert plan.title == WORDS["title"]
    assert [one.outcome for one in told.tries] == ["not_taken", "taken"]
    assert told.tokens_in == 2 * TOKENS_IN


@pytest.mark.parametrize(
    "around",
    ["```json\n{}\n```", "```\n{}\n```\n", "\n\n{}", "Here it is:\n{}\nEnjoy!", "<think>Which words?</think>\n{}"],
)
def test_what_small_models_write_around_an_answer_does_no_harm(model: ModelServer, around: str) -> None:
    model.says(around.replace("{}", json.dumps(WORDS)))
    assert [one.outcome for one in asked(model)[1].tries] == ["taken"]


@pytest.mark.parametrize(
    ("provider", "refusal"),
    [
        ("openai-compatible", {"choices": [{"index": 0, "finish_reason": "content_filter",
                                            "message": {"role": "assistant", "content": ""}}]}),
        ("openai-compatible", {"choices": [{"index": 0, "finish_reason": "stop",
                                            "message": {"role": "assistant", "refusal": "No."}}]}),
        ("anthropic", {"content": [], "stop_reason": "refusal"}),
    ],
)  # fmt: skip
def test_a_refusal_is_not_argued_with(model: ModelServer, provider: str, refusal: dict[str, Any]) -> None:
    model.always(refusal)
    plan, told = asked(model, provider=provider)
    assert (plan, told.fallback, len(model.web.asked)) == (OFFLINE, Reason.REFUSED, 1)


def test_an_answer_that_was_cut_off_is_asked_for_in_fewer_words(model: ModelServer) -> None:
    half = {"index": 0, "finish_reason": "length", "message": {"role": "assistant", "content": json.dumps(WORDS)}}
    model.says({"choices": [half]})
    _, told = asked(model)
    assert [one.outcome for one in told.tries] == ["not_taken", "taken"]
    assert "cut off at 4000 tokens" in model.prompts[-1]


class TestBudget:
    def test_without_tokens_nobody_is_asked(self, model: ModelServer) -> None:
        plan, told = asked(model, budget_tokens=0)
        assert (plan, told.fallback, told.tries, model.web.asked) == (OFFLINE, Reason.BUDGET, (), [])
        assert len(told.prompt_sha256) == 64

    @pytest.mark.parametrize(("spent", "reason"), [(0, None), (58_000, Reason.BUDGET)])
    def test_what_the_workflow_used_before_counts(self, model: ModelServer, spent: int, reason: Reason | None) -> None:
        made = Backend.configured(model.settings(), LIBRARY, spent=Spent(tokens=spent)).quiz(REQUEST, OFFLINE)
        assert made.asked
        assert made.asked.fallback is reason

    @pytest.mark.parametrize(("spent", "reason"), [("0", None), ("0.44", Reason.BUDGET)])
    def test_money_counts_at_its_prices(self, model: ModelServer, spent: str, reason: Reason | None) -> None:
        settings = model.settings(price_in="10", price_out="30", budget_cost="0.50", max_tokens=2000)
        made = Backend.configured(settings, LIBRARY, spent=Spent(cost=Decimal(spent))).plan(REQUEST)
        assert made.asked
        assert made.asked.fallback is reason
        assert made.asked.cost == (Decimal() if reason else Decimal("0.0036"))

    def test_asking_again_ends_with_the_budget(self, model: ModelServer) -> None:
        model.always("no")
        model.usage = {"prompt_tokens": 3000, "completion_tokens": 3000, "total_tokens": 6000}
        plan, told = asked(model, budget_tokens=15_000)
        assert (plan, told.fallback) == (OFFLINE, Reason.BUDGET)
        assert len(model.web.asked) == 2
        assert told.tokens_in + told.tokens_out <= 15_000

    @pytest.mark.parametrize("counted", [0, -9, 10**30])
    def test_a_server_that_counts_nonsense_is_estimated(self, model: ModelServer, counted: int) -> None:
        model.usage = {"prompt_tokens": counted, "completion_tokens": counted, "total_tokens": counted}
        plan, told = asked(model)
        assert plan.title == WORDS["title"]
        assert told.tries[0].estimated
        assert len(model.prompts[0]) / 4 < told.tokens_in < len(model.prompts[0])
        assert 0 < told.tokens_out < 1000

    def test_an_answer_that_did_not_come_in_time_counts_in_full(self, model: ModelServer) -> None:
        model.web.trouble(silent())
        _, told = asked(model, timeout_s=0.3, max_tokens=900)
        assert told.tries[0].tokens_out == 900
        assert told.tries[0].estimated


@pytest.mark.parametrize("place", sorted(LIBRARY.places))
def test_every_place_may_have_a_cave_and_can_be_walked(model: ModelServer, place: str) -> None:
    model.says(json.dumps({"name": "Here", "ground": ["Rock", "Slate", "Basalt"], "caves": True}))
    request = Request(objective="science-3-forces", environment=place, duration_minutes=20)
    plan = make_plan(request, LIBRARY)
    made = backend(model).terrain(request, plan)
    assert made.asked
    assert made.asked.fallback is None
    assert made.record.caves
    assert {*made.record.checkpoints} <= reached(made.record)


def test_ground_of_one_material_is_not_taken(model: ModelServer) -> None:
    model.says(json.dumps({"name": "Here", "ground": ["Rock"] * 3}), json.dumps({"name": "x", "ground": ["Gold"] * 3}))
    made = backend(model).terrain(REQUEST, OFFLINE)
    assert made.asked
    assert [one.outcome for one in made.asked.tries] == ["not_taken", "not_taken", "taken"]


def test_what_asks_is_imported_when_somebody_is_asked() -> None:
    code = (
        "import sys, toolbox_cli.agents.models.backend as b, toolbox_cli.agents.making.library as l\n"
        "from toolbox_cli.agents.making.records import Request\n"
        "b.Backend(None, l.library()).plan(Request(grade=5, topic='fractions'))\n"
        "assert not {'pydantic_ai', 'openai', 'anthropic', 'httpx2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
