"""What a loading of reference data did, for people and for programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from toolbox_cli.core.output import Column, Report
from toolbox_cli.seed.reference.deciding import Decided, Difference, Fate
from toolbox_cli.seed.reference.running import Loaded

LISTED: Final = 40
"""How many rows a table for people tells of one by one."""
LONGEST: Final = 60
"""How much of a value it shows."""

_TOLD: Final = (Fate.RESTORED, Fate.CHANGED, Fate.KEPT, Fate.LEFT)


def loaded(done: Sequence[Loaded], *, dry_run: bool) -> Report:
    """Report tables with counts; each row that is not simply new or unchanged is told of too."""
    items = [item for one in done for item in _tables(one)]
    summary = {fate.value: sum(item[fate.value] for item in items) for fate in Fate}
    columns = [Column("table"), *(Column(fate.value, justify="right") for fate in Fate if summary[fate.value])]
    if len(done) > 1:
        columns.insert(0, Column("database"))
    rows = [row for one in done for row in one.loading.rows]
    return Report(
        "toolbox.seed.reference/1",
        items,
        {**summary, "dry_run": dry_run},
        columns=columns,
        note="\n".join(_note(rows, summary, dry_run)),
    )


def _tables(one: Loaded) -> Iterator[dict[str, Any]]:
    for (platform, table), counts in one.loading.counts().items():
        rows = [row for row in one.loading.rows if (row.platform, row.table) == (platform, table)]
        yield {
            "database": one.label,
            "table": f"{platform}.{table}",
            **{fate.value: counts[fate] for fate in Fate},
            "rows": [_row(row) for row in rows if row.fate is not Fate.UNCHANGED],
        }


def _row(row: Decided) -> dict[str, Any]:
    fields = [{"field": one.column, "held": one.held, "reference": one.reference} for one in row.differences]
    return {"key": row.key, "fate": row.fate.value, "fields": fields}


def _note(rows: Iterable[Decided], summary: dict[str, int], dry_run: bool) -> Iterator[str]:
    told = [row for row in rows if row.fate in _TOLD]
    for row in told[:LISTED]:
        yield f"{row.fate.value} {row.platform}.{row.table} {row.key}"
        yield from (f"    {_difference(one)}" for one in row.differences)
    if len(told) > LISTED:
        yield f"... and {len(told) - LISTED} more; --format json lists them all"
    written = summary[Fate.NEW] + summary[Fate.RESTORED] + summary[Fate.CHANGED]
    yield f"{written:,} rows {'would be' if dry_run else 'were'} written."
    if summary[Fate.KEPT]:
        yield f"Rows kept as somebody here has changed them: {summary[Fate.KEPT]:,}."


def _difference(one: Difference) -> str:
    return f"{one.column}: here {_short(one.held)}, in the reference data {_short(one.reference)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]} ..."
