"""What mends sequences."""

from collections.abc import Iterator

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.columns import identities
from toolbox_cli.db.diff.kinds.text import comment
from toolbox_cli.db.diff.sides.both import Both, Task, alter, value
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.EXTRA):
        yield Step(Phase.DROPS, f"DROP SEQUENCE {quote(key.name)}", "Its count would be lost.", withheld=True)
    elif _is_made_by_column(both, task):
        return
    elif task.has(Change.MISSING):
        yield from _added(both, key)
    else:
        yield from _changed(both, task)


def _is_made_by_column(both: Both, task: Task) -> bool:
    """Say whether an identity makes the sequence, or takes it along."""
    fields = both.wanted[task.key]
    return bool(task.has(Change.MISSING) and fields["identity"]) or "identity" in task.fields


def _added(both: Both, key: Key) -> Iterator[Step]:
    fields = both.wanted[key]
    yield Step(Phase.CREATE, identities.created(key, fields))
    if fields["comment"]:
        yield _comment(both, key)
    if fields["table"] is None:
        return
    yield Step(Phase.CHECKS, identities.owned(key, fields))
    column = Key("column", fields["table"], fields["column"])
    if column in both.held:
        yield identities.continued(key, fields)
        default = value(both.wanted, column, "default")
        if default != value(both.held, column, "default"):
            yield Step(Phase.COLUMNS, f"{alter(column.table)} ALTER COLUMN {quote(column.name)} SET DEFAULT {default}")


def _changed(both: Both, task: Task) -> Iterator[Step]:
    key, fields = task.key, both.wanted[task.key]
    place = f"ALTER SEQUENCE {quote(key.name)}"
    if task.fields & {"type", "increment", "minimum", "maximum", "start", "cache", "cycle"}:
        yield Step(Phase.COLUMNS, f"{place} AS {fields['type']} {identities.numbers(fields)}")
    if task.fields & {"table", "column"}:
        yield Step(Phase.COLUMNS, identities.owned(key, fields))
    if "persistence" in task.fields:
        yield Step(Phase.SETTINGS, f"{place} SET {fields['persistence'].upper()}")
    if "comment" in task.fields:
        yield _comment(both, key)


def _comment(both: Both, key: Key) -> Step:
    return Step(Phase.COMMENTS, comment(f"SEQUENCE {quote(key.name)}", both.wanted[key]["comment"]))
