"""Which cells to hide beside a small one: those through which it can grow at the least cost."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from toolbox_cli.analytics.reporting.suppression.nodes import Nodes
from toolbox_cli.analytics.reporting.suppression.problem import Goal, Numbers, Problem
from toolbox_cli.analytics.reporting.suppression.program import TOLERANCE, Program

_HIDDEN_COSTS: Final = 1e-4
"""What a change of a hidden cell costs: enough for changes to stay small, and mostly of whole numbers."""


class Choosing:
    """One program for the whole table, asked for one goal after another.

    Each number may grow or shrink; a change of what is told costs, of what is hidden hardly. The cheapest change
    that brings a goal to its reach names the cells to hide, and is itself a table that agrees with what is still told.
    """

    def __init__(self, problem: Problem, nodes: Nodes) -> None:
        self._problem, self._nodes = problem, nodes
        self._sums: dict[int, int] = {}
        self._program = self._made()
        self.hide(problem.hidden)

    @property
    def solved(self) -> int:
        return self._program.solved

    def _made(self) -> Program:
        nodes, size = self._nodes, len(self._nodes)
        sums = [goal for goal in self._problem.goals if nodes.of_goal(goal) is None]
        self._sums = {id(goal): 2 * size + place for place, goal in enumerate(sums)}
        costs, upper = np.zeros(2 * size + len(sums)), np.full(2 * size + len(sums), np.inf)
        told = np.where(nodes.cell >= 0, self._problem.costs[nodes.cell], 0.0)
        costs[: 2 * size] = np.concatenate([told, told])
        upper[:size] = nodes.most - nodes.base
        upper[size : 2 * size] = np.where(nodes.known, nodes.base - nodes.least, 0)
        rows = nodes.rows((1.0, -1.0))
        for goal in sums:
            nodes.add(rows, goal.atoms, np.ones(len(goal.atoms)), 0.0, (1.0, -1.0))
            rows.columns[-1] = np.append(rows.columns[-1], self._sums[id(goal)])
            rows.factors[-1] = np.append(rows.factors[-1], -1.0)
        return Program(costs, np.zeros(len(costs)), upper, rows)

    def hide(self, cells: Iterable[int]) -> None:
        """Let cells change at next to no cost."""
        nodes = self._nodes.of_cell[list(cells)]
        columns = np.concatenate([nodes[nodes >= 0], nodes[nodes >= 0] + len(self._nodes)])
        self._program.aim(columns, np.full(len(columns), _HIDDEN_COSTS))

    def widen(self, goal: Goal, hidden: set[int]) -> tuple[set[int], Numbers] | None:
        """Find what to hide so that a goal can be reached, and the atoms of a table in which it is.

        Returns:
            None where what is known from elsewhere keeps it from being reached, whatever is hidden.
        """
        values = self._reaching(goal)
        if values is None:
            return None
        size = len(self._nodes)
        change = values[:size] - values[size : 2 * size]
        cells = self._nodes.cell[np.abs(change) > TOLERANCE]
        atoms = len(self._problem.base)
        return set(cells[cells >= 0].tolist()) - hidden, self._problem.base + change[:atoms]

    def _reaching(self, goal: Goal) -> Numbers | None:
        node = self._nodes.of_goal(goal)
        if node is None:
            return self._solved({self._sums[id(goal)]: (goal.reach, np.inf)})
        wanted = goal.reach - float(self._nodes.base[node])
        if wanted > self._nodes.most[node] - self._nodes.base[node]:
            return None
        return self._solved({node: (wanted, np.inf), len(self._nodes) + node: (0.0, 0.0)})

    def _solved(self, bounds: dict[int, tuple[float, float]]) -> Numbers | None:
        for column, (lower, upper) in bounds.items():
            self._program.bound(column, lower, upper)
        values = self._program.solve()
        for column in bounds:
            self._program.release(column)
        return values
