"""What mends views."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds import around
from toolbox_cli.db.diff.kinds.tables.view_text import created, definition, dropped, word
from toolbox_cli.db.diff.kinds.text import comment, option_names, options
from toolbox_cli.db.diff.sides.both import Both, Task
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

_RIGHTS: Final = "Rights that were given on it are gone: repeat toolbox db grant."
_FILLS: Final = "Runs its query once, which may take long. Rights that were given on it are gone."


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.MISSING):
        yield from (Step(Phase.PROGRAMS, sql) for sql in created(both, key))
    elif task.has(Change.EXTRA):
        yield Step(Phase.DROPS, dropped(both.held[key], key), "Its definition would be lost.", withheld=True)
    elif task.fields & {"definition", "type"}:
        yield from _replaced(both, key)
        if "comment" in task.fields:
            yield _comment(both, key)
    else:
        yield from _settings(both, task)


def _replaced(both: Both, key: Key) -> Iterator[Step]:
    wanted, held = both.wanted[key], both.held[key]
    if wanted["type"] == held["type"] == "view" and _only_adds(both, key):
        yield Step(Phase.PROGRAMS, definition(key, wanted, "CREATE OR REPLACE VIEW"))
        return
    hazard = _FILLS if wanted["type"] == "materialized" else _RIGHTS
    others = around.others_of(both, [key])
    if others:
        hazard = f"Views of others stand on it, which are not ours to drop: {', '.join(others)}. {hazard}"
    before, after = around.moved(both, [key])
    for number, sql in enumerate((*before, *after)):
        yield Step(Phase.PROGRAMS, sql, None if number else hazard, bool(others), apart=not number)


def _only_adds(both: Both, key: Key) -> bool:
    """Say whether the columns that are there stay as they are: more the server lets nobody replace."""
    held = sorted(both.on(both.held, key.table, "column"), key=lambda one: one[1]["position"])
    now = [(column.name, fields["type"]) for column, fields in held]
    then = [(name, fields["type"]) for name, fields in both.columns(key.table).items()]
    return then[: len(now)] == now


def _settings(both: Both, task: Task) -> Iterator[Step]:
    key, fields = task.key, both.wanted[task.key]
    place = f"ALTER {word(fields)} {quote(key.table)}"
    if "options" in task.fields:
        if both.held[key]["options"]:
            yield Step(Phase.PROGRAMS, f"{place} RESET ({option_names(both.held[key]['options'])})")
        if fields["options"]:
            yield Step(Phase.PROGRAMS, f"{place} SET ({options(fields['options'])})")
    if "comment" in task.fields:
        yield _comment(both, key)


def _comment(both: Both, key: Key) -> Step:
    fields = both.wanted[key]
    return Step(Phase.COMMENTS, comment(f"{word(fields)} {quote(key.table)}", fields["comment"]))
