"""Objects that are there under another name: told once, and taken into account wherever the name is used.

What the server writes down of one object names others: a column's new name stands in each index on it. So the expected
side is translated into the new names before the two are compared in earnest.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from toolbox_cli.core.database.catalog import OWNERSHIP, Catalog, Difference, Fields, Key
from toolbox_cli.core.database.links import Link, Links
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.drift.drift import Change, Drift, Side, with_objects

WORDLESS: Final = frozenset({"constraint", "index", "trigger", "policy", "rule", "statistics"})
"""Kinds on a table whose name nothing else mentions."""

_PLAIN: Final = re.compile("[a-z_][a-z0-9_]*")
"""What the server writes without quotes, reserved words apart."""

Columns = Mapping[str, Mapping[str, Fields]]
"""The columns of each table."""

_TEXTS: Final = ("default", "generated", "definition", "index", "using", "check")


@dataclass(frozen=True, slots=True)
class Renames:
    """Old names to new ones, as far as other objects mention them.

    Attributes:
        columns: of a table, by its new name.
        labels: of an enum, by its new name.
    """

    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    enums: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    sequences: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.tables, self.columns, self.enums, self.labels, self.sequences, self.functions))

    def old_column(self, table: str, column: str) -> str:
        """Give a column's expected name."""
        old = {new: old for old, new in self.columns.get(table, {}).items()}
        return old.get(column, column)

    def drifts(self) -> Iterator[Drift]:
        """Tell of each; an enum's labels are told where they are compared."""
        for old, new in self.tables.items():
            yield Drift(Change.RENAMED, Key("table", new, ""), None, old, new)
        for table, columns in self.columns.items():
            for old, new in columns.items():
                yield Drift(Change.RENAMED, Key("column", table, new), None, old, new)
        for kind, names in (("enum", self.enums), ("sequence", self.sequences), ("function", self.functions)):
            for old, new in names.items():
                yield Drift(Change.RENAMED, Key(kind, "", new), None, old, new)


def find_renames(expected: Catalog, live: Catalog) -> Renames:
    """Find objects that are missing under their name and there under another, with the same content."""
    ours, theirs = _one_sided(expected, live), _one_sided(live, expected)
    columns = _columns(expected), _columns(live)

    def same_table(old: Key, new: Key) -> bool:
        return _same(expected.objects[old], live.objects[new]) and _same_columns(
            columns[0].get(old.table, {}), columns[1].get(new.table, {})
        )

    tables = _pairs(_of("table", ours), _of("table", theirs), same_table)
    made = Renames(tables={old.table: new.table for old, new in tables})
    _add_columns(made, expected, live, *columns)
    for kind, names in (("enum", made.enums), ("sequence", made.sequences), ("function", made.functions)):
        pairs = _pairs(_of(kind, ours), _of(kind, theirs), lambda a, b: _same_alone(expected, live, a, b, made))
        names |= {old.name: new.name for old, new in pairs}
    _add_labels(made, expected, live)
    return made


def translate(expected: Side, renames: Renames, live: Links) -> Side:
    """Give the expected side in the new names; expressions keep their columns' names, which the server changes."""
    if not renames:
        return expected
    objects, links = {}, {}
    for key, fields in expected.catalog.objects.items():
        new = _new_key(key, renames)
        link = expected.links.get(key)
        objects[new] = _new_fields(new, fields, link, live.get(new), renames)
        if link:
            links[new] = _new_link(new.table, link, renames)
    return Side(with_objects(expected.catalog, objects), links)


def fold_renames(differences: Iterable[Difference]) -> tuple[list[Difference], list[Drift]]:
    """Part what is only called otherwise from all other differences, where nothing else mentions the name."""
    left, drifts = list(differences), []
    whole = [one for one in left if one.field is None and one.kind in WORDLESS]
    for missing in [one for one in whole if one.found is None]:
        for extra in [one for one in whole if one.expected is None and one in left]:
            same_place = (missing.kind, missing.table) == (extra.kind, extra.table)
            if same_place and _same(_nameless(missing), _nameless(extra)):
                key = Key(extra.kind, extra.table, extra.name)
                drifts.append(Drift(Change.RENAMED, key, None, missing.name, extra.name))
                left = [one for one in left if one not in (missing, extra)]
                break
    return left, drifts


def _nameless(one: Difference) -> Fields:
    """Give an object's fields; a rule's definition begins with its name."""
    fields: Fields = one.found if one.expected is None else one.expected
    if one.kind == "rule":
        return {**fields, "definition": fields["definition"].partition(" AS")[2]}
    return fields


def _one_sided(one: Catalog, other: Catalog) -> list[Key]:
    return [key for key in one.objects if key not in other.objects]


def _of(kind: str, keys: Iterable[Key]) -> list[Key]:
    return [key for key in keys if key.kind == kind]


def _pairs(ours: list[Key], theirs: list[Key], same: Callable[[Key, Key], bool]) -> list[tuple[Key, Key]]:
    """Pair what is the same, each once."""
    made: list[tuple[Key, Key]] = []
    for old in ours:
        free = (new for new in theirs if new not in {taken for _, taken in made})
        if (new := next((one for one in free if same(old, one)), None)) is not None:
            made.append((old, new))
    return made


def _same(ours: Fields, theirs: Fields, ignore: frozenset[str] = frozenset()) -> bool:
    """Compare content; a comment may go with the old name."""
    ignored = OWNERSHIP | {"comment"} | ignore
    return all(ours.get(name) == theirs.get(name) for name in (ours.keys() | theirs.keys()) - ignored)


