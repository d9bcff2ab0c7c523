"""Foreign keys: no orphan gets in, and what happens to a parent does to its child what was declared."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import ForeignKeyConstraint

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.claims import Claim, reference_claim
from toolbox_cli.verify.constraints.server.wire import Command, Row
from toolbox_cli.verify.constraints.trials.keys import deferring
from toolbox_cli.verify.constraints.trials.rows import inserting
from toolbox_cli.verify.constraints.trials.trial import (
    FOREIGN_KEY_VIOLATION,
    RESTRICT_VIOLATION,
    Look,
    Refusal,
    Trial,
    Verdict,
)
from toolbox_cli.verify.constraints.witnesses.solve import Values
from toolbox_cli.verify.constraints.witnesses.stock import Stock, referring

REFUSING: Final = (None, "NO ACTION", "RESTRICT")
TRIED: Final = (*REFUSING, "CASCADE", "SET NULL")


def reference_trials(stock: Stock, foreign: ForeignKeyConstraint) -> Iterator[Trial]:
    """Give the trials of one foreign key; both tables have their rows.

    Raises:
        NoRowError: parent or child can't be made.
    """
    claim = reference_claim(foreign)
    yield _orphan(stock, claim, foreign)
    for act, declared in (("DELETE", foreign.ondelete), ("UPDATE", foreign.onupdate)):
        action = declared.upper() if declared else None
        let_go = act == "DELETE" and any(element.info.get("unlinked") for element in foreign.elements)
        if action in TRIED and not let_go and not (act == "UPDATE" and _is_fixed(foreign)):
            yield _parent(stock, claim, foreign, act, action)
    yield deferring(stock, claim, claim.name, deferrable=bool(foreign.deferrable))


def _orphan(stock: Stock, claim: Claim, foreign: ForeignKeyConstraint) -> Trial:
    nobody = referring(foreign, stock.row(foreign.referred_table))
    before, values = stock.family(foreign.table, nobody, accompanied=False)
    refusal = Refusal(frozenset({FOREIGN_KEY_VIOLATION}), constraint=claim.name)
    trial = inserting(stock, claim, values, list(nobody), refusal)
    return replace(trial, what=f"an orphan, {trial.what},", before=tuple(before[:-1]))


def _parent(stock: Stock, claim: Claim, foreign: ForeignKeyConstraint, act: str, action: str | None) -> Trial:
    """Try to delete or renumber a parent that has a child by this key alone."""
    made, parent = stock.family(foreign.referred_table)
    more, child = stock.family(foreign.table, referring(foreign, parent))
    before = (*made, *more, *stock.parting(foreign.table, child))
    keys = [element.column.name for element in foreign.elements]
    if act == "DELETE":
        renamed = None
        command = _on(stock, foreign, "DELETE FROM {}", {}, {name: parent[name] for name in keys})
    else:
        fresh = stock.row(foreign.referred_table)
        renamed = {name: fresh[name] for name in keys}
        command = _on(stock, foreign, "UPDATE {} SET", renamed, {name: parent[name] for name in keys})
    what = f"{act} of a parent with a child"
    if action in REFUSING:
        refusal = Refusal(frozenset({FOREIGN_KEY_VIOLATION, RESTRICT_VIOLATION}), constraint=claim.name)
        return Trial(claim, what, command, before, refusal, touches=foreign.referred_table.name)
    look = _child(stock, foreign, child, action, renamed)
    return Trial(claim, what, command, before, look=look, touches=foreign.referred_table.name)


def _on(stock: Stock, foreign: ForeignKeyConstraint, head: str, changes: Values, keys: Values) -> Command:
    marks = iter(range(1, len(changes) + len(keys) + 1))
    sets = ", ".join(f"{quote(name)} = ${next(marks)}" for name in changes)
    found = " AND ".join(f"{quote(name)} = ${next(marks)}" for name in keys)
    text = f"{head.format(stock.name(foreign.referred_table))} {sets} WHERE {found}"
    return Command(text, (*changes.values(), *keys.values()))


def _child(
    stock: Stock, foreign: ForeignKeyConstraint, child: Values, action: str | None, renamed: Values | None
) -> Look:
    """See what became of the child: gone with its parent, left without one, or following it."""
    columns = list(foreign.column_keys)
    if action == "SET NULL":
        wanted: Values = dict.fromkeys(columns)
    else:
        wanted = referring(foreign, renamed) if renamed else {}
    own = child | wanted
    keys = {column.name: own[column.name] for column in foreign.table.primary_key.columns}
    found = " AND ".join(f"{quote(name)} = ${number}" for number, name in enumerate(keys, 1))
    shown = ", ".join(f"{quote(name)}::text" for name in columns)
    text = f"SELECT {shown} FROM {stock.name(foreign.table)} WHERE {found or 'true'}"  # noqa: S608
    rows = [tuple(wanted[name] for name in columns)] if wanted else []
    return Look(Command(text, tuple(keys.values())), lambda seen: _wrong(seen, rows), Verdict.OTHERWISE)


def _wrong(seen: Sequence[Row], wanted: Sequence[Row]) -> str | None:
    if list(seen) == list(wanted):
        return None
    if not wanted:
        return "the child stayed"
    return "the child kept its value" if seen else "the child is gone"


def _is_fixed(foreign: ForeignKeyConstraint) -> bool:
    """Say whether the server lets nobody change the parent's key."""
    return any(element.column.identity is not None and element.column.identity.always for element in foreign.elements)
