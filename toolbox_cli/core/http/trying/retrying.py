"""Which failures are worth another try, and when."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

import stamina

from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import HttpError, NoConnectionError, ServerFaultError, ThrottledError, TimedOutError
from toolbox_cli.core.http.limits import Limits

T = TypeVar("T")
LOG: Final = logging.getLogger(__name__)
_PASSING: Final = (NoConnectionError, TimedOutError, ServerFaultError, ThrottledError)
_NEVER: Final = {501, 505}


def worth_repeating(error: Exception, *, idempotent: bool) -> bool:
    """Tell whether the same request may go well later, and repeating it can't do anything twice."""
    if not isinstance(error, _PASSING) or error.status in _NEVER:
        return False
    return idempotent or not error.doubtful


def repeat(do: Callable[[int], T], *, idempotent: bool, limits: Limits, clock: Clock) -> T:
    """Try until it goes well, is hopeless, or was tried often enough.

    Waits as long as the server asks for, else exponentially and by chance; not at all beyond `patience_s`. `do` gets
    the number of the try, from 1.

    Raises:
        HttpError: of the last try.
    """
    wait_s = 0.0
    number = 0

    def decide(error: Exception) -> bool | float:
        nonlocal wait_s
        if not isinstance(error, HttpError) or not worth_repeating(error, idempotent=idempotent):
            return False
        wait_s = _wait(error, number, limits, clock)
        return 0.0 if wait_s <= limits.patience_s else False

    # stamina decides how often; the waiting is ours, since its sleep and its chance can't be replaced.
    for attempt in stamina.retry_context(on=decide, attempts=limits.attempts, timeout=None):
        with attempt:
            number = attempt.num
            if number > 1:
                LOG.info("try %d after %.1f s", number, wait_s)
                clock.sleep(wait_s)
            return do(number)
    raise AssertionError("stamina ends by the last error")


def _wait(error: HttpError, number: int, limits: Limits, clock: Clock) -> float:
    if error.retry_after_s is not None:
        return error.retry_after_s + clock.chance() * min(1.0, limits.wait_initial_s)
    longest = min(limits.wait_max_s, limits.wait_initial_s * 2.0 ** (number - 1))
    return longest * (0.5 + clock.chance() / 2)
