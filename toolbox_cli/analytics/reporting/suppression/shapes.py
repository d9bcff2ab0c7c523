"""What suppression is asked about, and what it answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa

DEFAULT_THRESHOLD: Final = 10
"""Persons that a number must be made from to be told: the size that most states of the USA ask for."""

Covers = Mapping[str, Mapping[Any, Collection[Any]]]
"""By column, the finest values that a coarser one stands for: `{"period": {"2026-Q3": ("2026-07", …)}}`."""


class Zeros(StrEnum):
    """Whether a count of 0 may be told."""

    SHOWN = "shown"
    """Nobody is in the cell, and who could have been is not known: activity."""
    HIDDEN = "hidden"
    """The cells of a line part a group whose members are known, so 0 here says something of all of them: outcomes."""


class Reason(StrEnum):
    """Why a cell is not told. Not for publication: a reader must not know which cells are small."""

    SMALL = "small"
    DIFFERENCE = "difference"
    """Beside what was published before, it would tell of a few who came or went."""
    COMPLEMENT = "complement"
    """Large enough itself; told, it would give others away."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A number beside the count that is not told where the count is not.

    Attributes:
        column: of the table: a sum, a count of rows, a mean, a percentile, a share.
        persons: column with the number of persons it is made from, where that can be less than the count: scores are
            had by some of a cell's persons. It is hidden with the number.
        withheld: column that says in which cells the number is not told however many persons it is made from, such as
            where all of them have the same: its mean would be each one's own. Needs `persons`.
    """

    column: str
    persons: str | None = None
    withheld: str | None = None


@dataclass(frozen=True)
class Published:
    """A table that its readers have already.

    Attributes:
        table: as it was told: what was suppressed is null.
        by: its columns that say which cell a row is; null stands for all of them, as in `suppress`.
        count: its column of counts, of the same kind of thing as those of the new table.
        within: by column of the new table that this one lacks, the finest values that it covers.
    """

    table: pa.Table
    by: Sequence[str]
    count: str
    within: Mapping[str, Collection[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HiddenCell:
    """A cell that is not told.

    Attributes:
        key: its values of `by`, in that order; None where it stands for all of them.
        reason: why; for the audit alone.
    """

    key: tuple[Any, ...]
    reason: Reason


@dataclass(frozen=True)
class Audit:
    """What was proven about a suppressed table.

    Attributes:
        cells: in the table.
        small: that had to be hidden for themselves.
        complements: that are hidden for their sake.
        proven: hidden numbers for which a whole table was found that agrees with everything told and in which they
            reach the protection; cells, and differences to earlier tables.
        exposed: that earlier tables give away, whatever this one hides.
        hidden_whole: groupings, by their columns, of which nothing is left.
        contradicted: numbers of earlier tables that don't fit the new ones: rows came or went in between.
        programs: linear and integer programs solved.
    """

    cells: int
    small: int
    complements: int
    proven: int
    exposed: tuple[tuple[Any, ...], ...] = ()
    hidden_whole: tuple[tuple[str, ...], ...] = ()
    contradicted: int = 0
    programs: int = 0

    @property
    def holds(self) -> bool:
        """Whether no small cell can be told from what this table and the earlier ones say."""
        return not self.exposed


@dataclass(frozen=True)
class Suppressed:
    """A table as it may be told.

    Attributes:
        table: the rows given, in their order; count and measures are null in hidden cells, and `suppressed` says so.
        cells: what is hidden and why; for the audit, never for readers.
        audit: what was proven.
    """

    table: pa.Table
    cells: tuple[HiddenCell, ...]
    audit: Audit
