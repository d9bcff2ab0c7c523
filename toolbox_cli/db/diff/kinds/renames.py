"""What gives objects their names back; before anything else, since the rest of the script uses these names."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.programs.functions import name_of
from toolbox_cli.db.diff.sides.both import Both, Task, alter
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change, Drift

_ON_TABLES: Final = ("trigger", "policy", "rule")


def mend(both: Both, task: Task) -> Iterator[Step]:
    for drift in task.drifts:
        if drift.change is Change.RENAMED:
            yield Step(Phase.RENAME, _renamed(both, task.key, drift))


def _renamed(both: Both, key: Key, drift: Drift) -> str:
    """Write a rename; its table has its own name back by then."""
    live, old = drift.key, str(drift.expected)
    if live.kind == "function":
        return _function(both, key, live)
    place = {
        "table": f"{alter(live.table)} RENAME",
        "partition": f"{alter(live.name)} RENAME",
        "column": f"{alter(key.table)} RENAME COLUMN {quote(live.name)}",
        "constraint": f"{alter(key.table)} RENAME CONSTRAINT {quote(live.name)}",
        "enum": f"ALTER TYPE {quote(live.name)} RENAME",
        **{kind: f"ALTER {kind.upper()} {quote(live.name)} ON {quote(key.table)} RENAME" for kind in _ON_TABLES},
    }.get(live.kind, f"ALTER {live.kind.upper()} {quote(live.name)} RENAME")
    return f"{place} TO {quote(old)}"


def _function(both: Both, key: Key, live: Key) -> str:
    own = name_of(both.wanted[key], key)
    arguments = key.name[len(own) :]
    name = live.name.removesuffix(arguments)
    return f"ALTER ROUTINE {quote(name)}{arguments} RENAME TO {quote(own)}"
