"""How an integration makes grades of results, and sends them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

ATTEMPTS: Final = 5
"""After so many tries a grade is dead."""
BACKOFF_MINUTES: Final = 15
"""How long a failed grade waits at first; twice as long each time, a day at most."""


class Policy(StrEnum):
    """Which of a student's results is the grade."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Progress(StrEnum):
    """What of a student's progress is a result: what is finished, or every percent of it."""

    FINISHED = "finished"
    COMPLETION = "completion"


@dataclass(frozen=True, slots=True)
class Rules:
    """How an integration grades.

    Attributes:
        letters: letter to the least percent that earns it; empty where letters are not used.
        bonus: whether a score may pass the points possible; it is cut there otherwise.
        attempts: how often sending is tried.
        backoff: how long a grade waits after its first failure.
    """

    policy: Policy = Policy.BEST
    progress: Progress = Progress.FINISHED
    letters: Mapping[str, float] = field(default_factory=dict)
    bonus: bool = False
    attempts: int = ATTEMPTS
    backoff: datetime.timedelta = datetime.timedelta(minutes=BACKOFF_MINUTES)
