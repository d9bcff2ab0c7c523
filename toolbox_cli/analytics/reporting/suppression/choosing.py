"""Which cells to hide beside a small one: those through which it can grow at the least cost."""

from collections.abc import Iterable

import numpy as np

from toolbox_cli.analytics.reporting.suppression.problem import Goal, Numbers, Problem
from toolbox_cli.analytics.reporting.suppression.program import TOLERANCE, Program, Rows


class Choosing:
    """One program for the whole table, asked for one goal after another.

    Each atom may grow or shrink, each total may deviate; a change of what is told costs, of what is hidden it does
    not. The cheapest change that brings a goal to its reach names the cells to hide, and is itself a table that
    agrees with whatever is still told.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._atoms = len(problem.base)
        self._totals = [at for at, cell in enumerate(problem.cells) if not cell.own and len(cell.atoms)]
        self._owners = {int(cell.atoms[0]): at for at, cell in enumerate(problem.cells) if cell.own}
        self._sums: dict[int, int] = {}
        self._program = self._made()
        self.hide(problem.hidden)

    @property
    def solved(self) -> int:
        return self._program.solved

    def _made(self) -> Program:
        problem, atoms, totals = self._problem, self._atoms, len(self._totals)
        sums = [at for at, goal in enumerate(problem.goals) if not self._single(goal)]
        self._sums = {id(problem.goals[at]): 2 * atoms + 2 * totals + place for place, at in enumerate(sums)}
        size = 2 * atoms + 2 * totals + len(sums)
        costs, lower, upper = np.zeros(size), np.zeros(size), np.full(size, np.inf)
        upper[:atoms] = problem.most - problem.base
        upper[atoms : 2 * atoms] = np.where(problem.known, problem.base - problem.least, 0)
        for atom, cell in self._owners.items():
            costs[[atom, atoms + atom]] = problem.costs[cell]
        for place, cell in enumerate(self._totals):
            costs[self._slack(place)] = problem.costs[cell]
        rows = Rows()
        for place, cell in enumerate(self._totals):
            self._row(rows, problem.cells[cell].atoms, problem.cells[cell].value, self._slack(place), (-1.0, 1.0))
        for line in problem.fixed:
            self._row(rows, line.atoms, line.value, [], ())
        for at in sums:
            self._row(rows, problem.goals[at].atoms, 0.0, [self._sums[id(problem.goals[at])]], (-1.0,))
        return Program(costs, lower, upper, rows)

    def _row(self, rows: Rows, atoms: Numbers, value: float, others: list[int], factors: Iterable[float]) -> None:
        end = value - float(self._problem.base[atoms].sum())
        ones = np.ones(len(atoms))
        columns = np.concatenate([atoms, atoms + self._atoms, np.array(others, np.int64)]).astype(np.int64)
        rows.add(columns, np.concatenate([ones, -ones, np.array(list(factors))]), end, end)

    def _slack(self, place: int) -> list[int]:
        return [2 * self._atoms + place, 2 * self._atoms + len(self._totals) + place]

    def _single(self, goal: Goal) -> bool:
        return len(goal.atoms) == 1 and bool(self._problem.known[goal.atoms[0]])

    def hide(self, cells: Iterable[int]) -> None:
        """Let cells change at no cost."""
        places = {cell: place for place, cell in enumerate(self._totals)}
        columns: list[int] = []
        for at in cells:
            if self._problem.cells[at].own:
                atom = int(self._problem.cells[at].atoms[0])
                columns += [atom, self._atoms + atom]
            elif at in places:
                columns += self._slack(places[at])
        self._program.aim(columns, np.zeros(len(columns)))

    def widen(self, goal: Goal, hidden: set[int]) -> tuple[set[int], Numbers] | None:
        """Find what to hide so that a goal can be reached, and the atoms of a table in which it is.

        Returns:
            None where what is known from elsewhere keeps it from being reached, whatever is hidden.
        """
        values = self._reaching(goal)
        if values is None:
            return None
        change = values[: self._atoms] - values[self._atoms : 2 * self._atoms]
        touched = {self._owners[atom] for atom in np.flatnonzero(np.abs(change) > TOLERANCE) if atom in self._owners}
        for place, cell in enumerate(self._totals):
            if values[self._slack(place)].max() > TOLERANCE:
                touched.add(cell)
        return touched - hidden, self._problem.base + change

    def _reaching(self, goal: Goal) -> Numbers | None:
        if not self._single(goal):
            column = self._sums[id(goal)]
            self._program.bound(column, goal.reach, np.inf)
            values = self._program.solve()
            self._program.release(column)
            return values
        grows, shrinks = int(goal.atoms[0]), self._atoms + int(goal.atoms[0])
        wanted = goal.reach - float(self._problem.base[grows])
        if wanted > self._problem.most[grows] - self._problem.base[grows]:
            return None
        self._program.bound(grows, wanted, np.inf)
        self._program.bound(shrinks, 0.0, 0.0)
        values = self._program.solve()
        self._program.release(grows)
        self._program.release(shrinks)
        return values
