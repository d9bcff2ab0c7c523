"""In which order statements stand, and which of them belong into one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.db.diff.kinds.programs.functions import name_of, parsed
from toolbox_cli.db.diff.kinds.text import mentions
from toolbox_cli.db.diff.sides.both import Both
from toolbox_cli.db.diff.statement import Phase, Statement, Step

T = TypeVar("T")

KINDS: Final = (
    "enum", "domain", "composite", "range", "sequence", "function", "table", "partition", "column", "constraint",
    "index", "statistics", "view", "trigger", "rule", "policy",
)  # fmt: skip

_NAMED: Final = frozenset({"enum", "domain", "composite", "range", "sequence", "function", "table", "view"})
"""Kinds that others mention when they are created."""

TOGETHER: Final = frozenset({Phase.RENAME, Phase.CREATE, Phase.COMMENTS})
"""Phases that lock nothing for long, and are all or nothing."""


def ranks(both: Both, keys: Iterable[Key]) -> dict[Key, int]:
    """Order objects: by kind, and whatever mentions another after it."""
    listed = sorted(keys, key=lambda key: (KINDS.index(key.kind), key))
    named = [key for key in listed if key.kind in _NAMED]
    texts = {key: _text(both, key) for key in named}
    names = {key: _name(both, key) for key in named}

    def needs(key: Key) -> list[Key]:
        return [other for other in named if other != key and mentions(texts[key], names[other])] if key in texts else []

    return {key: rank for rank, key in enumerate(_after_needs(listed, needs))}


def table_ranks(both: Both) -> dict[str, int]:
    """Order tables: what foreign keys refer to before what refers."""
    tables = [key.table for key in both.wanted if key.kind == "table"]
    above: dict[str, list[str]] = {}
    for key in both.wanted:
        if key.kind == "constraint" and (other := both.link(key).refers_to):
            above.setdefault(key.table, []).append(other)
    known = set(tables)
    found = _after_needs(tables, lambda table: [one for one in above.get(table, []) if one in known])
    return {table: rank for rank, table in enumerate(found)}


def _after_needs(listed: Sequence[T], needs: Callable[[T], Sequence[T]]) -> list[T]:
    """List everything after what it needs; where needs go round in a circle, in the order given."""
    made: dict[T, None] = {}
    begun: set[T] = set()

    def visit(one: T) -> None:
        if one in begun:
            return
        begun.add(one)
        for other in needs(one):
            visit(other)
        made[one] = None

    for one in listed:
        visit(one)
    return list(made)


def _name(both: Both, key: Key) -> str:
    if key.kind == "function":
        return name_of(both.wanted.get(key) or both.held[key], key)
    return key.name or key.table


def _text(both: Both, key: Key) -> str:
    """Gather what an object says of others when it is created."""
    fields = both.wanted.get(key, {})
    if key.kind == "function":
        return f"{fields.get('arguments')} {fields.get('result')} {fields['body'] if fields and parsed(fields) else ''}"
    if key.kind in {"table", "composite"}:
        columns = both.columns(key.table or key.name).values()
        parts = [str(column[field]) for column in columns for field in ("type", "default", "generated")]
        return " ".join([*parts, *(fields.get("inherits") or ())])
    told = ("type", "default", "constraints", "subtype", "definition")
    return " ".join(str(fields[field]) for field in told if fields.get(field))


def joined(steps: Iterable[tuple[Step, Statement]]) -> list[tuple[Step, Statement]]:
    """Make one statement of neighbours that change one table, so that its rows are written once."""
    made: list[tuple[Step, Statement]] = []
    for step, statement in steps:
        before = made[-1] if made else None
        if step.joins and before and (step.joins, step.withheld) == (before[0].joins, before[0].withheld):
            made[-1] = before[0], _one(before[1], statement, step.joins)
        else:
            made.append((step, statement))
    return made


def _one(one: Statement, other: Statement, begins: str) -> Statement:
    hazards = dict.fromkeys(filter(None, (one.hazard, other.hazard)))
    return replace(
        one,
        sql=f"{one.sql},\n    {other.sql.removeprefix(begins).lstrip()}",
        object=one.object if one.object == other.object else one.object.rpartition(".")[0],
        findings=(*one.findings, *(each for each in other.findings if each not in one.findings)),
        hazard=" ".join(hazards) or None,
    )


def numbered(steps: Sequence[tuple[Step, Statement]]) -> list[Statement]:
    """Give statements the numbers of their transactions; one that is alone has none."""
    made: list[Statement] = []
    number = 0
    before: tuple[Step, Statement] | None = None
    for step, statement in steps:
        if step.alone or not step.sql:
            made.append(statement)
            before = None
            continue
        if before is None or not _joins(before, (step, statement)):
            number += 1
        made.append(replace(statement, transaction=number))
        before = step, statement
    return made


def _joins(before: tuple[Step, Statement], now: tuple[Step, Statement]) -> bool:
    """Say whether a statement belongs to the transaction of the one before it."""
    (_, old), (step, new) = before, now
    if old.phase is not new.phase or old.withheld is not new.withheld:
        return False
    if new.phase in TOGETHER and not new.withheld:
        return True
    return not step.apart and old.table == new.table
