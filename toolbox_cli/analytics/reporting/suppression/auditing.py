"""What can be worked out from what is told: the largest that each hidden sum can be, with a whole table to show it."""

from collections.abc import Iterable

import numpy as np

from toolbox_cli.analytics.reporting.suppression.problem import Goal, Numbers, Places, Problem, Sums
from toolbox_cli.analytics.reporting.suppression.program import TOLERANCE, Program, Rows


class Witnesses:
    """Tables of whole numbers that agree with everything told; each shows what hidden sums can be.

    A table is believed only when it was added up again here, so nothing rests on a solver's word.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._cells = Sums([cell.atoms for cell in problem.cells])
        self._values = np.array([cell.value for cell in problem.cells])
        self._fixed = Sums([line.atoms for line in problem.fixed])
        self._fixed_values = np.array([line.value for line in problem.fixed])
        self._goals = Sums([goal.atoms for goal in problem.goals])
        self._reach = np.array([goal.reach for goal in problem.goals])
        self.open: set[int] = set(range(len(problem.goals)))
        """Goals that no witness has reached."""

    def take(self, atoms: Numbers, hidden: Iterable[int]) -> bool:
        """Take a table, and say whether it is one of whole numbers that agrees with everything told."""
        whole = np.rint(atoms)
        if np.abs(whole - atoms).max(initial=0) > TOLERANCE or not self._agrees(whole, hidden):
            return False
        self.open -= set(np.flatnonzero(self._goals.over(whole) >= self._reach).tolist())
        return True

    def _agrees(self, atoms: Numbers, hidden: Iterable[int]) -> bool:
        differs = self._cells.over(atoms) != self._values
        differs[list(hidden)] = False
        within = (atoms >= self._problem.least) & (atoms <= self._problem.most)
        return bool(within.all() and not differs.any() and (self._fixed.over(atoms) == self._fixed_values).all())


class Auditing:
    """What a reader can work out who knows everything that is told, for one choice of hidden cells."""

    def __init__(self, problem: Problem, hidden: set[int]) -> None:
        self._problem, self._hidden = problem, hidden
        open_atoms = ~problem.known
        for at in hidden:
            if problem.cells[at].own:
                open_atoms[problem.cells[at].atoms] = True
        self._unknown = np.flatnonzero(open_atoms)
        self._place = np.full(len(problem.base), -1, np.int64)
        self._place[self._unknown] = np.arange(len(self._unknown))
        told = [cell for at, cell in enumerate(problem.cells) if at not in hidden and not cell.own]
        self._lines = [*told, *problem.fixed]
        self._program = self._made(None)
        self.integer_programs = 0

    @property
    def solved(self) -> int:
        return self._program.solved + self.integer_programs

    def _open(self, atoms: Places) -> tuple[Places, float]:
        """Give the unknown columns of a sum, and what the known rest comes to."""
        places = self._place[atoms]
        return places[places >= 0], float(self._problem.base[atoms[places < 0]].sum())

    def _made(self, goal: Goal | None) -> Program:
        problem, rows = self._problem, Rows()
        for line in self._lines:
            columns, rest = self._open(line.atoms)
            if len(columns) or line.value != rest:
                rows.add(columns, np.ones(len(columns)), line.value - rest, line.value - rest)
        largest = max([goal.reach for goal in problem.goals] + [cell.value for cell in problem.cells], default=0.0)
        upper = np.minimum(problem.most[self._unknown], 2 * largest)
        if goal is not None:
            columns, rest = self._open(goal.atoms)
            rows.add(columns, np.ones(len(columns)), goal.reach - rest, np.inf)
        costs = np.zeros(len(self._unknown))
        return Program(costs, problem.least[self._unknown], upper, rows, whole=goal is not None)

    def most(self, goal: Goal) -> tuple[float, Numbers]:
        """Give the most that a sum can be, and atoms with which it is."""
        columns, rest = self._open(goal.atoms)
        self._program.aim(columns, np.full(len(columns), -1.0))
        values = self._program.solve()
        self._program.aim(columns, np.zeros(len(columns)))
        if values is None:
            raise ValueError("no table agrees with what was told before and what is told now")
        return rest + float(values[columns].sum()), self._table(values)

    def whole(self, goal: Goal) -> Numbers | None:
        """Give whole atoms with which a sum reaches what it must; None where there are none."""
        self.integer_programs += 1
        values = self._made(goal).solve()
        return None if values is None else self._table(np.rint(values))

    def _table(self, values: Numbers) -> Numbers:
        atoms = self._problem.base.copy()
        atoms[self._unknown] = values
        return atoms

    def line_beside(self, goal: Goal) -> int | None:
        """Give the least costly total that is told and has an unknown part of a goal in it."""
        atoms = goal.atoms[self._place[goal.atoms] >= 0]
        told = [
            at for at, cell in enumerate(self._problem.cells)
            if at not in self._hidden and not cell.own and np.isin(atoms, cell.atoms).any()
        ]  # fmt: skip
        return min(told, key=lambda at: self._problem.costs[at], default=None)
