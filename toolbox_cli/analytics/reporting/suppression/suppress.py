"""Small cells of a table, and as many others as it takes for totals not to give them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.reporting.suppression.posing import Posing, Question
from toolbox_cli.analytics.reporting.suppression.protecting import protect
from toolbox_cli.analytics.reporting.suppression.reconciling import reconciled
from toolbox_cli.analytics.reporting.suppression.shapes import (
    DEFAULT_THRESHOLD,
    Audit,
    Beside,
    Covers,
    HiddenCell,
    Published,
    Reason,
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
        measures: numbers beside the count; what is hidden of them in a line of a total is never a few's alone.
        published: tables that readers have already.
        zeros: whether a 0 may be told.
        covers: coarser values within a column: quarters among months.

    Returns:
        The table as it may be told, what was hidden and why, and what was proven.

    Raises:
        ValueError: rows that are no cells: twice the same, a negative or missing count, no finest cells, or a total
            that is not the sum of its parts although counts add up.
    """
    question = Question(table, by, count, threshold, additive, published, zeros, covers)
    beside = [Beside(one) if isinstance(one, str) else one for one in measures]
    answer = _answer(question, frozenset(), {})
    told = _without(table, [count, *(one.column for one in beside if one.persons is None)], answer.hidden)
    told = told.append_column("suppressed", pa.array(_mask(table, answer.hidden)))
    audit = answer.audit
    open_counts = {at: int(value) for at, value in enumerate(question.counts) if at not in answer.hidden}
    for persons in dict.fromkeys(one.persons for one in beside if one.persons is not None):
        about = [one for one in beside if one.persons == persons]
        withheld = tuple(one.withheld for one in about if one.withheld)
        own = _answer(_about(question, persons, withheld), answer.hidden, open_counts)
        told = _without(told, [persons, *(one.column for one in about)], own.hidden)
        audit = _both(audit, own.audit)
    return Suppressed(told, answer.cells, audit)


@dataclass(frozen=True)
class _Answer:
    hidden: frozenset[int]
    cells: tuple[HiddenCell, ...]
    audit: Audit


def _answer(question: Question, hidden: frozenset[int], most: Mapping[int, int]) -> _Answer:
    if not question.table.num_rows:
        return _Answer(frozenset(), (), Audit(cells=0, small=0, complements=0, proven=0))
    posing = Posing(question)
    problem, contradicted = posing.problem(hidden, most)
    problem, more = reconciled(problem)
    found = protect(problem)
    small = set(np.flatnonzero(question.small).tolist())
    told_of = {goal.key for goal in problem.goals[len(small) :]}
    cells = tuple(
        HiddenCell(key, Reason.SMALL if at in small else Reason.DIFFERENCE if key in told_of else Reason.COMPLEMENT)
        for at, key in enumerate(question.keys)
        if at in found.hidden
    )
    audit = Audit(
        cells=len(question.keys),
        small=len(small),
        complements=len(found.hidden) - len(small),
        proven=len(problem.goals) - len(found.exposed) - len(found.empty),
        exposed=tuple(problem.goals[at].key for at in sorted(found.exposed)),
        hidden_whole=_hidden_whole(question, found.hidden),
        contradicted=contradicted + more,
        programs=found.programs,
    )
    return _Answer(frozenset(found.hidden), cells, audit)


def _about(question: Question, persons: str, withheld: tuple[str, ...]) -> Question:
    """Ask the same about another column of counts."""
    earlier = [replace(one, count=persons) for one in question.published if persons in one.table.column_names]
    return replace(question, count=persons, published=earlier, withheld=withheld)


def _hidden_whole(question: Question, hidden: set[int]) -> tuple[tuple[str, ...], ...]:
    left: dict[tuple[str, ...], bool] = {}
    for at, key in enumerate(question.keys):
        columns = tuple(name for name, value in zip(question.by, key, strict=True) if value is not None)
        left[columns] = left.get(columns, False) or at not in hidden
    return tuple(columns for columns, any_left in left.items() if not any_left)


def _mask(table: pa.Table, hidden: frozenset[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask = np.zeros(table.num_rows, np.bool_)
    mask[list(hidden)] = True
    return mask


def _without(table: pa.Table, columns: Sequence[str], hidden: frozenset[int]) -> pa.Table:
    mask = pa.array(_mask(table, hidden))
    for name in columns:
        at, column = table.schema.get_field_index(name), table.column(name)
        table = table.set_column(at, table.field(at).with_nullable(True), pc.if_else(mask, None, column))
    return table


def _both(one: Audit, other: Audit) -> Audit:
    return replace(
        one,
        small=one.small + other.small,
        complements=one.complements + other.complements,
        proven=one.proven + other.proven,
        exposed=(*one.exposed, *other.exposed),
        contradicted=one.contradicted + other.contradicted,
        programs=one.programs + other.programs,
    )
