"""Rules about rows that are changed or lost."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.rules.remark import Case, Remark, Rule
from toolbox_cli.db.lint.weight import Pace, Weight, weigh
from toolbox_cli.db.revisions.plan.acts import Act, Kind


def _bulk(case: Case) -> Iterator[Remark]:
    """Give statements that may change many rows at once; how many a condition leaves can't be known."""
    for place, act in case.acts():
        if act.kind is not Kind.WRITE or _deletes_all(case, place, act):
            continue
        weight = weigh(case.facts, act.table, Pace.WRITE)
        if severity := weight.severity:
            yield Remark(
                "bulk-write", severity if act.every_row else min(severity, Severity.WARNING, key=_gravity), place,
                act.start, act.end, act.table,
                f"changes {'' if act.every_row else 'up to '}{weight}; they stay locked to the end of the revision",
                "batches that are committed one by one",
                "Change the rows by ranges of the key before the upgrade, each range in a transaction of its own;"
                " leave here what new rows need.",
                weight=weight,
            )  # fmt: skip


def _lost(case: Case) -> Iterator[Remark]:
    """Give statements that destroy data."""
    for place, act in case.acts():
        does = _DESTROYS.get(act.kind) or ("deletes every row" if _deletes_all(case, place, act) else None)
        rows = case.facts.rows(act.table)
        if does is None or rows == 0:
            continue
        filled = _filled(case, act, rows)
        yield Remark(
            "drop-with-data", Severity.ERROR if filled else Severity.WARNING, place, act.start, act.end, act.table,
            f"{does}: {_amount(act, rows, filled)}", "nothing that holds data",
            "Keep it until nothing uses it and its data is saved elsewhere: toolbox db backup.",
            act.column, Weight(rows, None if rows is None else 0),
        )  # fmt: skip


def _filled(case: Case, act: Act, rows: int | None) -> int | None:
    """Give about how many rows or values would go; None where nobody knows."""
    column = case.facts.column(act.table, act.column)
    if rows is None or column is None or column.null_ratio is None:
        return rows
    return round(rows * (1 - column.null_ratio))


def _amount(act: Act, rows: int | None, filled: int | None) -> str:
    if rows is None or filled is None:
        return "a table of unknown size"
    if act.column is None:
        return f"{rows:,} rows"
    return f"{filled:,} values" if filled else f"no value in {rows:,} rows when they were last analysed"


_DESTROYS: Final = {
    Kind.DROP_COLUMN: "drops the column",
    Kind.DROP_TABLE: "drops the table",
    Kind.TRUNCATE: "empties the table",
}


def _deletes_all(case: Case, place: int, act: Act) -> bool:
    return act.every_row and case.reading.parts[place].bare[act.start : act.end].upper().startswith("DELETE")


def _gravity(severity: Severity) -> int:
    return list(Severity).index(severity)


DATA: Final = (
    Rule("bulk-write", "UPDATE, DELETE or MERGE of many rows in one statement", _bulk),
    Rule("drop-with-data", "a column, a table or all rows of one that go, and are not empty", _lost),
)
