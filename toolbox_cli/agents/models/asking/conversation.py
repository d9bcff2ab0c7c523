"""Ask until an answer is taken, or until there is a reason to stop."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from toolbox_cli.agents.models.asking.account import (
    MOST_TOKENS,
    Asked,
    OverBudgetError,
    Purse,
    Reason,
    Spent,
    Try,
    estimated,
)
from toolbox_cli.agents.models.asking.prompt import Prompt
from toolbox_cli.agents.models.asking.wire import Answer, Wire
from toolbox_cli.agents.models.endpoint import Endpoint
from toolbox_cli.core.http.errors import (
    HttpError,
    NoConnectionError,
    ServerFaultError,
    ThrottledError,
    TimedOutError,
    TooLargeError,
    UnexpectedReplyError,
)

ANSWERS: Final = 4
"""Of one step: the first, and three after faults were told."""
TRIES: Final = 3
"""Of one request that fails on its way."""

_REPEATED: Final = (ThrottledError, ServerFaultError, NoConnectionError, TimedOutError, UnexpectedReplyError)
_CHARGED: Final = (TimedOutError, TooLargeError, UnexpectedReplyError)
"""After these the model may have written all the same."""
_REASONS: Final[tuple[tuple[type[HttpError], Reason], ...]] = (
    (ThrottledError, Reason.THROTTLED), (ServerFaultError, Reason.SERVER_FAULT), (TimedOutError, Reason.TIME),
    (NoConnectionError, Reason.UNREACHABLE), (TooLargeError, Reason.NOT_TAKEN),
    (UnexpectedReplyError, Reason.NOT_TAKEN), (HttpError, Reason.REJECTED),
)  # fmt: skip
_ECHOED: Final = 8000
"""Characters of an answer that the model is shown again."""
_AGAIN: Final = "This can't be taken:\n{}\nGive the whole answer again."
_MOST_FAULTS: Final = 8
_DETAIL: Final = 300

Shape = TypeVar("Shape", bound=BaseModel)
Taken = TypeVar("Taken")


class NotTakenError(ValueError):
    """An answer has the right shape, and is not taken all the same; says why, for the model."""


class _StoppedError(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class Conversation(Generic[Shape, Taken]):
    """One step's questions to a model.

    Args:
        endpoint: whom to ask.
        prompt: what to tell.
        shape: of an answer.
        take: makes of an answer what the step is to give; raises `ValueError` for what is not taken.
        spent: by the workflow before.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        prompt: Prompt,
        shape: type[Shape],
        take: Callable[[Shape], Taken],
        spent: Spent,
    ) -> None:
        self._endpoint, self._prompt, self._shape, self._take = endpoint, prompt, shape, take
        self._purse = Purse(endpoint, spent)
        self._tries: list[Try] = []
        self._until_s = 0.0

    def run(self) -> tuple[Taken | None, Asked]:
        """Ask.

        Returns:
            What was taken, or None; and what asking took.
        """
        started_s = time.monotonic()
        taken, reason, detail = None, None, ""
        try:
            taken = asyncio.run(self._talk())
        except _StoppedError as stopped:
            reason, detail = stopped.reason, _told(stopped.detail)
        asked = Asked(
            provider=self._endpoint.provider.value,
            model=self._endpoint.name,
            prompt_sha256=self._prompt.sha256,
            tokens_in=self._purse.tokens_in,
            tokens_out=self._purse.tokens_out,
            cost=self._purse.cost,
            seconds=round(time.monotonic() - started_s, 3),
            tries=tuple(self._tries),
            fallback=reason,
            detail=detail,
        )
        return taken, asked

    async def _talk(self) -> Taken:
        turns, fault = [self._prompt.task], ""
        async with Wire(self._endpoint) as wire:
            self._until_s = time.monotonic() + self._endpoint.patience_s  # imports before this take seconds
            for _ in range(ANSWERS):
                answer = await self._answered(wire, turns)
                try:
                    taken = self._read(answer)
                except ValueError as error:
                    fault = faults_told(error)
                    self._judge("not_taken", fault)
                    turns += [answer.text[:_ECHOED] or "(nothing)", _AGAIN.format(fault)]
                else:
                    self._judge("taken")
                    return taken
        raise _StoppedError(Reason.NOT_TAKEN, f"none of {ANSWERS} answers was taken: {fault}")

    def _read(self, answer: Answer) -> Taken:
        if answer.refused:
            self._judge("refused")
            raise _StoppedError(Reason.REFUSED, "the endpoint refuses to answer this")
        if answer.cut:
            raise NotTakenError(f"The answer was cut off at {self._endpoint.max_tokens} tokens. Write less.")
        return self._take(self._shape.model_validate_json(_object_in(answer.text)))

    async def _answered(self, wire: Wire, turns: list[str]) -> Answer:
        """Ask once, and again where it fails on its way."""
        for number in range(1, TRIES + 1):
            tokens_in = estimated(self._prompt.rules, *turns)
            self._allow(tokens_in)
            started_s = time.monotonic()
            try:
                answer = await self._in_time(wire, turns)
            except HttpError as error:
                charged = isinstance(error, _CHARGED)
                tokens = (tokens_in, self._endpoint.max_tokens) if charged else (0, 0)
                self._pay(type(error).__name__.removesuffix("Error"), error.message, started_s, tokens, guess=charged)
                if number == TRIES or not isinstance(error, _REPEATED):
                    raise _stopped(error) from None
                await self._wait(error, number)
            else:
                self._count(answer, tokens_in, started_s)
                return answer
        raise AssertionError("the last try returns or raises")

    def _allow(self, tokens_in: int) -> None:
        try:
            self._purse.allow(tokens_in, self._endpoint.max_tokens)
        except OverBudgetError as error:
            raise _StoppedError(Reason.BUDGET, str(error)) from None

    async def _in_time(self, wire: Wire, turns: list[str]) -> Answer:
        left_s = self._until_s - time.monotonic()
        if left_s <= 0:
            raise _StoppedError(Reason.TIME, f"the step may take {self._endpoint.patience_s:g} seconds")
        try:
            async with asyncio.timeout(min(left_s, self._endpoint.timeout_s)):
                return await wire.answer(self._prompt.rules, turns)
        except TimeoutError:
            raise TimedOutError("The endpoint answers too slowly.") from None

    async def _wait(self, error: HttpError, number: int) -> None:
        asked_s = error.retry_after_s
        wait_s = self._endpoint.wait_s * 2.0 ** (number - 1) * (0.5 + random.random())  # noqa: S311
        wait_s = wait_s if asked_s is None else asked_s + 0.1 * random.random()  # noqa: S311
        if time.monotonic() + wait_s >= self._until_s:
            raise _StoppedError(_stopped(error).reason, f"{error.message} To wait {wait_s:.0f} s more is too long.")
        await asyncio.sleep(wait_s)

    def _count(self, answer: Answer, tokens_in: int, started_s: float) -> None:
        """Note an answer's tokens: as the server counts them, where that can be."""
        told = (answer.tokens_in, answer.tokens_out)
        can_be = all(0 < number <= MOST_TOKENS for number in told)
        self._pay("came", "", started_s, told if can_be else (tokens_in, estimated(answer.text)), guess=not can_be)

    def _pay(self, outcome: str, detail: str, started_s: float, tokens: tuple[int, int], *, guess: bool) -> None:
        self._purse.pay(*tokens)
        self._tries.append(
            Try(
                outcome=outcome,
                detail=_told(detail),
                seconds=round(time.monotonic() - started_s, 3),
                tokens_in=tokens[0],
                tokens_out=tokens[1],
                estimated=guess,
            )
        )

    def _judge(self, outcome: str, detail: str = "") -> None:
        """Say what became of the answer that came last."""
        self._tries[-1] = self._tries[-1].model_copy(update={"outcome": outcome, "detail": _told(detail)})


def _stopped(error: HttpError) -> _StoppedError:
    reason = next(reason for kind, reason in _REASONS if isinstance(error, kind))
    return _StoppedError(reason, error.message)


def _object_in(text: str) -> str:
    """Cut off what small models write around an object, such as fences and courtesies."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def faults_told(error: ValueError) -> str:
    """Name the faults of an answer, a line each; those of its shape without the answer's own words."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        lines = [f"- {'.'.join(map(str, fault['loc'])) or 'answer'}: {fault['msg']}" for fault in faults]
    else:
        lines = str(error).splitlines()
    more = [f"- and {len(lines) - _MOST_FAULTS} more"] if len(lines) > _MOST_FAULTS else []
    return "\n".join([*map(_told, lines[:_MOST_FAULTS]), *more])


def _told(text: str) -> str:
    """Write what may quote an answer on one line that is not long, of characters that can be kept and sent."""
    begins = text[: 2 * _DETAIL]
    return " ".join("".join(one if one.isprintable() else " " for one in begins).split())[:_DETAIL]
