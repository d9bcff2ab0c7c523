"""What asking took: for the record of an attempt, and against the budget of its workflow."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from toolbox_cli.agents.making.records import Record
from toolbox_cli.agents.models.endpoint import Endpoint, Prices

MOST_TOKENS: Final = 1_000_000
"""Of one try, each way: more than models take. With the highest prices all tries fit into the database's columns."""
_BYTES_OF_A_TOKEN: Final = 3
"""Fewer than usual, so that an estimate is rather too high."""
_FRAME_TOKENS: Final = 64


class Reason(StrEnum):
    """Why the offline generator's result stands."""

    BUDGET = "budget"
    TIME = "time"
    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    SERVER_FAULT = "server_fault"
    REJECTED = "rejected"
    REFUSED = "refused"
    NOT_TAKEN = "not_taken"
    NOT_CONFIGURED = "not_configured"
    TRIED_BEFORE = "tried_before"
    SENT_BACK = "sent_back"


class Try(Record):
    """One request.

    Attributes:
        outcome: what became of it: taken, not_taken, or the kind of error.
        detail: why, without secrets.
        estimated: whether the server told no usable number of tokens.
    """

    outcome: str
    detail: str = ""
    seconds: float
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False


class Asked(Record):
    """What a step that is to ask a model asked of it: an attempt's row keeps it.

    Attributes:
        provider: and model, prompt: None where nobody could be asked.
        prompt_sha256: of all that was told before the first answer.
        cost: in US dollars; None where there are no prices.
        fallback: why the offline generator's result stands; None where the model's proposal was taken.
        detail: the last fault, for a person.
    """

    provider: str | None = None
    model: str | None = None
    prompt_sha256: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal | None = None
    seconds: float = 0.0
    tries: tuple[Try, ...] = ()
    fallback: Reason | None = None
    detail: str = ""


@dataclass(frozen=True)
class Spent:
    """What a workflow used before this step."""

    tokens: int = 0
    cost: Decimal = field(default=Decimal())


class OverBudgetError(Exception):
    """The next request could exceed what the workflow may use."""


class Purse:
    """What a workflow may still use.

    Args:
        endpoint: has prices and budgets.
        spent: before this step.
    """

    def __init__(self, endpoint: Endpoint, spent: Spent) -> None:
        self._prices: Prices | None = endpoint.prices
        self._most_tokens, self._most_cost = endpoint.budget_tokens, endpoint.budget_cost
        self._before = spent
        self.tokens_in = self.tokens_out = 0

    @property
    def cost(self) -> Decimal | None:
        """What this step cost so far."""
        return self._prices.of(self.tokens_in, self.tokens_out) if self._prices else None

    def allow(self, tokens_in: int, tokens_out: int) -> None:
        """Let a request of at most so many tokens pass.

        Raises:
            OverBudgetError: it could cost too much.
        """
        all_in, all_out = self.tokens_in + tokens_in, self.tokens_out + tokens_out
        tokens = self._before.tokens + all_in + all_out
        if tokens > self._most_tokens:
            raise OverBudgetError(f"the workflow may use {self._most_tokens} tokens, and could come to {tokens}")
        if self._most_cost is not None and self._prices is not None:
            cost = self._before.cost + self._prices.of(all_in, all_out)
            if cost > self._most_cost:
                raise OverBudgetError(f"the workflow may cost {self._most_cost}, and could come to {cost}")

    def pay(self, tokens_in: int, tokens_out: int) -> None:
        """Note what a request took."""
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out


def estimated(*texts: str) -> int:
    """Give about how many tokens texts are; rather too many."""
    return _FRAME_TOKENS + sum(-(-len(text.encode()) // _BYTES_OF_A_TOKEN) for text in texts)
