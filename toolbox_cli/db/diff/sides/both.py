"""Both sides of a comparison, under the names that hold once the script has renamed things back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.links import Link, Links
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.sides.naming import Naming, naming_of
from toolbox_cli.db.drift.drift import Change, Drift, Side, with_objects
from toolbox_cli.db.drift.live import Compared
from toolbox_cli.db.drift.partitions import expand, parents_of


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be mended of one object."""

    key: Key
    drifts: tuple[Drift, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that differ."""
        return frozenset(drift.field for drift in self.drifts if drift.field and drift.change is Change.CHANGED)

    def has(self, change: Change) -> bool:
        return any(drift.change is change for drift in self.drifts)


@dataclass(frozen=True, slots=True)
class Both:
    """Both sides.

    Attributes:
        wanted: how it should be, with the months that are there.
        links: what stands on what in it.
        held: how it is; expressions may still use live names.
        seen: the same with what was told of its months.
        parents: a partition's or an heir's table.
        version: the live server's major version.
        schema: what it is called there.
        changed: the fields that differ, by object.
        live_keys: what objects are called before the script has renamed them.
    """

    wanted: Mapping[Key, Fields]
    links: Links
    held: Mapping[Key, Fields]
    seen: Mapping[Key, Fields]
    parents: Mapping[str, str]
    version: int
    schema: str
    changed: Mapping[Key, frozenset[str]]
    live_keys: Mapping[Key, Key]

    def is_fresh(self, table: str) -> bool:
        """Say whether the script creates a table: nobody waits for it, and it has no rows."""
        return not (self.has_table(self.seen, table) or self.has_table(self.held, table))

    @staticmethod
    def has_table(side: Mapping[Key, Fields], table: str) -> bool:
        return Key("table", table, "") in side or Key("view", table, "") in side

    def is_partitioned(self, table: str) -> bool:
        """Say whether a table is partitioned, or will be once the script has created it."""
        key = Key("table", table, "")
        fields = self.held.get(key) or self.wanted.get(key) or {}
        return fields.get("type") == "partitioned"

    def partitions(self, table: str) -> list[str]:
        """Name the partitions that are there."""
        return [key.name for key in self.held if key.kind == "partition" and key.table == table]

    def on(self, side: Mapping[Key, Fields], table: str, *kinds: str) -> Iterator[tuple[Key, Fields]]:
        """Give a table's objects of some kinds."""
        return ((key, fields) for key, fields in side.items() if key.table == table and key.kind in kinds)

    def columns(self, table: str) -> dict[str, Fields]:
        """Give a table's columns as they should be, in their order."""
        found = sorted(self.on(self.wanted, table, "column"), key=lambda one: one[1]["position"])
        return {key.name: fields for key, fields in found}

    def link(self, key: Key) -> Link:
        return self.links.get(key, Link())

    def comes_from_parent(self, key: Key) -> bool:
        """Say whether the server makes an object together with that of the table above."""
        parent = self.parents.get(key.table)
        if parent is None:
            return False
        link = self.link(key)
        if key.kind in {"index", "trigger"} or (key.kind == "constraint" and link.parent):
            return link.parent is not None
        return key.kind in {"column", "constraint"} and Key(key.kind, parent, key.name) in self.wanted


def both_of(compared: Compared, schema: str) -> tuple[Both, list[Task]]:
    """Give both sides of a comparison, and what is to be mended."""
    naming = naming_of(compared.drifts)
    held, seen = naming.held(compared.live.objects), naming.held(compared.seen.objects)
    given = Side(compared.given.catalog.without_range_partitions(), compared.given.links)
    own, _, _ = expand(given, with_objects(compared.live, held))
    wanted = {**given.catalog.objects, **own.catalog.objects}
    links = {**given.links, **own.links}
    parents = {**_heirs(wanted), **parents_of(with_objects(given.catalog, wanted))}
    version = compared.live.server_version // 10_000
    tasks = _tasks(compared.drifts, naming)
    changed = {task.key: task.fields for task in tasks}
    live_keys = {naming.own(key): key for key in compared.seen.objects}
    return Both(wanted, links, held, seen, parents, version, schema, changed, live_keys), tasks


def _heirs(objects: Mapping[Key, Fields]) -> dict[str, str]:
    tables = ((key.table, fields["inherits"]) for key, fields in objects.items() if key.kind == "table")
    return {table: inherits[0] for table, inherits in tables if inherits}


def _tasks(drifts: tuple[Drift, ...], naming: Naming) -> list[Task]:
    """Gather what differs by object; what others have put there is left alone."""
    by_key: dict[Key, list[Drift]] = {}
    for drift in drifts:
        if drift.change is not Change.UNMANAGED:
            by_key.setdefault(naming.own(drift.key), []).append(drift)
    return [Task(key, tuple(found)) for key, found in by_key.items()]


def alter(table: str) -> str:
    return f"ALTER TABLE {quote(table)}"


def value(side: Mapping[Key, Fields], key: Key, field: str) -> Any:
    """Give one field of an object; None where it is not there."""
    return side.get(key, {}).get(field)
