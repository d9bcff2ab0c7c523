"""How long a migration waits for others, and who is told."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from toolbox_cli.core.database.locks import Holder
from toolbox_cli.core.errors import LockedError

if TYPE_CHECKING:
    from toolbox_cli.core.database.steps import Applied

_BACKOFF_S: Final = (0.2, 5.0)


class Busy(LockedError):  # noqa: N818  a state, as its parent's
    """A revision found a table locked by others for longer than the lock timeout."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"{revision} found a table locked by others.")
        self.revision = revision


def _ignore(*_: object) -> None:
    return None


@dataclass(frozen=True)
class Watch:
    """Who wants to hear how a migration goes."""

    on_wait: Callable[[Holder | None], None] = _ignore
    on_retry: Callable[[float], None] = _ignore
    on_start: Callable[[str, str], None] = _ignore
    on_applied: "Callable[[Applied], None]" = _ignore


@dataclass(frozen=True)
class Patience:
    """How long a migration waits.

    Attributes:
        lock_timeout_s: for a table's lock, a statement; short, since others queue behind the waiter.
        wait_s: in all, for the migration lock and for retries after a lock timeout; 0 tries once.
    """

    lock_timeout_s: float = 5
    wait_s: float = 60


def patiently(work: Callable[[], None], patience: Patience, watch: Watch) -> None:
    """Repeat work while tables are busy: each pause a little longer, with jitter, until the patience is at its end.

    Raises:
        LockedError: a table stayed locked for all of it.
    """
    deadline = time.monotonic() + patience.wait_s
    tried = 0
    while True:
        try:
            return work()
        except Busy as busy:
            delay_s = _delay_s(tried)
            tried += 1
            if time.monotonic() + delay_s > deadline:
                raise _given_up(busy, patience, tried) from busy
        watch.on_retry(delay_s)
        time.sleep(delay_s)


def _delay_s(tried: int) -> float:
    low, high = _BACKOFF_S
    return float(min(high, low * 2**tried) * random.uniform(0.5, 1.5))  # noqa: S311  jitter


def _given_up(busy: Busy, patience: Patience, tried: int) -> LockedError:
    times = "once" if tried == 1 else f"{tried} times"
    return LockedError(
        f"{busy.revision} found a table locked by others for longer than {patience.lock_timeout_s:g} s; tried {times}.",
        remedy="Repeat it when there is less traffic, or wait longer with --wait; what was applied stays.",
    )
