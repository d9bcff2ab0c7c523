"""What mends columns."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.columns import attributes, generated, identities, nullability, retyping
from toolbox_cli.db.diff.kinds.columns.definition import definition, extras, setting, told, unfilled
from toolbox_cli.db.diff.kinds.columns.retyping import REWRITES
from toolbox_cli.db.diff.sides.both import Both, Task, alter
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

_CALL: Final = re.compile(
    r"\b(?!(?:now|numeric|varying|character|timestamp|time|interval|bit|array|row)\b)\w+\(", re.IGNORECASE
)
"""A call whose result may be another for each row."""

_IDENTITY_FOR_ALL_SINCE: Final = 17
"""The first version that adds an identity to a table and its partitions at once."""


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    composite, view = Key("composite", "", key.table), Key("view", key.table, "")
    if composite in both.held and composite in both.wanted:
        yield from attributes.mend(both, task)
    elif any(whole in side for whole in (composite, view) for side in (both.wanted, both.held)):
        return  # comes with the whole
    elif task.has(Change.MISSING):
        yield from _added(both, key)
    elif task.has(Change.EXTRA):
        drop = f"{alter(key.table)} DROP COLUMN {quote(key.name)}"
        yield Step(Phase.DROPS, drop, "Its values would be lost.", withheld=True)
    else:
        yield from _changed(both, task)


def _added(both: Both, key: Key) -> Iterator[Step]:
    fields = both.wanted[key]
    if fields["identity"] and both.version < _IDENTITY_FOR_ALL_SINCE and both.is_partitioned(key.table):
        yield from identities.added_to_partitions(both, key, REWRITES)
        yield from extras(both, key)
        return
    lacks = unfilled(fields)
    add = f"{alter(key.table)} ADD COLUMN {definition(both, key, nullable=lacks)}"
    yield Step(Phase.COLUMNS, add, _cost(fields), joins=alter(key.table))
    if lacks:
        hazard = "No row has a value yet, and the schema does not know one: fill it first."
        not_null = f"{alter(key.table)} ALTER COLUMN {quote(key.name)} SET NOT NULL"
        yield Step(Phase.COLUMNS, not_null, hazard, withheld=True, apart=True)
    yield from extras(both, key)


def _cost(fields: Fields) -> str | None:
    calls = fields["default"] and _CALL.search(fields["default"])
    if fields["identity"] or calls or (fields["generated"] or "").endswith("STORED"):
        return REWRITES
    return None


def _changed(both: Both, task: Task) -> Iterator[Step]:
    key, fields = task.key, task.fields
    if fields & {"type", "collation"}:
        yield from retyping.retyped(both, key)
    if "generated" in fields:
        yield from generated.changed(both, key)
    elif "default" in fields and not fields & {"identity", "type", "collation"}:
        default = both.wanted[key]["default"]
        action = f"SET DEFAULT {default}" if default else "DROP DEFAULT"
        place = f"{alter(key.table)} ALTER COLUMN {quote(key.name)}"
        yield Step(Phase.COLUMNS, f"{place} {action}", joins=alter(key.table))
    if fields & {"not_null", "not_null_validated"}:
        yield from nullability.changed(both, key)
    if "identity" in fields:
        yield from identities.changed(both, key)
    for field in ("storage", "compression", "statistics", "options"):
        if field in fields:
            yield from setting(both, key, field)
    if "comment" in fields:
        yield told(both, key)
