"""What a workflow uses of a language model's budget, and what is kept of it with a try."""

from collections.abc import Iterable
from typing import Any

from toolbox_cli.agents.engine.outcomes import Result
from toolbox_cli.agents.models.asking.account import Asked as AskedModel
from toolbox_cli.agents.models.asking.account import Spent
from toolbox_cli.agents.workflow.tasks import Needed, Order, Spending


def spending_of(results: Iterable[Result]) -> Spending:
    """Give what all tasks of a workflow used, those that were sent back too."""
    found = [one.output["spent"] for one in results if one.output and "spent" in one.output]
    return sum(map(Spending.model_validate, found), Spending())


def spent_before(order: Order, needed: Needed) -> Spent:
    """Give what a workflow used before a task: in the rounds before, and by what the task needs of this one."""
    now = spending_of(one for one in needed.results.values() if one.id not in order.counted)
    whole = order.spent + now
    return Spent(whole.tokens, whole.cost)


def spent_by(asked: AskedModel | None) -> dict[str, Any]:
    """Tell what a step used, for the steps after it."""
    if asked is None:
        return {}
    return {"spent": {"tokens": asked.tokens_in + asked.tokens_out, "cost": str(asked.cost or 0)}}


def figures_of(asked: AskedModel | None) -> dict[str, Any]:
    """Give what is kept of a try: who made it, and what that took."""
    if asked is None:
        return {"backend": "offline"}
    return {
        "backend": "offline" if asked.fallback else "model",
        "model": asked.model,
        "prompt_sha256": asked.prompt_sha256,
        "tokens_in": asked.tokens_in,
        "tokens_out": asked.tokens_out,
        **({} if asked.cost is None else {"cost_usd": str(asked.cost)}),
    }
