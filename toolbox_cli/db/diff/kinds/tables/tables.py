"""What mends tables as a whole."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.columns.definition import definition, extras
from toolbox_cli.db.diff.kinds.rules import references
from toolbox_cli.db.diff.kinds.tables import partitions
from toolbox_cli.db.diff.kinds.text import comment, option_names, options
from toolbox_cli.db.diff.sides.both import Both, Task, alter, value
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

_REWRITES: Final = "Writes every row anew; nobody reads or writes the table meanwhile."
_FORGETS: Final = "After a crash of the server an unlogged table is empty."
_OTHER: Final = (
    "PostgreSQL does not turn one kind of table into another: make a new one beside it, and bring the rows over."
)
_SUPERUSER: Final = "Wants a superuser. Rows that were written meanwhile have not been looked at: toolbox verify data."
_IDENTITIES: Final = {"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.DETACHED):
        yield from partitions.attached(both, key.table)
    elif task.has(Change.MISSING):
        yield from _created(both, key)
    elif task.has(Change.EXTRA):
        yield _dropped(both, key)
    else:
        yield from _changed(both, task)


def _created(both: Both, key: Key) -> Iterator[Step]:
    fields = both.wanted[key]
    if fields["type"] == "foreign":
        yield Step(Phase.CREATE, "", "A foreign table needs to know its server: create it by hand.", withheld=True)
        return
    yield Step(Phase.CREATE, _definition(both, key))
    for column in both.columns(key.table):
        yield from extras(both, Key("column", key.table, column))
    yield from _switches(both, key, {"row_security", "row_security_forced", "replica_identity", "comment"})


def _definition(both: Both, key: Key) -> str:
    fields = both.wanted[key]
    columns = [definition(both, Key("column", key.table, name)) for name in both.columns(key.table)]
    unlogged = "UNLOGGED " if fields["persistence"] == "unlogged" else ""
    parts = [f"CREATE {unlogged}TABLE {quote(key.table)} (\n    " + ",\n    ".join(columns) + "\n)"]
    if fields["inherits"]:
        parts.append(f"INHERITS ({', '.join(fields['inherits'])})")
    if fields["partition_key"]:
        parts.append(f"PARTITION BY {fields['partition_key']}")
    if fields["access_method"] not in {None, "heap"}:
        parts.append(f"USING {quote(fields['access_method'])}")
    if fields["options"]:
        parts.append(f"WITH ({options(fields['options'])})")
    return " ".join(parts)


def _dropped(both: Both, key: Key) -> Step:
    """An heir's rows show in our table; apart from it they are somebody else's business."""
    parents = both.held[key]["inherits"]
    if parents and Key("table", parents[0], "") in both.wanted:
        hazard = f"Its rows would no longer show in {parents[0]}."
        return Step(Phase.DROPS, f"{alter(key.table)} NO INHERIT {parents[0]}", hazard, withheld=True)
    return Step(Phase.DROPS, f"DROP TABLE {quote(key.table)}", "Its rows would be lost.", withheld=True)


def _changed(both: Both, task: Task) -> Iterator[Step]:
    key, fields = task.key, both.wanted[task.key]
    if task.fields & {"type", "partition_key"}:
        yield Step(Phase.COLUMNS, "", _OTHER, withheld=True)
    if "persistence" in task.fields:
        hazard = f"{_REWRITES} {_FORGETS if fields['persistence'] == 'unlogged' else ''}".rstrip()
        yield Step(Phase.COLUMNS, f"{alter(key.table)} SET {fields['persistence'].upper()}", hazard)
    if "inherits" in task.fields:
        yield from _heirship(both, key)
    if "access_method" in task.fields and fields["access_method"]:
        yield Step(Phase.SETTINGS, f"{alter(key.table)} SET ACCESS METHOD {quote(fields['access_method'])}", _REWRITES)
    if "options" in task.fields:
        yield from _options(both, key)
    if "foreign_key_triggers" in task.fields:
        yield from _enforced(both, task)
    yield from _switches(both, key, task.fields)


def _heirship(both: Both, key: Key) -> Iterator[Step]:
    wanted, held = (side[key]["inherits"] or [] for side in (both.wanted, both.held))
    for parent in held:
        if parent not in wanted:
            hazard = f"Its rows no longer show in {parent}."
            yield Step(Phase.COLUMNS, f"{alter(key.table)} NO INHERIT {parent}", hazard)
    for parent in wanted:
        if parent not in held:
            yield Step(Phase.CHECKS, f"{alter(key.table)} INHERIT {parent}", f"Its rows show in {parent} again.")


def _options(both: Both, key: Key) -> Iterator[Step]:
    wanted, held = (side[key]["options"] or [] for side in (both.wanted, both.held))
    names = option_names(wanted).split(", ")
    if gone := [one for one in held if option_names([one]) not in names]:
        yield Step(Phase.SETTINGS, f"{alter(key.table)} RESET ({option_names(gone)})")
    if wanted:
        yield Step(Phase.SETTINGS, f"{alter(key.table)} SET ({options(wanted)})")


def _switches(both: Both, key: Key, fields: frozenset[str] | set[str]) -> Iterator[Step]:
    """Set what is on or off; of a new table only what is not off anyway."""
    wanted, held = both.wanted[key], both.held.get(key)
    if "row_security" in fields and (held or wanted["row_security"]):
        word = "ENABLE" if wanted["row_security"] else "DISABLE"
        yield Step(Phase.PROGRAMS, f"{alter(key.table)} {word} ROW LEVEL SECURITY")
    if "row_security_forced" in fields and (held or wanted["row_security_forced"]):
        word = "FORCE" if wanted["row_security_forced"] else "NO FORCE"
        yield Step(Phase.PROGRAMS, f"{alter(key.table)} {word} ROW LEVEL SECURITY")
    if "replica_identity" in fields and (held or wanted["replica_identity"] in {"f", "n"}):
        yield from _replica_identity(both, key)
    if "comment" in fields and (held or wanted["comment"]):
        yield Step(Phase.COMMENTS, comment(f"TABLE {quote(key.table)}", wanted["comment"]))


def _replica_identity(both: Both, key: Key) -> Iterator[Step]:
    identity = both.wanted[key]["replica_identity"]
    if identity in _IDENTITIES:
        yield Step(Phase.SETTINGS, f"{alter(key.table)} REPLICA IDENTITY {_IDENTITIES[identity]}")
        return
    for index, fields in both.on(both.wanted, key.table, "index"):
        if fields["replica_identity"]:
            yield Step(Phase.SETTINGS, f"{alter(key.table)} REPLICA IDENTITY USING INDEX {quote(index.name)}")


def _enforced(both: Both, task: Task) -> Iterator[Step]:
    """Make foreign keys anew whose triggers are off, which looks at the rows too; a partition has them from above."""
    keys = references.of_triggers(both, task)
    table = task.key.table
    if (
        not keys
        or table in both.parents
        or any(both.is_partitioned(one) for one in (table, *(key.table for key in keys)))
    ):
        yield Step(Phase.REFERENCES, f"{alter(table)} ENABLE TRIGGER ALL", _SUPERUSER)
        for trigger, fields in both.on(both.wanted, table, "trigger"):
            if fields["enabled"] == "disabled":
                yield Step(Phase.REFERENCES, f"{alter(table)} DISABLE TRIGGER {quote(trigger.name)}")
        return
    for key in keys:
        if value(both.held, key, "definition"):
            yield from references.anew(both, key)
