"""Which cells to hide beside a small one: those through which it can grow at the least cost."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from toolbox_cli.analytics.reporting.suppression.nodes import Nodes
from toolbox_cli.analytics.reporting.suppression.problem import Goal, Numbers, Problem
from toolbox_cli.analytics.reporting.suppression.program import TOLERANCE, Program

_HIDDEN_COSTS: Final = 1e-4
"""What a change of a hidden cell costs: enough for changes to stay small, and mostly of whole numbers."""
_NEIGHBOURS: Final = 12
_FEW: Final = 1500
"""Cells of a table for which the best way round is looked for; in a larger one, a good one near by is taken."""


class Choosing:
    """One program for the whole table, asked for one goal after another.

    Each number may grow or shrink; a change of what is told costs, of what is hidden hardly. The cheapest change
    that brings a goal to its reach names the cells to hide, and is itself a table that agrees with what is still told.
    """

    def __init__(self, problem: Problem, nodes: Nodes) -> None:
        self._problem, self._nodes = problem, nodes
        self._sums: dict[int, int] = {}
        self._ease = np.array([cell.value for cell in problem.cells])
        told = np.where(nodes.cell >= 0, problem.costs[nodes.cell], 0.0)
        self._costs = np.concatenate([told, told])
        self._program = self._made()
        self.hide(problem.hidden)

    @property
    def solved(self) -> int:
        return self._program.solved

    def _made(self) -> Program:
        nodes, size = self._nodes, len(self._nodes)
        sums = [goal for goal in self._problem.goals if nodes.of_goal(goal) is None]
        self._sums = {id(goal): 2 * size + place for place, goal in enumerate(sums)}
        upper = np.full(2 * size + len(sums), np.inf)
        costs = np.append(self._costs, np.zeros(len(sums)))
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
        self._ease[list(cells)] = np.inf
        nodes = self._nodes.of_cell[list(cells)]
        columns = np.concatenate([nodes[nodes >= 0], nodes[nodes >= 0] + len(self._nodes)])
        self._costs[columns] = _HIDDEN_COSTS
        self._program.aim(columns, self._costs[columns])

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
            return self._solved({self._sums[id(goal)]: (goal.reach, np.inf)}, None)
        wanted = goal.reach - float(self._nodes.base[node])
        if wanted > self._nodes.most[node] - self._nodes.base[node]:
            return None
        bounds = {node: (wanted, np.inf), len(self._nodes) + node: (0.0, 0.0)}
        near = self._near(int(self._nodes.cell[node]))
        if near.all():
            return self._solved(bounds, None)
        found = self._solved(bounds, near)
        hides_more = found is not None and bool(found[: 2 * len(near)] @ self._costs > 1)
        if found is None or (hides_more and len(near) <= _FEW):
            return self._solved(bounds, None)
        return found

    def _near(self, cell: int) -> NDArray[np.bool_]:
        """Say which nodes are of a few values a column: the cell's own, and those of its largest neighbours.

        A way round that is short is nearly always found there, in a fraction of the time.
        """
        codes, near = self._problem.codes, np.ones(len(self._problem.codes), np.bool_)
        for axis, code in enumerate(codes[cell]):
            beside = (np.delete(codes, axis, 1) == np.delete(codes[cell], axis)).all(axis=1) & (codes[:, axis] >= 0)
            ranked = np.flatnonzero(beside)[np.argsort(-self._ease[beside], kind="stable")]
            kept = np.append(codes[ranked[:_NEIGHBOURS], axis], (code, -1))
            near &= np.isin(codes[:, axis], kept)
        return np.where(self._nodes.cell >= 0, near[self._nodes.cell], True)

    def _solved(self, bounds: dict[int, tuple[float, float]], near: NDArray[np.bool_] | None) -> Numbers | None:
        free = np.ones(2 * len(self._nodes) + len(self._sums), np.bool_)
        if near is not None:
            free[: 2 * len(near)] = np.concatenate([near, near])
        self._program.confine(free)
        for column, (lower, upper) in bounds.items():
            self._program.bound(column, lower, upper)
        return self._program.solve()
