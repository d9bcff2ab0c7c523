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

TOGETHER: Final = frozenset({Phase.RENAME, Phase.CREATE, Phase.COMMENTS})
"""Phases that lock nothing for long, and are all or nothing."""


def ranks(both: Both, keys: Iterable[Key]) -> dict[Key, int]:
    """Order objects: by kind, and whatever mentions another after it."""
    listed = sorted(keys, key=lambda key: (KINDS.index(key.kind), key))
    texts = {key: _text(both, key) for key in listed}
    names = {key: _name(both, key) for key in listed}

    def needs(key: Key) -> list[Key]:
        return [other for other in listed if other != key and mentions(texts[key], names[other])]

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
        return " ".join(str(column[field]) for column in columns for field in ("type", "default", "generated"))
    told = ("type", "default", "constraints", "subtype", "definition")
    return " ".join(str(fields[field]) for field in told if fields.get(field))


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
