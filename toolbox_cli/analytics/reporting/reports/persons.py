"""Figures about persons, told only as far as nobody can be found in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa

from toolbox_cli.analytics.reporting.suppression.shapes import DEFAULT_THRESHOLD, Beside, Published, Zeros
from toolbox_cli.analytics.reporting.suppression.suppress import suppress
from toolbox_cli.analytics.reporting.told import HIDDEN, Value

Row = dict[str, Any]

MIN_MONTHS: Final = 2
_MONTH: Final = "month"


@dataclass(frozen=True)
class Telling:
    """How a table about persons is told.

    Attributes:
        by: as `suppress` takes it.
        count: column with the number of persons.
        beside: columns that are not told where the count is not.
        additive: whether totals are the sums of their parts.
        zeros: whether it may be told that there is nobody.
    """

    by: tuple[str, ...]
    count: str
    beside: tuple[str | Beside, ...] = ()
    additive: bool = True
    zeros: Zeros = Zeros.SHOWN


def guarded(  # noqa: PLR0913  what `Telling` has, said at once
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Sequence[str],
    count: str,
    beside: Sequence[str | Beside] = (),
    additive: bool = True,
    zeros: Zeros = Zeros.SHOWN,
) -> list[dict[str, Value]]:
    """Give rows with `HIDDEN` in place of what would tell of few persons; totals have None in `by`."""
    return guarded_as(rows, Telling(tuple(by), count, tuple(beside), additive, zeros))


def guarded_as(
    rows: Sequence[Mapping[str, Any]], how: Telling, published: Sequence[Published] = ()
) -> list[dict[str, Value]]:
    """Do the same, for readers who have other tables already."""
    if not rows:
        return []
    told = _suppressed(rows, how, published)
    columns = {name: told.column(name).to_pylist() for name in _told(how)}
    return [
        {**row, **{name: _shown(row.get(name), values[place]) for name, values in columns.items()}}
        for place, row in enumerate(rows)
    ]


def guarded_whole(rows: Sequence[Row], how: Telling, months: Mapping[str, Sequence[Row]]) -> list[dict[str, Value]]:
    """Guard a table of several months for readers who have each month's own, told as its report tells it.

    Args:
        rows: of the whole.
        how: it is told, and the months were.
        months: rows of each, all of them together being the whole.
    """
    if len(months) < MIN_MONTHS:
        return guarded_as(rows, how)
    told = {month: _suppressed(held, how) for month, held in months.items()}
    published = [Published(table, how.by, how.count, {_MONTH: [month]}) for month, table in told.items()]
    cells = [
        {**row, _MONTH: month}
        for month, held in months.items() for row in held if all(row[name] is not None for name in how.by)
    ]  # fmt: skip
    whole = [{**row, _MONTH: None} for row in rows]
    found = guarded_as([*whole, *cells], replace(how, by=(_MONTH, *how.by)), published)[: len(whole)]
    return [{name: value for name, value in row.items() if name != _MONTH} for row in found]


def by_month(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Part rows by their `month`, earliest first."""
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: str(row[_MONTH])):
        found.setdefault(str(row[_MONTH]), []).append({name: row[name] for name in row if name != _MONTH})
    return found


def _suppressed(rows: Sequence[Mapping[str, Any]], how: Telling, published: Sequence[Published] = ()) -> pa.Table:
    table = pa.table({name: _column([row.get(name) for row in rows]) for name in (*how.by, *_told(how))})
    return suppress(
        table, by=how.by, count=how.count, measures=how.beside, additive=how.additive, zeros=how.zeros,
        published=published,
    ).table  # fmt: skip


def _told(how: Telling) -> list[str]:
    return [how.count, *_named(how.beside)]


def enough(value: Value, persons: int | None) -> Value:
    """Tell a single figure only where enough persons are behind it, or nobody is."""
    return HIDDEN if persons and persons < DEFAULT_THRESHOLD and value is not None else value


def share(part: Value, whole: Value) -> Value:
    """Give a part as a ratio of the whole; hidden where either is."""
    if part is HIDDEN or whole is HIDDEN:
        return HIDDEN
    if not isinstance(part, int | float) or not isinstance(whole, int | float) or not whole:
        return None
    return part / whole


def crossed(rows: Sequence[Row], line: str, outcomes: tuple[str, ...], count: str) -> list[Row]:
    """Make a whole table of lines by outcomes out of its cells: every combination, and every total.

    Args:
        rows: the cells that are not empty, each with its `outcome`.
        line: column that names a line.
        outcomes: that part each line.
        count: column with the number of persons.
    """
    held = {(row[line], row["outcome"]): row for row in rows}
    lines = list(dict.fromkeys(row[line] for row in rows))
    cells = [{line: one, "outcome": what, count: 0, **held.get((one, what), {})} for one in lines for what in outcomes]
    by_line = [{line: one, "outcome": None, count: _total(cells, count, **{line: one})} for one in lines]
    by_outcome = [{line: None, "outcome": what, count: _total(cells, count, outcome=what)} for what in outcomes]
    return [*cells, *by_line, *by_outcome, {line: None, "outcome": None, count: _total(cells, count)}]


def _total(cells: Sequence[Row], count: str, **where: Any) -> int:
    return sum(cell[count] for cell in cells if all(cell[name] == value for name, value in where.items()))


def _named(beside: Sequence[str | Beside]) -> list[str]:
    names = [
        name
        for one in beside
        for name in ([one] if isinstance(one, str) else [one.column, *filter(None, [one.persons])])
    ]
    return list(dict.fromkeys(names))


def _column(values: list[Any]) -> pa.Array:
    known = next((value for value in values if value is not None), None)
    if known is None:
        return pa.array(values, type=pa.float64())
    if isinstance(known, int | float) and any(isinstance(value, float) for value in values):
        return pa.array([None if value is None else float(value) for value in values])
    return pa.array(values)


def _shown(given: Any, told: Any) -> Value:
    if given is not None and told is None:
        return HIDDEN
    value: Value = given
    return value
