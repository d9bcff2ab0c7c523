"""Time that only passes when somebody sleeps."""

import datetime
from typing import Final

from toolbox_cli.core.http.clock import Clock

NOON: Final = datetime.datetime(2026, 9, 1, 12, tzinfo=datetime.UTC)


class Stopped:
    """A clock that stands still; sleeping sets it forward at once, and `slept` says by how much each time."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.passed_s = 0.0
        self.chance = 0.0
        self.clock = Clock(self.now, lambda: self.passed_s, self.sleep, lambda: self.chance)

    def now(self) -> datetime.datetime:
        return NOON + datetime.timedelta(seconds=self.passed_s)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed_s += seconds
