"""Workflows whose words come from a language model: what it took is kept, and the budget is the workflow's."""

from collections.abc import Iterator

import pytest

from tests.agents.workflow.running import ASKED, Ran, compute, run
from tests.support.endpoints import KEY, ModelServer, serving_model
from toolbox_cli.agents.engine.outcomes import Done
from toolbox_cli.agents.workflow.tasks import Spending

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


def figures(ran: Ran) -> dict[str, dict[str, object]]:
    """Compute the asking tasks anew, and give what is kept of their tries."""
    found = {}
    for task in ran.tasks:
        if task.task_type in ASKING:
            outcome = compute(ran.given[task.id])
            assert isinstance(outcome, Done)
            found[task.task_type] = dict(outcome.figures)
    return found


def test_a_models_words_come_into_an_environment_that_is_approved(model: ModelServer) -> None:
    ran = run(BY_MODEL)
    assert ran.done["environment"]["plan"]["title"] != run().done["environment"]["plan"]["title"]
    assert len(model.prompts) == 3
    assert KEY not in str(ran.outputs)


def test_what_asking_took_is_kept_with_the_try(model: ModelServer) -> None:
    for kept in figures(run(BY_MODEL)).values():
        assert kept["backend"] == "model"
        assert kept["model"] == "small-model"
        assert len(str(kept["prompt_sha256"])) == 64
        assert kept["tokens_in"]


def test_a_step_knows_what_the_ones_before_it_have_used(model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run(BY_MODEL)
    spent = {
        task.task_type: Spending.model_validate(ran.outputs[task.id]["spent"])
        for task in ran.tasks
        if task.task_type in ASKING
    }
    before = len(model.prompts)
    monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_BUDGET_TOKENS", str(spent["generate_content"].tokens + 50))
    quiz = next(task for task in ran.tasks if task.task_type == "generate_quiz")
    outcome = compute(ran.given[quiz.id])
    assert isinstance(outcome, Done)
    assert (outcome.figures["backend"], outcome.output["asked"]["fallback"]) == ("offline", "budget")
    assert len(model.prompts) == before


def test_an_endpoint_that_answers_nonsense_leaves_the_offline_generators_own(model: ModelServer) -> None:
    model.always("I would rather talk about something else.")
    ran = run(BY_MODEL)
    assert ran.done["content_sha256"] == run().done["content_sha256"]
    assert {one["backend"] for one in figures(ran).values()} == {"offline"}


def test_a_configuration_that_can_not_work_fails_the_workflow_for_good(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLBOX_AGENTS_MODEL_URL", "https://user:secret@example.org/v1")
    ran = run(BY_MODEL)
    assert ran.failed.kind == "part-failed"
    assert "secret" not in ran.failed.message


def test_without_a_provider_nobody_is_asked() -> None:
    assert run(BY_MODEL).done["content_sha256"] == run().done["content_sha256"]
