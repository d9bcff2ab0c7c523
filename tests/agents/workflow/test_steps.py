"""A workflow from its request to its end: approved, sent back, given up."""

import pytest

from tests.agents.workflow.running import ASKED, approved, compute, given_of, run, same_wrong_sum, wrong_sum
from toolbox_cli.agents.engine.outcomes import Done, Failed, NewTask
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Environment, Request, digest
from toolbox_cli.agents.making.review.whole import review
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.agents.workflow.tasks import Asked


def test_a_request_becomes_an_environment_that_the_review_approves() -> None:
    done = approved().done
    environment = Environment.model_validate(done["environment"])
    assert done["rounds"] == 1
    assert done["content_sha256"] == digest(environment) == review(environment, library()).content_sha256
    assert environment.plan.objectives == ("math-5-add-unlike-fractions",)


def test_the_same_request_gives_the_same_environment() -> None:
    assert run().done["content_sha256"] == approved().done["content_sha256"]


def test_what_the_review_refuses_is_made_again_with_a_seed_of_its_own_and_its_reasons() -> None:
    ran = run(change=wrong_sum(until=2))
    assert ran.kinds[6:] == ["generate_quiz", "generate_script", "review_content"]
    again = ran.tasks[6]
    assert [one["code"] for one in again.input["reasons"]] == ["wrong-sum"]
    quizzes = [ran.outputs[task.id] for task in ran.tasks if task.task_type == "generate_quiz"]
    assert quizzes[0]["seed"] != quizzes[1]["seed"]
    assert ran.done["rounds"] == 2
    assert ran.done["environment"]["quiz"] == quizzes[1]["record"]
    assert ran.done["environment"]["terrain"] == approved().done["environment"]["terrain"]


def test_a_workflow_that_is_never_approved_ends_with_its_reasons() -> None:
    ran = run(ASKED.model_copy(update={"most_rounds": 2}), wrong_sum(until=9))
    assert ran.kinds.count("review_content") == 2
    assert (ran.failed.kind, ran.failed.retryable) == ("not-approved", False)
    assert "after 2 rounds" in ran.failed.message
    assert "2 + 2" in ran.failed.message
    assert ran.failed.data["reasons"][0]["code"] == "wrong-sum"


def test_a_workflow_that_gets_the_same_again_stops_before_its_last_round() -> None:
    ran = run(ASKED.model_copy(update={"most_rounds": 9}), same_wrong_sum)
    assert ran.kinds.count("review_content") == 2
    assert "unchanged" in ran.failed.message


def test_what_changes_after_its_review_is_not_approved_with_it() -> None:
    made: dict[str, dict[str, object]] = {}

    def change(task: NewTask, output: dict[str, object]) -> None:
        made[task.task_type] = output
        if task.task_type == "review_content":
            made["generate_quiz"]["record"]["title"] = "Another quiz"  # type: ignore[index]

    ran = run(change=change)
    assert (ran.failed.kind, ran.failed.retryable) == ("changed", False)


def test_a_request_that_nothing_fits_fails_with_what_is_nearest() -> None:
    ran = run(Asked(request=Request(topic="unicycles for zebras")))
    assert ran.failed.kind == "part-failed"
    assert "No learning objective fits" in ran.failed.message
    assert f"toolbox agents retry --workflow {ran.root.id}" in ran.failed.message
    assert ran.kinds == ["plan_environment", "generate_content", "generate_quiz", "generate_terrain",
                         "generate_script", "review_content"]  # fmt: skip


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"generate_environment"}))
def test_each_task_can_be_asked_for_alone(kind: str) -> None:
    task = NewTask(kind, "Alone", {"request": {"objective": "science-5-matter-particles", "duration_minutes": 15}})
    if "science-5-matter-particles" not in library().objectives:
        task = NewTask(kind, "Alone", {"request": {"subject": "Science", "grade": 5, "duration_minutes": 15}})
    assert isinstance(compute(given_of(task, ())), Done)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize(
    "wrong", [{"request": {"grade": 99}}, {"asked": {"request": {}, "what": 1}}, {"request": {"topic": "zebras"}}]
)
def test_a_bad_input_fails_for_good(kind: str, wrong: dict[str, object]) -> None:
    given = given_of(NewTask(kind, "Bad", wrong), ())
    outcome = compute(given)
    if kind == "generate_environment":
        outcome = outcome if isinstance(outcome, Failed) else Failed("bad-input", "left to its parts")
    assert isinstance(outcome, Failed)
    assert (outcome.kind, outcome.retryable) == ("bad-input", False)
    assert outcome.message
