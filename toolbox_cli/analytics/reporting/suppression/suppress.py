"""Small cells of a table, and as many others as it takes for totals not to give them back."""

from collections.abc import Sequence

import pyarrow as pa

from toolbox_cli.analytics.reporting.suppression.shapes import (
    DEFAULT_THRESHOLD,
    Beside,
    Covers,
    Published,
    Suppressed,
    Zeros,
)

_NO_COVERS: Covers = {}


def suppress(  # noqa: PLR0913 - each is a fact of its own about the table, and reports say them by name
    table: pa.Table,
    *,
    by: Sequence[str],
    count: str,
    threshold: int = DEFAULT_THRESHOLD,
    additive: bool = True,
    measures: Sequence[str | Beside] = (),
    published: Sequence[Published] = (),
    zeros: Zeros = Zeros.SHOWN,
    covers: Covers = _NO_COVERS,
) -> Suppressed:
    """Hide counts under the threshold, and others, until nobody can work them out.

    A row is a cell; a null in a column of `by` stands for all of its values, so totals are rows too. The finest
    cells (no null, no coarser value) must be among the rows; a combination without a row counts as 0 that everybody
    knows of. A value that is missing in the data needs a name of its own, such as `none`.

    Args:
        table: one row a cell; `count` is never null.
        by: columns that say which cell a row is. A coarser column beside a finer one (term beside month) is one more.
        count: column with the number of persons (or of whatever must not be few) in the cell.
        threshold: the least number that may be told.
        additive: whether a total is the sum of its parts; False for distinct persons, who may be in several cells.
        measures: numbers beside the count; sums and means may add up, so a hidden rest has a large cell in it.
        published: tables that readers have already.
        zeros: whether a 0 may be told.
        covers: coarser values within a column: quarters among months.

    Returns:
        The table as it may be told, what was hidden and why, and what was proven.

    Raises:
        ValueError: rows that are no cells: twice the same, a negative or missing count, no finest cells, or a total
            that is not the sum of its parts although counts add up.
    """
    raise NotImplementedError
