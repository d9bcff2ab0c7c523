"""How much a sync may lose at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

KINDS: Final = ("course", "user", "enrollment", "assignment")
"""Of records."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be lost at once; going over both holds a run.

    Attributes:
        percent: of what stands there, 0 to 100.
        rows: however many stand there.
    """

    percent: float = 10
    rows: int = 20

    def trips(self, held: int, lost: int) -> bool:
        """Tell whether a loss is over both."""
        return lost > self.rows and lost * 100 > held * self.percent


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an integration: one for everything, others by kind."""

    usual: Limit = Limit()
    kinds: Mapping[str, Limit] = field(default_factory=dict)

    def of(self, kind: str) -> Limit:
        """Give the limit of a kind."""
        return self.kinds.get(kind, self.usual)
