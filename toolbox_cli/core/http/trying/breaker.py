"""Leaves a server alone that failed too often in a row."""

from dataclasses import dataclass

from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import CircuitOpenError


@dataclass
class Breaker:
    """Of one origin: opens after `failures` calls failed in a row; after `rest_s` one call may try again."""

    origin: str
    failures: int
    rest_s: float
    clock: Clock
    _failed: int = 0
    _opened_at_s: float | None = None

    @property
    def trying(self) -> bool:
        """Whether the next call is the one that finds out if the server is back: it should not be repeated."""
        return self._opened_at_s is not None

    def check(self) -> None:
        """Let a call pass.

        Raises:
            CircuitOpenError: the server rests.
        """
        if self._opened_at_s is None:
            return
        left_s = self._opened_at_s + self.rest_s - self.clock.elapsed_s()
        if left_s > 0:
            raise CircuitOpenError(
                f"{self.origin} failed {self._failed} times in a row and is left alone for {left_s:.0f} more seconds.",
                remedy="Look whether the server is up, and repeat this later.",
                retry_after_s=left_s,
            )

    def succeeded(self) -> None:
        """Hear that the server answered."""
        self._failed, self._opened_at_s = 0, None

    def failed(self) -> None:
        """Hear that a call failed, with all its tries."""
        self._failed += 1
        if self._failed >= self.failures:
            self._opened_at_s = self.clock.elapsed_s()
