"""Workflows whose words come from a language model: what it took is kept, and the budget is the workflow's."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.agents.workflow.running import ASKED, Ran, compute, given_of, run, wrong_sum
from tests.support.endpoints import KEY, ModelServer, serving_model
from tests.support.web import silent
from toolbox_cli.agents.engine.outcomes import Done, NewTask
from toolbox_cli.agents.models.asking.account import Asked
from toolbox_cli.agents.workflow.spending import figures_of
from toolbox_cli.agents.workflow.tasks import Order

BY_MODEL = ASKED.model_copy(update={"backing": "model"})
ASKING = ("generate_content", "generate_quiz", "generate_terrain")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with serving_model() as served:
        monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_PROVIDER", "openai-compatible")
        monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_URL", f"{served.web.url}/v1")
        monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_NAME", "small-model")
        monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_KEY", KEY)
        yield served


def recorded(ran: Ran) -> list[dict[str, Any]]:
    """Give what is kept of the tries that were to ask, in their order."""
    return [figures_of(asked_of(ran.outputs[task.id])) for task in ran.tasks if task.task_type in ASKING]


def asked_of(output: dict[str, Any]) -> Asked | None:
    return None if output["asked"] is None else Asked.model_validate(output["asked"])


def test_a_models_words_come_into_an_environment_that_is_approved(model: ModelServer) -> None:
    ran = run(BY_MODEL)
    assert ran.done["environment"]["plan"]["title"] != run().done["environment"]["plan"]["title"]
    assert len(model.prompts) == 3
    assert KEY not in str(ran.outputs)


def test_what_asking_took_is_kept_with_the_try(model: ModelServer) -> None:
    for kept in recorded(run(BY_MODEL)):
        assert (kept["backend"], kept["model"], "fallback" in kept) == ("model", "small-model", False)
        assert len(kept["prompt_sha256"]) == 64
        assert kept["tokens_in"]


@pytest.mark.parametrize(("left", "asked"), [(-1, 1), (9000, 2), (50_000, 3)])
def test_all_steps_of_a_workflow_share_one_budget(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch, left: int, asked: int
) -> None:
    model.usage = {"prompt_tokens": 4000, "completion_tokens": 4000, "total_tokens": 8000}
    monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_BUDGET_TOKENS", str(8000 + left))
    kept = recorded(run(BY_MODEL))
    assert [one["backend"] for one in kept] == ["model"] * asked + ["offline"] * (3 - asked)
    assert kept[asked:] == [{"backend": "offline", "fallback": "budget"}] * (3 - asked)
    assert sum(one.get("tokens_in", 0) + one.get("tokens_out", 0) for one in kept) <= 8000 + max(left, 0)


def test_what_a_review_sends_back_is_made_without_the_model(model: ModelServer) -> None:
    ran = run(BY_MODEL, wrong_sum(until=2))
    assert ran.done["rounds"] == 2
    assert [one.get("fallback") for one in recorded(ran)] == [None, None, None, "sent_back"]
    assert len(model.prompts) == 3


def test_a_try_after_one_that_failed_asks_nobody(model: ModelServer) -> None:
    ran = run(BY_MODEL)
    before = len(model.prompts)
    quiz = next(task for task in ran.tasks if task.task_type == "generate_quiz")
    outcome = compute(replace(ran.given[quiz.id], attempt=2, retry_count=1))
    assert isinstance(outcome, Done)
    assert outcome.figures == {"backend": "offline", "fallback": "tried_before"}
    assert len(model.prompts) == before


def test_a_step_that_waits_for_the_model_leaves_time_for_its_own_work(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_PATIENCE_S", "3600")
    monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_TIMEOUT_S", "3600")
    model.web.trouble(silent(), times=math.inf)
    alone = NewTask("generate_terrain", "Alone", Order(asked=BY_MODEL).model_dump(mode="json"))
    outcome = compute(replace(given_of(alone, ()), timeout_s=0.3))
    assert isinstance(outcome, Done)
    assert outcome.figures["fallback"] == "time"


def test_an_endpoint_that_answers_nonsense_leaves_the_offline_generators_own(model: ModelServer) -> None:
    model.always("I would rather talk about something else.")
    ran = run(BY_MODEL)
    assert ran.done["content_sha256"] == run().done["content_sha256"]
    assert {(one["backend"], one["fallback"]) for one in recorded(ran)} == {("offline", "not_taken")}


def test_a_configuration_that_can_not_work_fails_the_workflow_for_good(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_URL", "https://user:secret@example.org/v1")
    ran = run(BY_MODEL)
    assert ran.failed.kind == "part-failed"
    assert "agents.model.url" in ran.failed.message
    assert "secret" not in ran.failed.message


def test_a_worker_without_a_model_says_that_it_has_none() -> None:
    ran = run(BY_MODEL)
    assert ran.done["content_sha256"] == run().done["content_sha256"]
    assert recorded(ran) == [{"backend": "offline", "fallback": "not_configured"}] * 3
    assert (
        "agents.model"
        in next(ran.outputs[task.id] for task in ran.tasks if task.task_type in ASKING)["asked"]["detail"]
    )
