"""Somebody who has every table that was told, a computer, and time.

Written apart from the code that suppresses: it knows rows, which pieces of the world each is about, and arithmetic.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy

Key = tuple[Any, ...]


def in_cell(cell: Key, piece: Key) -> bool:
    """Say whether a piece of the world is in a cell whose None stands for everything."""
    return all(wanted is None or wanted == value for wanted, value in zip(cell, piece, strict=True))


@dataclass
class Attacker:
    """Collects equations over the pieces of the world, each a count of 0, 1, 2…; asks what sums of them can be.

    Attributes:
        world: all pieces that there can be.
        zeros_are_told: whether a hidden cell is known to have somebody in it.
    """

    world: list[Key]
    zeros_are_told: bool = True
    most: int = 100_000
    _solver: highspy.Highs = field(init=False)

    def __post_init__(self) -> None:
        self._solver = highspy.Highs()
        self._solver.silent()
        self._solver.setOptionValue("presolve", "off")  # the programs are tiny
        self._pieces = [self._solver.addIntegral(0, self.most) for _ in self.world]

    def reads(self, told: Mapping[Key, int | None], within: Callable[[Key, Key], bool] = in_cell) -> "Attacker":
        """Take in a table; a finest cell that it has no row for is nobody's."""
        for cell, count in told.items():
            pieces = self._sum(cell, within)
            if count is not None:
                self._solver.addConstr(pieces == count)
            elif self.zeros_are_told:
                self._solver.addConstr(pieces >= 1)
        return self

    def knows_empty(self, cells: Iterable[Key], within: Callable[[Key, Key], bool] = in_cell) -> "Attacker":
        for cell in cells:
            self._solver.addConstr(self._sum(cell, within) == 0)
        return self

    def _sum(self, cell: Key, within: Callable[[Key, Key], bool]) -> Any:
        inside = [piece for piece, where in zip(self._pieces, self.world, strict=True) if within(cell, where)]
        return self._solver.qsum(inside) + 0 * self._pieces[0]

    def range_of(self, cell: Key, within: Callable[[Key, Key], bool] = in_cell) -> tuple[int, int]:
        """Work out the least and the most that a cell can be."""
        return self.least(cell, within), self.most_of(cell, within)

    def least(self, cell: Key, within: Callable[[Key, Key], bool] = in_cell) -> int:
        return self._best(self._solver.minimize, self._sum(cell, within))

    def most_of(self, cell: Key, within: Callable[[Key, Key], bool] = in_cell) -> int:
        return self._best(self._solver.maximize, self._sum(cell, within))

    def now(self, cell: Key) -> int:
        """Give what a cell is in the table that was found last."""
        pieces = (piece for piece, where in zip(self._pieces, self.world, strict=True) if in_cell(cell, where))
        return round(sum(self._solver.val(piece) for piece in pieces))

    def allows(self, bounds: Mapping[Key, tuple[int, int]]) -> bool:
        """Say whether pieces of the world can be between some ends, all at once."""
        places = [self.world.index(piece) for piece in bounds]
        for place, (least, most) in zip(places, bounds.values(), strict=True):
            self._solver.changeColBounds(place, least, most)
        self._solver.minimize(0 * self._pieces[0])
        found = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        for place in places:
            self._solver.changeColBounds(place, 0, self.most)
        return found

    def _best(self, solve: Callable[[Any], Any], aim: Any) -> int:
        """Try without whole numbers first: where the answer is of whole numbers all the same, it is the answer."""
        for relaxed in (True, False):
            self._solver.setOptionValue("solve_relaxation", relaxed)
            solve(aim)
            values = self._solver.getSolution().col_value
            if all(abs(value - round(value)) < 1e-6 for value in values):
                break
        self._solver.setOptionValue("solve_relaxation", False)
        return self._answer()

    def _answer(self) -> int:
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, "what was told contradicts itself"
        return round(self._solver.getObjectiveValue())


def recovered(
    truth: Mapping[Key, int], told: Mapping[Key, int | None], threshold: int = 10, *, zeros_are_told: bool = True
) -> list[Key]:
    """Give the small cells of one table that can be told to be small, or are told outright."""
    world = [key for key in truth if None not in key]
    attacker = Attacker(world, zeros_are_told).reads(told)
    small = [key for key, count in truth.items() if (0 if zeros_are_told else -1) < count < threshold]
    found = []
    while small:
        if attacker.most_of(small[0]) < threshold:
            found.append(small.pop(0))
        small = [key for key in small if attacker.now(key) < threshold]  # one table may speak for several cells
    return found
