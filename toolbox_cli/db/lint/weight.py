"""How long work on a table's rows takes, by orders of magnitude, and how much that matters.

The paces are those of a middling server whose tables don't fit its memory, on the slow side: measured on two cores
with all in memory, PostgreSQL 18 was four to twenty times faster.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.facts import Facts

_MEBIBYTE: Final = 1 << 20


class _Pace(NamedTuple):
    rows_per_s: int
    bytes_per_s: int


class Pace(Enum):
    """How fast rows go by."""

    SCAN = _Pace(1_000_000, 200 * _MEBIBYTE)
    """They are read, and a condition is looked at."""
    INDEX = _Pace(500_000, 100 * _MEBIBYTE)
    """They are read, sorted, and an index is written."""
    REWRITE = _Pace(200_000, 50 * _MEBIBYTE)
    """They are read, written anew, and all indexes with them."""
    WRITE = _Pace(100_000, 30 * _MEBIBYTE)
    """They are changed one by one: new versions, index entries, triggers."""


class Takes(Enum):
    """An order of magnitude; the value is where it ends, in seconds."""

    MOMENTS = 1
    SECONDS = 60
    MINUTES = 3600
    HOURS = None


SEVERITIES: Final = {
    Takes.MOMENTS: None,
    Takes.SECONDS: Severity.WARNING,
    Takes.MINUTES: Severity.ERROR,
    Takes.HOURS: Severity.ERROR,
}
"""What work under a lock that holds others up is worth."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What work on one table weighs.

    Attributes:
        rows: about how many; None where nobody knows.
        duration_s: by the pace; None likewise.
    """

    rows: int | None
    duration_s: float | None

    @property
    def takes(self) -> Takes | None:
        """The order of magnitude; None where nobody knows."""
        if self.duration_s is None:
            return None
        return next(one for one in Takes if one.value is None or self.duration_s < one.value)

    @property
    def severity(self) -> Severity | None:
        """What it is worth under a lock; None for nothing. What nobody knows is worth a warning."""
        return SEVERITIES[self.takes] if self.takes else Severity.WARNING

    def __str__(self) -> str:
        if self.rows is None or self.takes is None:
            return "a table of unknown size"
        return f"{self.rows:,} rows, which takes {self.takes.name.lower()}"


def weigh(facts: Facts, table: str, pace: Pace) -> Weight:
    """Say what work on all rows of a table weighs."""
    rows, known = facts.rows(table), facts.table(table)
    if rows is None:
        return Weight(None, None)
    size_bytes = known.size_bytes if known else 0
    return Weight(rows, max(rows / pace.value.rows_per_s, size_bytes / pace.value.bytes_per_s))
