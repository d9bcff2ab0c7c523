"""The types of tasks that agents have: what each computes, and what it stores."""

from typing import Final

from toolbox_cli.agents.engine.kinds import Kind, Kinds
from toolbox_cli.agents.workflow.tasks import CONTENT, PLAN, QUIZ, REVIEW, ROOT, SCRIPTS, TERRAIN

_STEPS: Final = "toolbox_cli.agents.workflow.steps"
_STATES: Final = "toolbox_cli.agents.workflow.storing.states"


def _kind(agent: str, task_type: str, store: str) -> Kind:
    return Kind(agent, f"{_STEPS}:{task_type}", store)


KINDS: Final[Kinds] = {
    ROOT: _kind("supervisor", ROOT, "toolbox_cli.agents.workflow.storing.environment:store_environment"),
    PLAN: _kind("supervisor", PLAN, f"{_STATES}:store_plan"),
    CONTENT: _kind("content", CONTENT, f"{_STATES}:store_action"),
    QUIZ: _kind("quiz", QUIZ, f"{_STATES}:store_action"),
    TERRAIN: _kind("terrain", TERRAIN, f"{_STATES}:store_action"),
    SCRIPTS: _kind("script", SCRIPTS, f"{_STATES}:store_action"),
    REVIEW: _kind("review", REVIEW, f"{_STATES}:store_review"),
}
