"""From tables to a problem over atoms: who knows what, and what must stay open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from toolbox_cli.analytics.reporting.suppression.axes import Atoms, Axis, Box, Part, boxes, parts_of
from toolbox_cli.analytics.reporting.suppression.problem import Goal, Line, Numbers, Places, Problem
from toolbox_cli.analytics.reporting.suppression.shapes import Covers, Published, Zeros

_TOTAL_COSTS: Final = 8.0
"""How many cells may be hidden to keep one total of them."""


@dataclass(frozen=True)
class Question:
    """What `suppress` is asked, for one column of counts."""

    table: pa.Table
    by: Sequence[str]
    count: str
    threshold: int
    additive: bool
    published: Sequence[Published]
    zeros: Zeros
    covers: Covers
    withheld: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> list[tuple[Any, ...]]:
        return list(zip(*(self.table.column(name).to_pylist() for name in self.by), strict=True))

    @cached_property
    def counts(self) -> Places:
        values = self.table.column(self.count).to_pylist()
        if any(value is None or value < 0 for value in values):
            raise ValueError(f"{self.count} is missing or negative in some cell")
        return np.array(values, np.int64)

    @property
    def small(self) -> NDArray[np.bool_]:
        """By cell, whether it is too small to be told, or is not told for another reason of its own."""
        few = self.counts < self.threshold
        for name in self.withheld:
            few |= np.array(self.table.column(name).to_pylist(), np.bool_)
        return few & ((self.counts > 0) | (self.zeros is Zeros.HIDDEN))

    @property
    def protection(self) -> int:
        """How far above the truth a small count must at least seem to be able to lie."""
        return -(-self.threshold // 2)


@dataclass
class Earlier:
    """What is known from earlier tables, sorted by what it does."""

    fixed: list[Line] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    contradicted: int = 0


class Posing:
    """One question, taken apart."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.columns = list(dict.fromkeys((*question.by, *(name for one in question.published for name in one.by))))
        self.axes = [self._axis(name) for name in self.columns]
        self.scope: Box = tuple(axis.scope for axis in self.axes)
        extra = (None,) * (len(self.columns) - len(question.by))
        self.boxes = boxes([(*key, *extra) for key in question.keys], self.axes, self.scope)
        if len(set(question.keys)) < len(question.keys):
            raise ValueError("two rows are the same cell")
        self.finest = [at for at, key in enumerate(question.keys) if self._level(key) == 0]
        self.told = [cell for one in question.published for cell in self._cells_of(one)]
        self._lay_out()

    def _axis(self, name: str) -> Axis:
        question, covers = self.question, self.question.covers.get(name, {})
        if name in question.by:
            labels = [value for value in question.table.column(name).unique().to_pylist() if value is not None]
            return Axis(covers, parts_of(question.table, name, covers), tuple(labels))
        everything: Part = frozenset()
        for one in question.published:
            everything |= parts_of(one.table, name, covers) if name in one.by else frozenset()
            everything |= _expand(one.within.get(name, ()), covers)
        return Axis(covers, everything, ())

    def _level(self, key: tuple[Any, ...]) -> int:
        """Say in how many columns a cell is not of the finest kind."""
        return sum(value not in axis.finest for value, axis in zip(key, self.axes, strict=False))

    def _cells_of(self, one: Published) -> list[tuple[Box, int | None]]:
        totals = []
        for name, axis in zip(self.columns, self.axes, strict=True):
            if name in one.by:
                totals.append(parts_of(one.table, name, axis.covers))
            elif name in one.within or name not in self.question.by:
                totals.append(_expand(one.within[name], axis.covers) if name in one.within else axis.scope)
            else:
                raise ValueError(f"an earlier table has no {name}, and does not say which it is within")
        rows = [
            one.table.column(name).to_pylist() if name in one.by else [None] * one.table.num_rows
            for name in self.columns
        ]
        told = boxes(list(zip(*rows, strict=True)), self.axes, totals)
        return list(zip(told, one.table.column(one.count).to_pylist(), strict=True))

    def _fits(self, box: Box) -> bool:
        return all(axis.whole(part) for axis, part in zip(self.axes, box, strict=True))

    def _lay_out(self) -> None:
        question = self.question
        across = [cell for cell in self.told if not self._fits(cell[0])] if self.told else []
        inside = [cell for cell in self.told if self._fits(cell[0])]
        near = across if any(self._overlaps(box) for box, _ in across) else []
        self.inside, self.across = inside, near
        parting = [box for box, _ in near] if question.additive else []
        shown = question.zeros is Zeros.SHOWN
        self.held = [at for at in self.finest if question.counts[at] or not shown]
        everything = [*self.boxes, *(box for box, _ in inside), *parting]
        self.atoms = Atoms(everything, [self.boxes[at] for at in self.held], self.scope)
        self._own: list[Places] = [np.empty(0, np.int64)] * len(question.keys)
        order = np.argsort(self.atoms.owner, kind="stable")
        ends = np.searchsorted(self.atoms.owner[order], np.arange(len(self.held) + 1))
        for at, start, end in zip(self.held, ends[:-1], ends[1:], strict=True):
            self._own[at] = order[start:end]

    def _overlaps(self, box: Box) -> bool:
        return all(part & scope for part, scope in zip(box, self.scope, strict=True))

    @cached_property
    def members(self) -> list[Places]:
        """By cell, its atoms."""
        finest = set(self.finest)
        return [self._own[at] if at in finest else self.atoms.of(box) for at, box in enumerate(self.boxes)]

    @cached_property
    def first(self) -> Numbers:
        """By atom, its finest cell's count, told once where the cell has several."""
        found = np.zeros(len(self.atoms))
        for at in self.held:
            found[self._own[at][0]] = self.question.counts[at]
        return found

    def problem(
        self, hidden: frozenset[int] = frozenset(), most: Mapping[int, int] | None = None
    ) -> tuple[Problem, int]:
        """Give the problem, and how many earlier numbers contradict the new ones.

        Args:
            hidden: cells that are not told in any case.
            most: by finest cell, what everybody knows its count to be at most.
        """
        self._check()
        question, members = self.question, self.members
        known = np.zeros(len(self.atoms), np.bool_)
        least, limit = np.zeros(len(self.atoms)), np.full(len(self.atoms), np.inf)
        for at in self.held:
            if len(own := self._own[at]) == 1:
                known[own] = True
                least[own] = question.zeros is Zeros.SHOWN
                limit[own] = (most or {}).get(at, np.inf)
        values = [float(self.first[atoms].sum()) for atoms in members]
        finest = set(self.held)
        cells = [
            Line(atoms, value, own=at in finest and len(atoms) == 1, parts=self._parts(at))
            for at, (atoms, value) in enumerate(zip(members, values, strict=True))
        ]
        earlier = self._earlier()
        return Problem(
            base=np.where(known, self.first, 0.0), known=known, least=least, most=limit, cells=cells,
            costs=self._costs(), fixed=earlier.fixed, goals=[*self._small_goals(), *earlier.goals],
            hidden=self._in_company(hidden | set(np.flatnonzero(question.small).tolist())), codes=self._codes(),
        ), earlier.contradicted  # fmt: skip

    @cached_property
    def _families(self) -> dict[tuple[int, tuple[Any, ...]], list[int]]:
        """By column and the rest of a key, the cells that have this rest and one of the finest values."""
        found: dict[tuple[int, tuple[Any, ...]], list[int]] = {}
        for at, key in enumerate(self.question.keys):
            for axis, value in enumerate(key):
                if value in self.axes[axis].finest:
                    found.setdefault((axis, (*key[:axis], *key[axis + 1 :])), []).append(at)
        return found

    def _parts(self, at: int) -> Places | None:
        """Give cells that a total is put together from, as few as there are; None where they are none."""
        key, best = self.question.keys[at], None
        for axis in (axis for axis, value in enumerate(key) if value is None):
            parts = self._families.get((axis, (*key[:axis], *key[axis + 1 :])), [])
            whole = sum(len(self.members[part]) for part in parts) == len(self.members[at])
            if whole and (best is None or len(parts) < len(best)):
                best = parts
        return None if best is None else np.array(best, np.int64)

    def _in_company(self, hidden: frozenset[int] | set[int]) -> frozenset[int]:
        """Hide a large cell beside hidden ones that may be the same few persons.

        Distinct persons don't add up, but rows and sums beside them do: those of what is hidden in a line are what is
        left of its total. So it has to be known of enough persons that they are in that rest.
        """
        if self.question.additive:
            return frozenset(hidden)
        counts, threshold, found = self.question.counts, self.question.threshold, set(hidden)
        places = {key: at for at, key in enumerate(self.question.keys)}
        for (axis, rest), parts in self._families.items():
            total = places.get((*rest[:axis], None, *rest[axis:]))
            left = [at for at in parts if at in found]
            if total is None or total in found or not left:
                continue
            told = [at for at in parts if at not in found and counts[at]]
            sure = max(max(counts[left]), counts[total] - sum(counts[told]))
            if sure < threshold and told:
                found.add(min(told, key=lambda at: (counts[at], at)))
        return frozenset(found)

    def _check(self) -> None:
        question = self.question
        for key, count, atoms in zip(question.keys, question.counts, self.members, strict=True):
            parts = self.first[atoms]
            whole = count == parts.sum() if question.additive else parts.max(initial=0) <= count <= parts.sum()
            if not whole:
                raise ValueError(f"{key}: {count} is not what its finest cells come to ({parts.sum():.0f})")

    def _codes(self) -> Places:
        numbers = [{value: at for at, value in enumerate(axis.finest)} for axis in self.axes[: len(self.question.by)]]
        codes = [[held.get(value, -1) for value, held in zip(key, numbers, strict=True)] for key in self.question.keys]
        return np.array(codes, np.int64)

    def _costs(self) -> Numbers:
        levels = np.array([self._level(key) for key in self.question.keys], np.float64)
        return np.asarray((1 + np.log2(1 + self.question.counts)) * _TOTAL_COSTS**levels, np.float64)

    def _small_goals(self) -> list[Goal]:
        question = self.question
        heavy = [int(self.first[atoms].sum()) for atoms in self.members]
        return [
            Goal(
                self.members[at],
                max(question.threshold, heavy[at] + question.protection),
                question.keys[at],
                cell=at,
            )
            for at in np.flatnonzero(question.small).tolist()
        ]

    def _earlier(self) -> Earlier:
        found = Earlier()
        places = {box: at for at, box in enumerate(self.boxes)}
        for box, value in self.inside:
            if value is not None and len(atoms := self.atoms.of(box)):
                self._same(found, places.get(box), atoms, value)
        self._look_across(found)
        return found

    def _look_across(self, found: Earlier) -> None:
        """Take numbers of more or fewer months or places than cells of the new table have."""
        across = list(dict(self.across).items())  # of a cell that was told several times the last one
        near = _neighbours([*self.boxes, *(box for box, _ in across)])
        for place, (box, value) in enumerate(across, len(self.boxes)):
            others = {at for axis in range(len(box)) for at in near[_without(box, axis)] if at < place}
            if self.question.additive:
                self._parted(found, box, value, sorted(others), [other for other, _ in across])
            else:
                self._beside(found, box, value, [at for at in others if at < len(self.boxes)])

    def _same(self, found: Earlier, at: int | None, atoms: Places, value: int) -> None:
        """Take a number of the very persons or rows that this table is about."""
        question, weight = self.question, float(self.first[atoms].sum())
        now = question.counts[at] if at is not None else weight if question.additive else value
        if now == value:
            found.fixed.append(Line(atoms, weight))
            return
        found.contradicted += 1
        if abs(now - value) < question.threshold:
            key = question.keys[at] if at is not None else ()
            found.goals.append(
                Goal(atoms, max(weight, value if question.additive else weight) + question.threshold, key)
            )

    def _parted(self, found: Earlier, box: Box, value: int | None, others: list[int], across: list[Box]) -> None:
        """Take a number that covers what others part otherwise: what lies between two of them is a cell too."""
        atoms, threshold = self.atoms.of(box), float(self.question.threshold)
        if value is None:
            found.goals.append(Goal(atoms, threshold, unsure=True))
        else:
            found.fixed.append(Line(atoms, float(value)))
        boxes, keys = [*self.boxes, *across], self.question.keys
        for at in (at for at in others if _nested(box, boxes[at])):
            between = np.setxor1d(atoms, self.atoms.of(boxes[at]), assume_unique=True)
            found.goals.append(Goal(between, threshold, keys[at] if at < len(keys) else (), unsure=True))

    def _beside(self, found: Earlier, box: Box, value: int | None, others: list[int]) -> None:
        """Hide a number of distinct persons that differs by a few from one told of more or fewer months or places."""
        threshold = self.question.threshold
        for at in (at for at in others if _nested(box, self.boxes[at])):
            if value is not None and 0 < abs(int(self.question.counts[at]) - value) < threshold:
                atoms = self.members[at]
                found.goals.append(Goal(atoms, float(self.first[atoms].sum()) + threshold, self.question.keys[at]))


def _expand(values: Any, covers: Mapping[Any, Any]) -> Part:
    return frozenset().union(*(covers.get(value, (value,)) for value in values))


def _without(box: Box, axis: int) -> tuple[int, Box]:
    return axis, (*box[:axis], *box[axis + 1 :])


def _neighbours(cells: Sequence[Box]) -> dict[tuple[int, Box], list[int]]:
    """By axis and the rest of a box, the cells that have this rest."""
    found: dict[tuple[int, Box], list[int]] = {}
    for at, box in enumerate(cells):
        for axis in range(len(box)):
            found.setdefault(_without(box, axis), []).append(at)
    return found


def _nested(one: Box, other: Box) -> bool:
    pairs = list(zip(one, other, strict=True))
    return one != other and (all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs))
