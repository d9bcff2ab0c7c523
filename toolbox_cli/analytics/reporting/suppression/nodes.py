"""The numbers of a problem as nodes, atoms and totals alike, with each total a sum of as few others as it can be."""

import numpy as np

from toolbox_cli.analytics.reporting.suppression.problem import Goal, Numbers, Places, Problem
from toolbox_cli.analytics.reporting.suppression.program import Rows


class Nodes:
    """Atoms first, then every cell that is no atom.

    Attributes:
        of_cell: by cell, its node; -1 where nobody is in it.
        cell: by node, its cell; -1 for atoms that are none.
        base: by node, what it is; 0 where that is not known.
        least: what everybody knows it to be at least.
        most: and at most.
        known: whether it is known here what it is.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        atoms = len(problem.base)
        self._totals = [at for at, cell in enumerate(problem.cells) if not cell.own and len(cell.atoms)]
        self.of_cell = np.full(len(problem.cells), -1, np.int64)
        self.of_cell[self._totals] = atoms + np.arange(len(self._totals))
        for at, cell in enumerate(problem.cells):
            if cell.own:
                self.of_cell[at] = cell.atoms[0]
        self.cell = np.full(atoms + len(self._totals), -1, np.int64)
        there = self.of_cell >= 0
        self.cell[self.of_cell[there]] = np.flatnonzero(there)
        blank = np.zeros(len(self._totals))
        values = np.array([problem.cells[at].value for at in self._totals])
        self.base = np.concatenate([problem.base, values])
        self.least = np.concatenate([problem.least, blank])
        self.most = np.concatenate([problem.most, blank + np.inf])
        self.known = np.concatenate([problem.known, blank == 0])
        self._places = {goal.cell: int(self.of_cell[goal.cell]) for goal in problem.goals if goal.cell is not None}

    def __len__(self) -> int:
        return len(self.cell)

    def of_goal(self, goal: Goal) -> int | None:
        """Give the node that a goal is about; None where it is a sum of its own."""
        return self._places[goal.cell] if goal.cell is not None else None

    def sums(self) -> list[tuple[int, Places]]:
        """Give each total with the nodes that it is the sum of."""
        found = []
        for at in self._totals:
            cell = self._problem.cells[at]
            parts = cell.atoms if cell.parts is None else self.of_cell[cell.parts]
            found.append((int(self.of_cell[at]), parts[parts >= 0]))
        return found

    def rows(self, copies: tuple[float, ...]) -> Rows:
        """Give what holds between nodes, in columns that are so many copies of them, each with its sign."""
        rows = Rows()
        for total, parts in self.sums():
            nodes, ones = np.append(parts, total), np.append(np.ones(len(parts)), -1.0)
            self.add(rows, nodes, ones, 0.0, copies)
        for line in self._problem.fixed:
            self.add(rows, line.atoms, np.ones(len(line.atoms)), line.value, copies)
        return rows

    def add(self, rows: Rows, nodes: Places, factors: Numbers, value: float, copies: tuple[float, ...]) -> None:
        """Hold a sum of nodes to a value; where there are two copies, they are the change from what nodes are."""
        end = value if len(copies) == 1 else value - float((self.base[nodes] * factors).sum())
        columns = np.concatenate([nodes + at * len(self) for at in range(len(copies))])
        rows.add(columns, np.concatenate([factors * sign for sign in copies]), end, end)
