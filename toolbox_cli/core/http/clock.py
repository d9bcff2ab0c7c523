"""Time and chance, which tests replace."""

import datetime
import random
import time
from collections.abc import Callable
from dataclasses import dataclass


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True)
class Clock:
    """What the transport knows of time.

    Attributes:
        now: an aware UTC datetime.
        elapsed_s: seconds since some moment, never set back.
        sleep: waits so many seconds.
        chance: something from 0 up to 1, to spread tries.
    """

    now: Callable[[], datetime.datetime] = _utc_now
    elapsed_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
