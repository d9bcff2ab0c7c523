"""What mends indexes: built beside what is there, while others go on."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.rules import plain, references
from toolbox_cli.db.diff.kinds.text import temporary_name
from toolbox_cli.db.diff.sides.both import Both, Task, alter
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

BUILDS: Final = "Reads the table twice; others read and write meanwhile. What it leaves when it fails is invalid."
LOCKS: Final = "Nobody writes the table until the index is built."
SLOWER: Final = "Queries that used it become slower."
SLOWER_MEANWHILE: Final = (
    "Until the new one is built, queries that use it are slower, and a unique one refuses nothing."
)
_FORM: Final = frozenset({"definition", "unique", "nulls_not_distinct"})
CONCURRENTLY: Final = "CONCURRENTLY "


def mend(both: Both, task: Task) -> Iterator[Step]:
    if Key("view", task.key.table, "") in both.wanted:
        yield from _of_view(both, task)
    else:
        yield from _mended(both, task)


def _of_view(both: Both, task: Task) -> Iterator[Step]:
    """Wait until the view is as it should be; an index too many goes before, since the view may be made anew."""
    phase = Phase.CLEAR if task.has(Change.EXTRA) else Phase.SETTINGS
    for step in _mended(both, task):
        yield replace(step, phase=phase)


def _mended(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.MISSING):
        yield from added(both, key)
    elif task.has(Change.EXTRA):
        yield _dropped(both, key)
    elif "kind" in task.fields:
        yield from _instead_of_constraint(both, key)
    elif task.fields & _FORM:
        yield from _swapped(both, key)
    else:
        yield from _settings(both, task)


def added(both: Both, key: Key) -> Iterator[Step]:
    """Create an index in the way that its table allows."""
    parent, above = both.parents.get(key.table), both.link(key).parent
    if above and _FORM & both.changed.get(Key("index", parent or "", above), frozenset()):
        return  # comes with the parent's
    if both.is_fresh(key.table):
        yield Step(Phase.INDEXES, plain.index(both, key))
    elif both.is_partitioned(key.table):
        yield from _over_partitions(both, key)
    else:
        yield built(both, key)
        if parent and above and Key("index", parent, above) in both.held:
            yield _attached(above, key)
    yield from (Step(Phase.INDEXES, sql) for sql in plain.settings(both, key))


def built(both: Both, key: Key, name: str | None = None) -> Step:
    """Build an index, or the one of a key, while others go on."""
    return Step(Phase.INDEXES, plain.index(both, key, how=CONCURRENTLY, name=name), BUILDS, alone=True)


def rebuilt(key: Key, *, locking: bool = False) -> Step:
    """Build an index anew that the server does not use."""
    how, hazard = ("", LOCKS) if locking else (CONCURRENTLY, BUILDS)
    return Step(Phase.INDEXES, f"REINDEX INDEX {how}{quote(key.name)}", hazard, alone=not locking)


def _over_partitions(both: Both, key: Key, *, again: bool = False) -> Iterator[Step]:
    """Build one partition's index after the other: there is no CONCURRENTLY for the whole."""
    children = list(_children(both, key))
    parts = set(both.partitions(key.table))
    if {child.table for child in children} != parts or any(both.is_partitioned(part) for part in parts):
        yield Step(Phase.INDEXES, plain.index(both, key), LOCKS)
        return
    yield Step(Phase.INDEXES, plain.index(both, key, only="ONLY "))
    for child in children:
        if again or child not in both.held:
            yield built(both, child)
        yield _attached(key.name, child)


def _attached(parent: str, child: Key) -> Step:
    return Step(Phase.INDEXES, f"ALTER INDEX {quote(parent)} ATTACH PARTITION {quote(child.name)}")


def _dropped(both: Both, key: Key) -> Step:
    """Drop an index; it may have gone with a parent's, or with what it stood on."""
    if both.is_partitioned(key.table):
        return Step(Phase.DROPS, f"DROP INDEX IF EXISTS {quote(key.name)}", SLOWER)
    return Step(Phase.DROPS, f"DROP INDEX CONCURRENTLY IF EXISTS {quote(key.name)}", SLOWER, alone=True)


def _swapped(both: Both, key: Key) -> Iterator[Step]:
    """Build the new one under another name, and let it take the old one's place."""
    if both.is_partitioned(key.table):
        yield Step(Phase.INDEXES, f"DROP INDEX {quote(key.name)}", SLOWER_MEANWHILE, apart=True)
        yield from _over_partitions(both, key, again=True)
        yield from (Step(Phase.INDEXES, sql) for sql in plain.settings(both, key))
        return
    name = temporary_name(key)
    yield built(both, key, name)
    yield from _takes_place(both, key, name, f"DROP INDEX {quote(key.name)}")


def _instead_of_constraint(both: Both, key: Key) -> Iterator[Step]:
    name = temporary_name(key)
    yield built(both, key, name)
    yield from _takes_place(both, key, name, f"{alter(key.table)} DROP CONSTRAINT {quote(key.name)}")


def _takes_place(both: Both, key: Key, name: str, drop: str) -> Iterator[Step]:
    before, after, proofs = references.lifted(both, key.table, both.link(key).columns)
    yield from (Step(Phase.INDEXES, sql, apart=not number) for number, sql in enumerate((*before, drop)))
    yield Step(Phase.INDEXES, f"ALTER INDEX {quote(name)} RENAME TO {quote(key.name)}")
    yield from (Step(Phase.INDEXES, sql) for sql in (*plain.settings(both, key), *after))
    yield from proofs


def _settings(both: Both, task: Task) -> Iterator[Step]:
    key, fields = task.key, both.wanted[task.key]
    if "valid" in task.fields:
        if both.is_partitioned(key.table):
            yield from _completed(both, key)
        else:
            yield rebuilt(key)
    if "clustered" in task.fields and fields["clustered"]:
        yield Step(Phase.SETTINGS, f"{alter(key.table)} CLUSTER ON {quote(key.name)}")
    elif "clustered" in task.fields and not any(
        one["clustered"] for _, one in both.on(both.wanted, key.table, "index")
    ):
        yield Step(Phase.SETTINGS, f"{alter(key.table)} SET WITHOUT CLUSTER")
    if "replica_identity" in task.fields and fields["replica_identity"]:
        yield Step(Phase.SETTINGS, f"{alter(key.table)} REPLICA IDENTITY USING INDEX {quote(key.name)}")
    if "comment" in task.fields:
        yield Step(Phase.COMMENTS, plain.told(both, key))


def _completed(both: Both, key: Key) -> Iterator[Step]:
    """Attach the partitions' indexes that are there; those that are not are findings of their own."""
    for child in _children(both, key):
        if child in both.held:
            yield _attached(key.name, child)


def _children(both: Both, key: Key) -> Iterator[Key]:
    """Give the indexes of the partitions that belong to one of their table."""
    for child in both.wanted:
        if child.kind == "index" and both.link(child).parent == key.name and both.parents.get(child.table) == key.table:
            yield child
