"""Earlier numbers that no table of today's can agree with: rows came or went in between."""

from dataclasses import replace

import numpy as np

from toolbox_cli.analytics.reporting.suppression.problem import Problem
from toolbox_cli.analytics.reporting.suppression.program import TOLERANCE, Program, Rows


def reconciled(problem: Problem) -> tuple[Problem, int]:
    """Leave out as few earlier numbers as it takes for the others to agree with the new table; say how many."""
    if all(problem.known[line.atoms].all() for line in problem.fixed):
        return problem, 0
    unknown = np.flatnonzero(~problem.known)
    place = np.full(len(problem.base), -1, np.int64)
    place[unknown] = np.arange(len(unknown))
    rows, size = Rows(), len(unknown) + 2 * len(problem.fixed)
    lines = [cell for cell in problem.cells if not cell.own]
    for at, line in enumerate([*problem.fixed, *lines]):
        columns = place[line.atoms]
        end = line.value - float(problem.base[line.atoms[columns < 0]].sum())
        columns, ones = columns[columns >= 0], np.ones(np.count_nonzero(columns >= 0))
        slack = [len(unknown) + 2 * at, len(unknown) + 2 * at + 1] if at < len(problem.fixed) else []
        both = np.concatenate([columns, np.array(slack, np.int64)])
        rows.add(both, np.concatenate([ones, [1.0, -1.0][: len(slack)]]), end, end)
    costs = np.concatenate([np.zeros(len(unknown)), np.ones(2 * len(problem.fixed))])
    values = Program(costs, np.zeros(size), np.full(size, np.inf), rows).solve()
    if values is None:
        raise ValueError("the table contradicts itself")
    off = values[len(unknown) :].reshape(-1, 2).max(axis=1) > TOLERANCE
    kept = [line for line, wrong in zip(problem.fixed, off, strict=True) if not wrong]
    return replace(problem, fixed=kept), int(off.sum())
