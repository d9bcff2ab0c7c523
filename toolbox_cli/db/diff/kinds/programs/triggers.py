"""What mends triggers."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.text import comment
from toolbox_cli.db.diff.sides.both import Both, Task, alter, value
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

ENABLED: Final = {
    "origin": "ENABLE",
    "disabled": "DISABLE",
    "replica": "ENABLE REPLICA",
    "always": "ENABLE ALWAYS",
}


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.MISSING):
        yield from (Step(Phase.PROGRAMS, sql) for sql in created(both, key))
    elif task.has(Change.EXTRA):
        yield Step(Phase.CLEAR, f"DROP TRIGGER {quote(key.name)} ON {quote(key.table)}")
    elif task.fields & {"definition", "function"}:
        yield from (Step(Phase.PROGRAMS, sql) for sql in _replaced(both, key))
    elif "enabled" in task.fields:
        yield Step(Phase.PROGRAMS, _enabled(both, key))
    if not task.has(Change.MISSING) and "comment" in task.fields:
        yield Step(Phase.COMMENTS, _comment(both, key))


def created(both: Both, key: Key, create: str = "CREATE") -> Iterator[str]:
    """Create a trigger, with its comment, and switched as it should be."""
    fields = both.wanted[key]
    kind = "CONSTRAINT TRIGGER" if _is_constraint(both, key) else "TRIGGER"
    yield f"{create} {kind} {quote(key.name)} {fields['definition']}"
    if fields["enabled"] != "origin":
        yield _enabled(both, key)
    if fields["comment"]:
        yield _comment(both, key)


def _replaced(both: Both, key: Key) -> Iterator[str]:
    if _is_constraint(both, key) or value(both.held, _constraint(key), "type"):
        yield f"DROP TRIGGER {quote(key.name)} ON {quote(key.table)}"
        yield from created(both, key)
    else:
        yield from created(both, key, "CREATE OR REPLACE")


def _constraint(key: Key) -> Key:
    return Key("constraint", key.table, key.name)


def _is_constraint(both: Both, key: Key) -> bool:
    return bool(value(both.wanted, _constraint(key), "type") == "constraint trigger")


def _enabled(both: Both, key: Key) -> str:
    return f"{alter(key.table)} {ENABLED[both.wanted[key]['enabled']]} TRIGGER {quote(key.name)}"


def _comment(both: Both, key: Key) -> str:
    return comment(f"TRIGGER {quote(key.name)} ON {quote(key.table)}", both.wanted[key]["comment"])
