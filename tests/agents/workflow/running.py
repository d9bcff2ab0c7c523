"""A workflow without a database: its tasks are computed here, one after the other, as a worker would have them done."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from toolbox_cli.agents.engine.kinds import found
from toolbox_cli.agents.engine.outcomes import Done, Failed, Given, NewTask, Outcome, Result, Wait
from toolbox_cli.agents.making.records import Request
from toolbox_cli.agents.workflow.asking import workflow
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.agents.workflow.tasks import Asked

ASKED = Asked(request=Request(objective="math-5-add-unlike-fractions", environment="island", duration_minutes=20))
Change = Callable[[NewTask, dict[str, Any]], object]
"""Changes the output of a task in place."""


@dataclass
class Ran:
    """What came of a workflow.

    Attributes:
        tasks: in the order in which they were done, the supervisor's last.
        given: what each got at last.
        outputs: of those that completed.
    """

    root: NewTask
    outcome: Outcome
    tasks: list[NewTask] = field(default_factory=list)
    given: dict[UUID, Given] = field(default_factory=dict)
    outputs: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    @property
    def kinds(self) -> list[str]:
        return [task.task_type for task in self.tasks]

    @property
    def done(self) -> dict[str, Any]:
        """The supervisor's output."""
        assert isinstance(self.outcome, Done), self.outcome
        return plain(self.outcome.output)

    @property
    def failed(self) -> Failed:
        assert isinstance(self.outcome, Failed), self.outcome
        return self.outcome


def plain(value: Any) -> Any:
    """Give what the database would give back."""
    return json.loads(json.dumps(value, allow_nan=False))


def given_of(task: NewTask, needs: tuple[Result, ...], *, attempt: int = 1, context: Any = None) -> Given:
    return Given(
        id=task.id, attempt=attempt, retry_count=0, task_type=task.task_type, task_name=task.name,
        input=plain(task.input), context=context or {}, intermediate=None, workflow_id=task.workflow_id, parent_id=None,
        created_by=task.created_by, agent_id=None, agent=None, agent_type=None, agent_version=None, settings={},
        timeout_s=60.0, needs=needs,
    )  # fmt: skip


def compute(given: Given) -> Outcome:
    outcome: Outcome = found(KINDS[given.task_type].compute)(given, lambda progress: None)
    return outcome


def run(asked: Asked = ASKED, change: Change | None = None, by: UUID | None = None) -> Ran:
    """Do a workflow to its end."""
    root = workflow(asked, by)
    ran = Ran(root, Failed("not-begun", ""))
    results: dict[UUID, Result] = {}
    context: Mapping[str, Any] = {}
    for attempt in range(1, 20):
        given = given_of(root, tuple(results.values()), attempt=attempt, context=context)
        ran.given[root.id], ran.outcome = given, compute(given)
        if not isinstance(ran.outcome, Wait):
            if isinstance(ran.outcome, Done):
                ran.outputs[root.id] = plain(ran.outcome.output)
            return ran
        context = plain(ran.outcome.context)
        for task in ran.outcome.tasks:
            part = NewTask(
                task.task_type, task.name, task.input, id=task.id, needs=task.needs, parent_id=root.id,
                workflow_id=root.id, created_by=by,
            )  # fmt: skip
            results[task.id] = _part(ran, part, results, change)
    raise AssertionError("it does not end")


def _part(ran: Ran, task: NewTask, results: Mapping[UUID, Result], change: Change | None) -> Result:
    needs = tuple(results[need.id] for need in task.needs)
    ran.tasks.append(task)
    if any(one.status != "completed" for one in needs):
        return Result(task.id, task.task_type, "cancelled", None, "It needs another.")
    given = given_of(task, needs)
    outcome = compute(given)
    ran.given[task.id] = given
    if isinstance(outcome, Done):
        output = plain(outcome.output)
        if change is not None:
            change(task, output)
        ran.outputs[task.id] = output
        return Result(task.id, task.task_type, "completed", output, None)
    assert isinstance(outcome, Failed)
    return Result(task.id, task.task_type, "failed", None, outcome.message)


@cache
def approved() -> Ran:
    """Give one workflow that was approved at once."""
    return run(by=uuid4())


def wrong_sum(until: int) -> Change:
    """Put a wrong sum into the quiz of each round before one."""

    def change(task: NewTask, output: dict[str, Any]) -> None:
        if task.task_type == "generate_quiz" and task.input["round"] < until:
            question = output["record"]["questions"][0]
            question["worked"] = f"2 + 2 = {4 + task.input['round']}, so it is {question['worked']}"

    return change


def same_wrong_sum(task: NewTask, output: dict[str, Any]) -> None:
    """Put the same wrong quiz into each round."""
    if task.task_type == "generate_quiz":
        output["record"] = plain(approved().done["environment"]["quiz"])
        output["record"]["questions"][0]["worked"] = "2 + 2 = 5"
