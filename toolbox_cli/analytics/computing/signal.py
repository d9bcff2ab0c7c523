"""What a signal is: a column, a formula, and the statement that brings the column to the formula's values."""

from dataclasses import dataclass
from typing import Final

PERSONS: Final = 10
"""The least number of persons that an average may be told of."""

NEVER: Final = "-infinity"
ALWAYS: Final = "infinity"


@dataclass(frozen=True, slots=True)
class Signal:
    """A column that is computed.

    Every statement may take `begin` and `end` (moments as text), `now` and `persons`.

    Attributes:
        name: of the column, and of the signal.
        platform: whose schema the statements find their tables in.
        table: whose column it is.
        told: the formula, as docs/signals.md shows it.
        time: column of the table that `--since` goes by.
        update: brings rows from `begin` to before `end` to the formula; touches no row that has its value already.
        before: statements that run once before it.
        after: statements that run after it each time.
        by_month: run `update` once for each month that has rows, in order; otherwise once.
        settled: leave the running month alone.
    """

    name: str
    platform: str
    table: str
    told: str
    time: str
    update: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    by_month: bool = True
    settled: bool = False

    @property
    def column(self) -> str:
        """The column's full name, with the platform's own schema name."""
        return f"{self.platform}.{self.table}.{self.name}"

    @property
    def title(self) -> str:
        """What it says, a line."""
        return self.told.partition("\n")[0]
