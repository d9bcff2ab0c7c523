"""What becomes of each row: it is made, changed, or left as somebody here has it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

TIMES: Final = frozenset({"created_at", "updated_at"})
"""Columns that are written with a new row, and never compared."""

Values = Mapping[str, Any]


class Fate(StrEnum):
    """What a loading does with a row."""

    NEW = "new"
    RESTORED = "restored"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    LEFT = "left"


WRITES: Final = frozenset({Fate.NEW, Fate.RESTORED, Fate.CHANGED})


class Difference(NamedTuple):
    """A column that the database has otherwise than the reference data."""

    column: str
    held: Any
    reference: Any


@dataclass(frozen=True, slots=True)
class Decided:
    """One row and its fate.

    Attributes:
        table: without its schema.
        key: the stable key.
        differences: of a row that is changed or kept; by column.
        row: as it is afterwards, all columns that reference data gives, and its key.
    """

    platform: str
    table: str
    key: str
    fate: Fate
    differences: tuple[Difference, ...]
    row: Values


def decide(new: Values, held: Values | None, written: Values | None, *, parent_kept: bool) -> Fate:
    """Decide on a row.

    A row that somebody changed since it was written is left whole: parts of two texts may contradict each other. So is
    one that was there before, and what belongs to a row that is left.

    Args:
        new: as the reference data has it now, without times.
        held: the same columns in the database; None where it has no such row.
        written: what a loading wrote last; None where none did.
        parent_kept: the row that this one belongs to was left.
    """
    if held is None:
        return Fate.NEW if written is None else Fate.RESTORED
    if held == new:
        return Fate.UNCHANGED
    edited = written is None or any(held.get(column) != value for column, value in written.items() if column in held)
    return Fate.KEPT if edited or parent_kept else Fate.CHANGED


def differences(new: Values, held: Values) -> tuple[Difference, ...]:
    return tuple(Difference(name, held.get(name), value) for name, value in new.items() if held.get(name) != value)


@dataclass(frozen=True, slots=True)
class Loading:
    """What one loading did.

    Attributes:
        rows: every row of the platforms, in the order of the tables.
    """

    rows: tuple[Decided, ...]

    def counts(self) -> dict[tuple[str, str], Counter[Fate]]:
        """Count fates, by platform and table."""
        found: dict[tuple[str, str], Counter[Fate]] = {}
        for row in self.rows:
            found.setdefault((row.platform, row.table), Counter())[row.fate] += 1
        return found

    @property
    def written(self) -> dict[str, int]:
        """Rows that were written, by "platform.table"; tables without any are left out."""
        found = Counter(f"{row.platform}.{row.table}" for row in self.rows if row.fate in WRITES)
        return dict(found)
