"""Whole processes, timed in turn: ours, the peer, ours, the peer, so that a busy machine slows both."""

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

ROUNDS: Final = 9


@dataclass(frozen=True)
class Case:
    """One comparison.

    Attributes:
        name: what is done.
        ours: makes one run of ours ready, and gives its command.
        peer: the same for what it is compared with; its name comes first.
        aim: the ratio that we aim at.
        allowance: names the case whose median is taken from ours before the ratio.
    """

    name: str
    ours: Callable[[], Sequence[str]]
    peer_name: str
    peer: Callable[[], Sequence[str]]
    aim: float | None = None
    allowance: Callable[[], Sequence[str]] | None = None
    rounds: int = ROUNDS


@dataclass
class Measured:
    """Milliseconds of each round, in order."""

    case: Case
    ours: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    allowed: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of ours, less the allowance, to the median of the peer."""
        allowance = statistics.median(self.allowed) if self.allowed else 0.0
        return (statistics.median(self.ours) - allowance) / statistics.median(self.peer)


def measure(case: Case) -> Measured:
    """Run a case: one round that is not counted, then the counted ones."""
    measured = Measured(case)
    for counted in range(case.rounds + 1):
        ours, peer = _run_ms(case.ours()), _run_ms(case.peer())
        allowed = _run_ms(case.allowance()) if case.allowance else None
        if counted:
            measured.ours.append(ours)
            measured.peer.append(peer)
            if allowed is not None:
                measured.allowed.append(allowed)
    return measured


def _run_ms(command: Sequence[str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took_ms = (time.perf_counter() - started) * 1000
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return took_ms