def _same_columns(ours: Mapping[str, Fields], theirs: Mapping[str, Fields]) -> bool:
    ignored = frozenset({"default", "position"})
    return (
        bool(ours)
        and ours.keys() == theirs.keys()
        and all(_same(fields, theirs[name], ignored) for name, fields in ours.items())
    )


def _columns(catalog: Catalog) -> dict[str, dict[str, Fields]]:
    """Give the columns of each table."""
    made: dict[str, dict[str, Fields]] = {}
    for key, fields in catalog.objects.items():
        if key.kind == "column":
            made.setdefault(key.table, {})[key.name] = fields
    return made


def _add_columns(
    made: Renames, expected: Catalog, live: Catalog, expected_columns: Columns, live_columns: Columns
) -> None:
    """Find columns with another name at the same place of their table."""
    for key in expected.objects:
        new_table = made.tables.get(key.table, key.table)
        if key.kind != "table" or Key("table", new_table, "") not in live.objects:
            continue
        ours, theirs = expected_columns.get(key.table, {}), live_columns.get(new_table, {})
        for old in ours.keys() - theirs.keys():
            for new in theirs.keys() - ours.keys():
                if _same(ours[old], theirs[new]):
                    made.columns.setdefault(new_table, {})[old] = new


def _same_alone(expected: Catalog, live: Catalog, old: Key, new: Key, made: Renames) -> bool:
    """Compare objects that belong to no table; a function keeps its arguments, a sequence its column."""
    ours, theirs = dict(expected.objects[old]), live.objects[new]
    if old.kind == "function" and old.name.partition("(")[2] != new.name.partition("(")[2]:
        return False
    if old.kind == "sequence":
        if ours["table"] is None:
            return False
        _follow(ours, made)
    return _same(ours, theirs)


def _follow(fields: dict[str, Any], renames: Renames) -> None:
    """Name a sequence's table and column as they are called now."""
    table = fields.get("table")
    if table is not None:
        new = renames.tables.get(table, table)
        fields["column"] = renames.columns.get(new, {}).get(fields["column"], fields["column"])
        fields["table"] = new


def _add_labels(made: Renames, expected: Catalog, live: Catalog) -> None:
    for key, fields in expected.objects.items():
        new = Key("enum", "", made.enums.get(key.name, key.name))
        if key.kind != "enum" or new not in live.objects:
            continue
        ours, theirs = fields["labels"], live.objects[new]["labels"]
        if len(ours) == len(theirs):
            changed = {a: b for a, b in zip(ours, theirs, strict=True) if a != b}
            if not set(changed.values()) & set(ours):
                made.labels[new.name] = changed


def _new_key(key: Key, renames: Renames) -> Key:
    table = renames.tables.get(key.table, key.table)
    name = key.name
    if key.kind == "column":
        name = renames.columns.get(table, {}).get(name, name)
    elif key.kind == "partition":
        name = renames.tables.get(name, name)
    elif key.kind in {"enum", "sequence", "function"}:
        name = getattr(renames, f"{key.kind}s").get(name, name)
    return Key(key.kind, table, name)


def _new_link(table: str, link: Link, renames: Renames) -> Link:
    columns = renames.columns.get(table, {})
    refers_to = renames.tables.get(link.refers_to or "", link.refers_to)
    others = renames.columns.get(refers_to or "", {})
    return replace(
        link,
        columns=tuple(columns.get(name, name) for name in link.columns),
        refers_to=refers_to,
        referred=tuple(others.get(name, name) for name in link.referred),
    )


def _new_fields(key: Key, fields: Fields, link: Link | None, live: Link | None, renames: Renames) -> Fields:
    made = dict(fields)
    if key.kind == "sequence":
        _follow(made, renames)
    for name in _TEXTS:
        if isinstance(made.get(name), str):
            made[name] = _new_text(made[name], renames)
    if key.kind == "column":
        made["type"] = _new_type(made["type"], renames)
    if key.kind == "trigger":
        made["function"] = renames.functions.get(made["function"], made["function"])
    if link and link.head and live and live.head:
        moved = _new_link(key.table, link, renames)
        if (moved.columns, moved.refers_to, moved.referred) == (live.columns, live.refers_to, live.referred):
            made["definition"] = live.head + made["definition"].removeprefix(link.head)
    return made


def _new_type(name: str, renames: Renames) -> str:
    base = name.removesuffix("[]")
    for old, new in renames.enums.items():
        if base in {old, quote(old)}:
            return _written(new) + name[len(base) :]
    return name


def _new_text(text: str, renames: Renames) -> str:
    """Put new names where the server writes one whole and unmistakable: casts, triggers' tables and functions."""
    for enum, labels in renames.labels.items():
        old_enum = next((old for old, new in renames.enums.items() if new == enum), enum)
        for old, new in labels.items():
            for cast in (f"::{old_enum}", f"::{quote(old_enum)}"):
                text = text.replace(_literal(old) + cast, _literal(new) + cast)
    for old, new in renames.enums.items():
        instead = f"::{_written(new)}"
        for written in (re.escape(old) + r"(?!\w)", re.escape(quote(old))):
            text = re.sub(f"::{written}", lambda _, instead=instead: instead, text)  # type: ignore[misc]
    for old, new in renames.sequences.items():
        text = text.replace(f"nextval({_literal(old)}::regclass)", f"nextval({_literal(new)}::regclass)")
    for old, new in renames.functions.items():
        text = text.replace(f" EXECUTE FUNCTION {old}", f" EXECUTE FUNCTION {new}")
    for old, new in renames.tables.items():
        for written in (old, quote(old)):
            text = text.replace(f" ON {written} ", f" ON {_written(new)} ")
    return text


def _written(name: str) -> str:
    """Write a name as the server does."""
    return name if _PLAIN.fullmatch(name) else quote(name)


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
