"""What can be worked out from what is told: the largest that each hidden sum can be, with a whole table to show it."""

from collections.abc import Iterable

import numpy as np

from toolbox_cli.analytics.reporting.suppression.nodes import Nodes
from toolbox_cli.analytics.reporting.suppression.problem import Goal, Numbers, Places, Problem, Sums
from toolbox_cli.analytics.reporting.suppression.program import TOLERANCE, Program


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
        if np.abs(whole - atoms).max(initial=0) > TOLERANCE:
            return False
        told = self._cells.over(whole) != self._values
        told[list(hidden)] = False
        within = (whole >= self._problem.least) & (whole <= self._problem.most)
        if told.any() or not within.all() or (self._fixed.over(whole) != self._fixed_values).any():
            return False
        self.open -= set(np.flatnonzero(self._goals.over(whole) >= self._reach).tolist())
        return True


class Auditing:
    """What a reader can work out who knows everything that is told."""

    def __init__(self, problem: Problem, nodes: Nodes) -> None:
        self._problem, self._nodes = problem, nodes
        largest = max([goal.reach for goal in problem.goals] + [cell.value for cell in problem.cells], default=0.0)
        told = nodes.cell >= 0
        self._lower = np.where(told, nodes.base, nodes.least)
        self._upper = np.where(told, nodes.base, np.minimum(nodes.most, 2 * largest))
        self._largest = 2 * largest
        self._program = Program(np.zeros(len(nodes)), self._lower, self._upper, nodes.rows((1.0,)))
        self.integer_programs = 0
        self.hide(problem.hidden)

    @property
    def solved(self) -> int:
        return self._program.solved + self.integer_programs

    def hide(self, cells: Iterable[int]) -> None:
        """Take cells out of what is known."""
        for at in cells:
            node = int(self._nodes.of_cell[at])
            if node >= 0:
                self._lower[node] = self._nodes.least[node]
                self._upper[node] = min(
                    self._nodes.most[node], self._largest * max(1, len(self._problem.cells[at].atoms))
                )
                self._program.release(node)

    def _columns(self, goal: Goal) -> Places:
        node = self._nodes.of_goal(goal)
        return goal.atoms if node is None else np.array([node])

    def most(self, goal: Goal) -> tuple[float, Numbers]:
        """Give the most that a sum can be, and atoms with which it is."""
        columns = self._columns(goal)
        self._program.aim(columns, np.full(len(columns), -1.0))
        values = self._program.solve()
        self._program.aim(columns, np.zeros(len(columns)))
        if values is None:
            raise ValueError("no table agrees with what was told before and what is told now")
        return float(values[columns].sum()), values[: len(self._problem.base)]

    def whole(self, goal: Goal, near: Numbers | None = None) -> Numbers | None:
        """Give whole atoms with which a sum reaches what it must; None where none are found.

        Args:
            goal: the sum.
            near: atoms with fractions in them; those that are as in truth stay so, which makes for a small program.
        """
        self.integer_programs += 1
        rows, columns = self._nodes.rows((1.0,)), self._columns(goal)
        rows.add(columns, np.ones(len(columns)), goal.reach, np.inf)
        lower, upper = self._lower.copy(), self._upper.copy()
        if near is not None:
            atoms = len(near)
            still = self._problem.known & (np.abs(near - self._problem.base) < TOLERANCE)
            lower[:atoms][still] = upper[:atoms][still] = self._problem.base[still]
        values = Program(np.zeros(len(self._nodes)), lower, upper, rows, whole=True).solve()
        return None if values is None else np.rint(values[: len(self._problem.base)])

    def line_beside(self, goal: Goal) -> int | None:
        """Give the least costly total that is told and has an unknown part of a goal in it."""
        atoms = goal.atoms[self._lower[goal.atoms] < self._upper[goal.atoms]]
        told = [
            at for at, cell in enumerate(self._problem.cells)
            if not cell.own and len(cell.atoms) and self._told(at) and np.isin(atoms, cell.atoms).any()
        ]  # fmt: skip
        return min(told, key=lambda at: self._problem.costs[at], default=None)

    def _told(self, at: int) -> bool:
        node = self._nodes.of_cell[at]
        return bool(self._lower[node] == self._upper[node])
