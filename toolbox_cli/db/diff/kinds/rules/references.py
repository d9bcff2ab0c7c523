"""What mends foreign keys: new rows are held at once, those that are there are looked at while others go on."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.rules import plain
from toolbox_cli.db.diff.sides.both import Both, Task, alter
from toolbox_cli.db.diff.statement import Phase, Step

READS: Final = "Reads every row; others read and write meanwhile. Fails where a row breaks it."
LOCKS: Final = "Reads every row, and nobody writes either table meanwhile. Fails where a row breaks it."
_TIMING: Final = re.compile(r"( DEFERRABLE)?( INITIALLY DEFERRED)?$")


def added(both: Both, key: Key) -> Iterator[Step]:
    """Add a foreign key."""
    yield from _steps(both, key, plain.created(both, key))


def changed(both: Both, key: Key) -> Iterator[Step]:
    """Replace a foreign key, or only the moment at which it is held."""
    wanted, held = (str(side[key]["definition"]) for side in (both.wanted, both.held))
    if _TIMING.sub("", wanted) == _TIMING.sub("", held) and wanted != held:
        when = _TIMING.search(wanted)
        timing = (when[0] if when else "") or " NOT DEFERRABLE"
        yield Step(Phase.REFERENCES, f"{alter(key.table)} ALTER CONSTRAINT {quote(key.name)}{timing}")
    else:
        yield from anew(both, key)


def anew(both: Both, key: Key) -> Iterator[Step]:
    """Take a foreign key away and add it, in one transaction; its triggers are new ones."""
    drop = f"{alter(key.table)} DROP CONSTRAINT {quote(key.name)}"
    yield from _steps(both, key, (drop, *plain.created(both, key)))


def enforced(both: Both, key: Key) -> Iterator[Step]:
    """Let the server hold a foreign key; ALTER CONSTRAINT ENFORCED would let nobody read while it looks at all rows."""
    if both.wanted[key]["enforced"]:
        yield from anew(both, key)
    else:
        yield Step(Phase.REFERENCES, f"{alter(key.table)} ALTER CONSTRAINT {quote(key.name)} NOT ENFORCED")


def lifted(both: Both, table: str, columns: Iterable[str]) -> tuple[list[str], list[str], list[Step]]:
    """Take away the foreign keys that stand on a key of a table, and bring them back.

    Returns:
        What drops them, what adds them again, and what then looks at the rows.
    """
    found = [
        key
        for key, fields in both.held.items()
        if key.kind == "constraint" and fields["type"] == "foreign key" and _stands_on(both, key, table, set(columns))
    ]
    before = [f"{alter(key.table)} DROP CONSTRAINT {quote(key.name)}" for key in found]
    after = [_unproved(both, key, sql) for key in found for sql in plain.created(both, key)]
    proofs = [step for key in found if _provable(both, key) for step in _proof(key)]
    return before, after, proofs


def _stands_on(both: Both, key: Key, table: str, columns: set[str]) -> bool:
    link = both.link(key)
    return key in both.wanted and (link.refers_to, set(link.referred), link.parent) == (table, columns, None)


def _steps(both: Both, key: Key, statements: Iterable[str]) -> Iterator[Step]:
    provable = _provable(both, key)
    hazard = None if provable or both.is_fresh(key.table) else LOCKS
    for number, sql in enumerate(statements):
        yield Step(Phase.REFERENCES, _unproved(both, key, sql), None if number else hazard, apart=not number)
    if provable:
        yield from _proof(key)


def _unproved(both: Both, key: Key, sql: str) -> str:
    return f"{sql} NOT VALID" if " ADD CONSTRAINT " in sql and _provable(both, key) else sql


def _proof(key: Key) -> Iterator[Step]:
    yield Step(Phase.REFERENCES, f"{alter(key.table)} VALIDATE CONSTRAINT {quote(key.name)}", READS, apart=True)


def _provable(both: Both, key: Key) -> bool:
    """Say whether a foreign key can be added first and proved later; on a partitioned table that came with 18."""
    fields = both.wanted[key]
    if not (fields["validated"] and fields["enforced"]) or both.is_fresh(key.table):
        return False
    return both.version >= 18 or not both.is_partitioned(key.table)


def of_triggers(both: Both, task: Task) -> list[Key]:
    """Name the foreign keys whose triggers are switched off on a table."""
    told = {place for drift in task.drifts for place in drift.found or () if drift.field == "foreign_key_triggers"}
    return [
        key
        for key, fields in both.wanted.items()
        if key.kind == "constraint" and fields["type"] == "foreign key"
        if any(_is(both.live_keys.get(key, key), place) for place in told)
    ]


def _is(key: Key, place: str) -> bool:
    """Compare with what the server wrote, quoted or not."""
    tables, names = ({name, quote(name)} for name in (key.table, key.name))
    return place.rpartition(" ")[0] in {f"{table}.{name}" for table in tables for name in names}
