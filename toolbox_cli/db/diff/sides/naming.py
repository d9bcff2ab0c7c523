"""What objects of the live side are called once the script has renamed them back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.db.drift.drift import Change, Drift


@dataclass(frozen=True, slots=True)
class Naming:
    """Live names to the expected ones.

    Attributes:
        columns: by the live name of their table.
        others: what has a name of its own, or one on its table; keys with the live name.
    """

    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    others: dict[Key, str] = field(default_factory=dict)

    def own(self, key: Key) -> Key:
        """Give the expected key of a live object."""
        table = self.tables.get(key.table, key.table)
        if key.kind == "column":
            return Key("column", table, self.columns.get(key.table, {}).get(key.name, key.name))
        if key.kind == "partition":
            return Key("partition", table, self.tables.get(key.name, key.name))
        return Key(key.kind, table, self.others.get(key, key.name))

    def held(self, live: Mapping[Key, Fields]) -> dict[Key, Fields]:
        """Give the live objects under their expected keys; texts keep the live names."""
        return {self.own(key): self._fields(key, fields) for key, fields in live.items()}

    def _fields(self, key: Key, fields: Fields) -> Fields:
        if key.kind != "sequence" or fields["table"] is None:
            return fields
        owner = self.own(Key("column", fields["table"], fields["column"]))
        return {**fields, "table": owner.table, "column": owner.name}


def naming_of(drifts: Iterable[Drift]) -> Naming:
    """Read the renames out of a comparison."""
    made = Naming()
    for drift in drifts:
        if drift.change is not Change.RENAMED:
            continue
        key, old = drift.key, str(drift.expected)
        if key.kind == "table":
            made.tables[key.table] = old
        elif key.kind == "partition":
            made.tables[key.name] = old
        elif key.kind == "column":
            made.columns.setdefault(key.table, {})[key.name] = old
        else:
            made.others[key] = old
    return made
