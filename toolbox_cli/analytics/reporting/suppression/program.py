"""Linear and integer programs, solved by HiGHS; a changed bound or aim begins where the last solution ended."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

TOLERANCE: Final = 1e-6
INTEGER_SECONDS: Final = 20.0
"""Time for one integer program; what is not found by then counts as not there."""


@dataclass(slots=True)
class Rows:
    """Sums of columns with a lower and an upper end."""

    columns: list[NDArray[np.int64]] = field(default_factory=list)
    factors: list[NDArray[np.float64]] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, columns: NDArray[np.int64], factors: NDArray[np.float64], lower: float, upper: float) -> None:
        self.columns.append(columns)
        self.factors.append(factors)
        self.lower.append(lower)
        self.upper.append(upper)


class Program:
    """Minimise what columns cost, within their bounds and those of the rows."""

    def __init__(
        self, costs: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64], rows: Rows, *,
        whole: bool = False,
    ) -> None:  # fmt: skip
        self.solved = 0
        self._lower, self._upper = lower, upper
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("time_limit", INTEGER_SECONDS)):
            self._solver.setOptionValue(option, value if whole or option != "time_limit" else highspy.kHighsInf)
        self._solver.passModel(_model(costs, lower, upper, rows, whole=whole))

    def bound(self, column: int, lower: float, upper: float) -> None:
        """Change a column's bounds."""
        self._solver.changeColBounds(column, lower, upper)

    def confine(self, free: NDArray[np.bool_]) -> None:
        """Let columns have their bounds or be 0, and begin anew: what is fixed then costs next to no time."""
        where = np.arange(len(free), dtype=np.int32)
        lower, upper = np.where(free, self._lower, 0.0), np.where(free, self._upper, 0.0)
        self._solver.clearSolver()
        self._solver.changeColsBounds(len(where), where, lower, upper)

    def release(self, column: int) -> None:
        """Give a column the bounds that it began with."""
        self.bound(column, self._lower[column], self._upper[column])

    def aim(self, columns: Sequence[int] | NDArray[np.int64], costs: Sequence[float] | NDArray[np.float64]) -> None:
        """Change what columns cost."""
        where = np.asarray(columns, np.int32)
        self._solver.changeColsCost(len(where), where, np.asarray(costs, np.float64))

    def solve(self) -> NDArray[np.float64] | None:
        """Give the columns' values; None where nothing meets all rows, or was found in time."""
        self.solved += 1
        if not len(self._lower):
            return np.empty(0)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return np.asarray(self._solver.getSolution().col_value, np.float64)
        return None


def _model(
    costs: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64], rows: Rows, *, whole: bool
) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(costs), len(rows.lower)
    model.col_cost_, model.col_lower_, model.col_upper_ = costs, lower, upper
    model.row_lower_, model.row_upper_ = np.array(rows.lower, np.float64), np.array(rows.upper, np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lengths = [len(columns) for columns in rows.columns]
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate([*rows.columns, np.empty(0, np.int64)]).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate([*rows.factors, np.empty(0)])
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
    return model
