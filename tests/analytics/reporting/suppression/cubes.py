"""Tables with all their totals, made from their finest cells."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

Key = tuple[Any, ...]


def totals_of(cells: Mapping[Key, int]) -> dict[Key, int]:
    """Give the cells, and the sums over each choice of columns (None stands for a column that was summed over)."""
    found: dict[Key, int] = {}
    for key, count in cells.items():
        for kept in product((True, False), repeat=len(key)):
            total = tuple(value if keep else None for value, keep in zip(key, kept, strict=True))
            found[total] = found.get(total, 0) + count
    return found


def distinct(visits: Mapping[Key, set[str]]) -> dict[Key, set[str]]:
    """Give who is in the cells, and in each of their totals."""
    found: dict[Key, set[str]] = {}
    for key, who in visits.items():
        for kept in product((True, False), repeat=len(key)):
            total = tuple(value if keep else None for value, keep in zip(key, kept, strict=True))
            found.setdefault(total, set()).update(who)
    return found


def table(cells: Mapping[Key, int], by: Sequence[str], **beside: Sequence[Any]) -> pa.Table:
    """Give cells as a table, with columns beside the count `persons`."""
    columns = {
        name: pa.array([key[at] for key in cells], pa.string() if _text(cells, at) else pa.int64())
        for at, name in enumerate(by)
    }
    return pa.table({**columns, "persons": pa.array(cells.values(), pa.int64()), **beside})


def _text(cells: Mapping[Key, int], at: int) -> bool:
    return not any(isinstance(key[at], int) for key in cells)


def told(table: pa.Table, by: Sequence[str], count: str = "persons") -> dict[Key, int | None]:
    """Give what a reader of a table sees."""
    keys = zip(*(table.column(name).to_pylist() for name in by), strict=True)
    return dict(zip(keys, table.column(count).to_pylist(), strict=True))


def random_grid(seed: int, rows: int = 5, columns: int = 5) -> dict[Key, int]:
    """Give a table such as classes have: mostly some dozens, some few, some nobody."""
    random = np.random.default_rng(seed)
    drawn = random.negative_binomial(1.5, 1.5 / (1.5 + 20), (rows, columns))
    return {(f"r{row}", f"c{column}"): int(drawn[row, column]) for row, column in product(range(rows), range(columns))}
