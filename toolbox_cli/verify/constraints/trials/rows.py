"""Trials that insert a row, and how to see it afterwards."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ARRAY, JSON, Table
from sqlalchemy.dialects.postgresql import JSONB

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.claims import Claim
from toolbox_cli.verify.constraints.server.wire import Command, Row
from toolbox_cli.verify.constraints.trials.trial import Look, Refusal, Trial
from toolbox_cli.verify.constraints.witnesses.solve import Values
from toolbox_cli.verify.constraints.witnesses.stock import Stock

SHOWN_VALUE_CHARACTERS = 40


def inserting(
    stock: Stock, claim: Claim, values: Values, columns: Sequence[str], refusal: Refusal | None = None
) -> Trial:
    """Try a row.

    Args:
        stock: of the platform.
        claim: that the trial is for.
        values: the whole row.
        columns: what the trial is about; these are read back.
        refusal: None where the row must go in.
    """
    table = stock.table(claim.table)
    what = ", ".join(f"{name} = {shown(values[name])}" for name in columns)
    act = stock.insert(table, values)
    return Trial(claim, f"a row with {what}", act, refusal=refusal, look=reading(stock, table, values, columns))


def reading(stock: Stock, table: Table, values: Values, columns: Iterable[str]) -> Look | None:
    """Read a row back by its key and compare columns; None where the table has no key."""
    compared = [name for name in columns if _has_equality(table, name)]
    keys = [column.name for column in table.primary_key.columns]
    given: list[str | None] = []

    def mark(name: str) -> str:
        given.append(values[name])
        return f"${len(given)}"

    same = ", ".join(f"{quote(name)} IS NOT DISTINCT FROM {mark(name)}" for name in compared) or "true"
    found = " AND ".join(
        f"{quote(name)} IS NULL" if values[name] is None else f"{quote(name)} = {mark(name)}" for name in keys
    )
    text = f"SELECT {same} FROM {stock.name(table)} WHERE {found}"  # noqa: S608
    return Look(Command(text, tuple(given)), lambda rows: _compared(rows, compared)) if keys else None


def _compared(rows: Sequence[Row], columns: Sequence[str]) -> str | None:
    if not rows:
        return "the server said yes, and the row is not there"
    if any("f" not in row for row in rows):
        return None
    changed = [name for name, same in zip(columns, rows[0], strict=False) if same == "f"]
    return f"the server said yes, and wrote another {' and '.join(changed)}"


def _has_equality(table: Table, name: str) -> bool:
    kind = table.columns[name].type
    element = kind.item_type if isinstance(kind, ARRAY) else kind
    return isinstance(element, JSONB) or not isinstance(element, JSON)


def shown(value: str | None) -> str:
    """Give a value that was made up, for people."""
    if value is None:
        return "NULL"
    text = value if len(value) <= SHOWN_VALUE_CHARACTERS else f"{value[: SHOWN_VALUE_CHARACTERS - 3]}..."
    return repr(text)
