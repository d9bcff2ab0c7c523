"""Numbers, what is told of them, and what must not be worked out, without a word of what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Line:
    """Atoms that a number is the sum of.

    Attributes:
        atoms: rising.
        value: the sum.
        own: whether it is one atom's own number, with nothing to be summed.
        parts: cells that it is the sum of as well, fewer than atoms.
    """

    atoms: Places
    value: float
    own: bool = False
    parts: Places | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """A sum that must stay open.

    Attributes:
        atoms: that it is made from.
        reach: what it has to be able to be, for all that anybody knows.
        key: the cell, or the cell whose difference to an earlier one this is.
        unsure: whether its true value is not known here; a sum that can be nothing but 0 is then no secret.
        cell: by its place, the cell that it is the number of.
    """

    atoms: Places
    reach: float
    key: tuple[Any, ...] = ()
    unsure: bool = False
    cell: int | None = None


@dataclass(frozen=True)
class Problem:
    """A table over atoms.

    Attributes:
        base: what the atoms are; 0 where that is not known.
        known: where it is.
        least: what everybody knows them to be at least.
        most: and at most.
        cells: of the table that is to be told.
        costs: by cell, what a change of one of it is worth: hiding cheap cells is preferred.
        fixed: what everybody knows already.
        goals: what must stay open.
        hidden: cells that are not told in any case.
        codes: by cell and column, a number for its value; -1 where it is no finest value.
    """

    base: Numbers
    known: NDArray[np.bool_]
    least: Numbers
    most: Numbers
    cells: Sequence[Line]
    costs: Numbers
    fixed: Sequence[Line]
    goals: Sequence[Goal]
    hidden: frozenset[int]
    codes: Places


class Sums:
    """Many sums over the same numbers at once."""

    def __init__(self, members: Sequence[Places]) -> None:
        self.starts = np.concatenate([[0], np.cumsum([len(atoms) for atoms in members])]).astype(np.int64)
        self.atoms = np.concatenate([*members, np.empty(0, np.int64)]).astype(np.int64)

    def over(self, numbers: Numbers) -> Numbers:
        """Give each sum, in order; 0 for a sum of nothing."""
        running = np.concatenate([[0.0], np.cumsum(numbers[self.atoms])])
        return np.asarray(running[self.starts[1:]] - running[self.starts[:-1]], np.float64)
