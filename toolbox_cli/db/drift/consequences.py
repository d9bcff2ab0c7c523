"""What follows from another difference is left out: one cause, one finding."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from toolbox_cli.core.database.catalog import Catalog, Difference, Key
from toolbox_cli.core.database.links import Link
from toolbox_cli.db.drift.drift import Side
from toolbox_cli.db.drift.partitions import parents_of

IMPLIED: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("constraint", "definition"): frozenset({"index"}),
    ("constraint", "enforced"): frozenset({"validated"}),
    ("index", "definition"): frozenset({"nulls_not_distinct"}),
    ("trigger", "definition"): frozenset({"function"}),
    ("sequence", "table"): frozenset({"column", "identity"}),
    ("sequence", "type"): frozenset({"minimum", "maximum"}),
    ("column", "not_null"): frozenset({"not_null_validated"}),
    ("column", "generated"): frozenset({"default"}),
    ("table", "type"): frozenset({"partition_key", "access_method"}),
}
"""Kind and field of a difference, and the fields of the same object that change with it."""


def causes(differences: Sequence[Difference], expected: Side, live: Side) -> list[Difference]:
    """Leave out what follows from something else in the list."""
    told = _Told(differences, expected, live)
    return [one for one in differences if not told.explains(one)]


class _Told:
    """The differences, by what they may explain."""

    def __init__(self, differences: Sequence[Difference], expected: Side, live: Side) -> None:
        self.expected, self.live = expected, live
        self.fields = {(one.kind, one.table, one.name, one.field) for one in differences}
        self.whole = {(one.kind, one.table, one.name) for one in differences if one.field is None}
        self.parents = {**_ancestors(live.catalog), **parents_of(expected.catalog, live.catalog)}
        self.trigger_functions = {
            (one.expected or one.found)["function"]
            for one in differences
            if one.kind == "trigger" and one.field is None and one.expected is None
        }

    def explains(self, one: Difference) -> bool:
        """Say whether something else in the list is the cause of `one`."""
        return (
            self._by_field(one)
            or self._by_column(one)
            or self._by_parent(one)
            or self._by_partition(one)
            or self._by_table(one)
            or self._by_sequence(one)
            or (one.kind == "function" and one.expected is None and one.name in self.trigger_functions)
        )

    def _by_field(self, one: Difference) -> bool:
        """Another field of the same object."""
        causing = [field for (kind, field), fields in IMPLIED.items() if kind == one.kind and one.field in fields]
        return any((one.kind, one.table, one.name, field) in self.fields for field in causing)

    def _by_column(self, one: Difference) -> bool:
        """A column that one side lacks, with all that stands on it."""
        if one.field is not None:
            return False
        if one.kind == "sequence":
            owner = one.expected or one.found
            return ("column", owner["table"], owner["column"]) in self.whole or self._is_identity(owner)
        columns = self._link(one).columns
        return any(("column", one.table, column) in self.whole for column in columns)

    def _is_identity(self, owner: Mapping[str, object]) -> bool:
        return ("column", owner["table"], owner["column"], "identity") in self.fields

    def _by_parent(self, one: Difference) -> bool:
        """The same on the table whose partition this is."""
        parent = self.parents.get(one.table)
        if parent is None:
            return False
        names = {one.name, self._link(one).parent}
        return any((one.kind, parent, name, one.field) in self.fields for name in names)

    def _by_partition(self, one: Difference) -> bool:
        """A table that came or went as a partition, with what it has of its parent."""
        parent = self.parents.get(one.table)
        if one.field is not None or ("partition", parent, one.table) not in self.whole:
            return False
        return one.kind == "table" or self._link(one).parent is not None

    def _by_table(self, one: Difference) -> bool:
        """A setting of the table that its sequences and indexes take over."""
        if one.kind == "sequence" and one.field == "persistence":
            table = _fields(self.expected.catalog, one).get("table")
            return ("table", table, "", "persistence") in self.fields
        return one.field == "replica_identity" and (
            ("table", one.table, "", "replica_identity") in self.fields and one.kind == "index"
        )

    def _by_sequence(self, one: Difference) -> bool:
        """A default that went with its sequence."""
        if one.kind != "column" or one.field != "default":
            return False
        owned = {
            (fields["table"], fields["column"])
            for key, fields in self.expected.catalog.objects.items()
            if key.kind == "sequence" and ("sequence", "", key.name) in self.whole
        }
        return (one.table, one.name) in owned

    def _link(self, one: Difference) -> Link:
        key = Key(one.kind, one.table, one.name)
        return (self.live if one.expected is None else self.expected).links.get(key, Link())


def _ancestors(catalog: Catalog) -> dict[str, str]:
    """Give the table that each table inherits from, where that is one of the same schema."""
    tables = ((key.table, fields["inherits"]) for key, fields in catalog.objects.items() if key.kind == "table")
    return {table: inherits[0] for table, inherits in tables if inherits}


def _fields(catalog: Catalog, one: Difference) -> Mapping[str, object]:
    return catalog.objects.get(Key(one.kind, one.table, one.name), {})


def fold_replaced(differences: Iterable[Difference]) -> list[Difference]:
    """Tell once of a constraint in whose place an index of the same name stands, or the other way round."""
    left = list(differences)
    whole = {(one.kind, one.table, one.name): one for one in left if one.field is None}
    for (kind, table, name), missing in whole.items():
        other = whole.get(("index" if kind == "constraint" else "constraint", table, name))
        if missing.found is None and other and other.expected is None:
            left = [one for one in left if one not in (missing, other)]
            told = _as_text(kind, missing.expected), _as_text(other.kind, other.found)
            left.append(Difference(kind, table, name, "kind", *told))
    return left


def _as_text(kind: str, fields: Mapping[str, object]) -> str:
    return f"{kind} {fields['definition']}"
