"""Cells of several tables as sets of the same atoms: the pieces that no published number parts any further."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Part = frozenset[Any]
"""What of one column a cell covers: finest values."""
Box = tuple[Part, ...]
"""What a cell covers, column by column."""

MOST_ATOMS: Final = 500_000


@dataclass(frozen=True)
class Axis:
    """One column, as tables part it.

    Attributes:
        covers: the finest values of each coarser one.
        scope: what a total of the new table covers.
        labels: values of the new table; none where it has no such column.
    """

    covers: Mapping[Any, Collection[Any]]
    scope: Part
    labels: tuple[Any, ...]

    def part(self, value: Any) -> Part:
        """Give what a value stands for."""
        return frozenset(self.covers[value]) if value in self.covers else frozenset((value,))

    @cached_property
    def finest(self) -> Mapping[Any, Part]:
        """The values of the new table that hold no other value of it."""
        parts = {label: self.part(label) for label in self.labels}
        coarse = [label for label in parts if label in self.covers]
        return {
            label: part
            for label, part in parts.items()
            if label not in coarse or not any(other < part for other in parts.values())
        }

    def whole(self, part: Part) -> bool:
        """Say whether it is put together from cells of the new table, without a rest inside or outside."""
        pieces = list(self.finest.values()) or [self.scope]
        return part <= self.scope and all(piece <= part or not piece & part for piece in pieces)


def parts_of(table: pa.Table, column: str, covers: Mapping[Any, Collection[Any]]) -> Part:
    """Give all that the values of a column stand for."""
    values = [value for value in table.column(column).unique().to_pylist() if value is not None]
    return frozenset().union(*(covers.get(value, (value,)) for value in values))


def boxes(keys: Sequence[tuple[Any, ...]], axes: Sequence[Axis], totals: Sequence[Part]) -> list[Box]:
    """Give what each cell covers.

    Args:
        keys: a value an axis; None stands for the total.
        axes: in the keys' order.
        totals: by axis, what None covers.
    """
    known: list[dict[Any, Part]] = [{None: total} for total in totals]
    found = []
    for key in keys:
        for value, axis, held in zip(key, axes, known, strict=True):
            if value not in held:
                held[value] = axis.part(value)
        found.append(tuple(held[value] for value, held in zip(key, known, strict=True)))
    return found


class Atoms:
    """The pieces that all boxes are put together from.

    Args:
        boxes: every box that is asked about later.
        finest: boxes of the new table's finest cells that hold anybody; outside of them its scope is empty.
        scope: what the new table covers.

    Raises:
        ValueError: finest cells share a piece, or there are more pieces than can be looked at.
    """

    def __init__(self, boxes: Collection[Box], finest: Sequence[Box], scope: Box) -> None:
        self._classes = [_classes({*(box[axis] for box in boxes), scope[axis]}) for axis in range(len(scope))]
        inside = [classes[part] for classes, part in zip(self._classes, scope, strict=True)]
        found: dict[tuple[int, ...], int] = {}
        for at, box in enumerate(finest):
            for piece in self._pieces(box):
                if found.setdefault(piece, at) != at:
                    raise ValueError("finest cells overlap: weeks and months belong into tables of their own")
        for box in boxes:
            if any(not part <= all_of for part, all_of in zip(box, scope, strict=True)):
                for piece in self._pieces(box):
                    if any(one not in within for one, within in zip(piece, inside, strict=True)):
                        found.setdefault(piece, -1)
            if len(found) > MOST_ATOMS:
                raise ValueError(f"more than {MOST_ATOMS} combinations: publish fewer columns at once")
        self.owner: NDArray[np.int64] = np.fromiter(found.values(), np.int64, len(found))
        """By atom, the finest cell that it is part of; -1 outside of the new table."""
        self._codes = np.array(list(found), dtype=np.int64).reshape(len(found), len(scope))
        self._masks: dict[tuple[int, Part], NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self.owner)

    def _pieces(self, box: Box) -> Iterator[tuple[int, ...]]:
        return product(*(sorted(classes[part]) for classes, part in zip(self._classes, box, strict=True)))

    def of(self, box: Box) -> NDArray[np.int64]:
        """Give the atoms of a box, rising."""
        inside = np.ones(len(self), dtype=np.bool_)
        for axis, part in enumerate(box):
            inside &= self._mask(axis, part)
        return np.flatnonzero(inside)

    def _mask(self, axis: int, part: Part) -> NDArray[np.bool_]:
        if (axis, part) not in self._masks:
            wanted = np.fromiter(self._classes[axis][part], np.int64)
            self._masks[axis, part] = np.isin(self._codes[:, axis], wanted)
        return self._masks[axis, part]


def _classes(parts: Collection[Part]) -> dict[Part, frozenset[int]]:
    """Number the values that no part tells apart, and say which numbers each part has."""
    ordered = sorted(parts, key=lambda part: (len(part), sorted(map(repr, part))))
    seen: dict[Any, list[int]] = {}
    for at, part in enumerate(ordered):
        for value in part:
            seen.setdefault(value, []).append(at)
    numbers: dict[tuple[int, ...], int] = {}
    for value in sorted(seen, key=repr):
        numbers.setdefault(tuple(seen[value]), len(numbers))
    return {part: frozenset(numbers[tuple(seen[value])] for value in part) for part in ordered}
