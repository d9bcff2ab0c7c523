"""What a workflow uses of a language model's budget, and what is kept of it with a try."""

from decimal import Decimal
from typing import Any

from toolbox_cli.agents.models.asking.account import Asked as AskedModel
from toolbox_cli.agents.models.asking.account import Spent
from toolbox_cli.agents.workflow.tasks import Needed


def spent_before(needed: Needed) -> Spent:
    """Give what a workflow used before a task: by what the task needs, since parts are made one after the other."""
    found = [one.output["spent"] for one in needed.results.values() if one.output and "spent" in one.output]
    return Spent(sum(one["tokens"] for one in found), sum((Decimal(one["cost"]) for one in found), Decimal()))


def spent_by(asked: AskedModel | None) -> dict[str, Any]:
    """Tell what a step used, for the steps after it."""
    if asked is None or not asked.tries:
        return {}
    return {"spent": {"tokens": asked.tokens_in + asked.tokens_out, "cost": str(asked.cost or 0)}}


def figures_of(asked: AskedModel | None) -> dict[str, Any]:
    """Give what is kept of a try: who made it, whom it asked in vain and why, and what that took."""
    if asked is None:
        return {"backend": "offline"}
    made = {"backend": "offline", "fallback": asked.fallback.value} if asked.fallback else {"backend": "model"}
    if not asked.tries:
        return made
    return {
        **made,
        "model": asked.model,
        "prompt_sha256": asked.prompt_sha256,
        "tokens_in": asked.tokens_in,
        "tokens_out": asked.tokens_out,
        **({} if asked.cost is None else {"cost_usd": str(asked.cost)}),
    }
