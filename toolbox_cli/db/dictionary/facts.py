"""What there is to say of a table beside its columns, each with the name that the database knows it by."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from toolbox_cli.db.declared.indexes import DeclaredIndex
from toolbox_cli.db.declared.rules import Rule
from toolbox_cli.db.declared.tables import Platform, Reference, Table, Trigger

_FATE: Final[Mapping[str, str]] = {
    "CASCADE": "deleted with it",
    "SET NULL": "emptied when that is deleted",
    "SET DEFAULT": "set to its default when that is deleted",
    "NO ACTION": "which can't be deleted before",
    "RESTRICT": "which can't be deleted before",
}


class Fact(NamedTuple):
    """A constraint, an index or a trigger; `says` is Markdown."""

    kind: str
    name: str
    says: str


def facts_of(table: Table) -> Iterator[Fact]:
    """Give keys, rules, indexes and triggers, in this order and by name."""
    for column in table.columns:
        if column.labels:
            yield Fact("enum", column.type, f"`{column.name}`: one of {listed(column.labels)}")
    yield Fact("primary key", table.primary_key.name, listed(table.primary_key.columns))
    indexed = {index.name for index in table.indexes}
    for key in table.uniques:
        if key.name not in indexed:
            yield Fact("unique", key.name, listed(key.columns))
    yield from (Fact("foreign key", one.name, f"{listed(one.columns)} → {_target(one)}") for one in table.references)
    yield from (Fact("check", rule.name, _rule(rule)) for rule in table.rules)
    yield from (Fact("unique index" if one.unique else "index", one.name, _index(one)) for one in table.indexes)
    yield from (Fact("trigger", trigger.name, _trigger(trigger)) for trigger in table.triggers)
    if table.default_partition:
        yield Fact("default partition", table.default_partition, f"of `{table.partitioned_by}`, in partitions a month")


def together_of(table: Table) -> Iterator[str]:
    """Say, in Markdown, what no column alone tells of."""
    for key in table.uniques:
        if len(key.columns) > 1:
            yield f"Unique together: {listed(key.columns)}"
    yield from (f"Rule: {rule.text}" for rule in table.rules if rule.subject is None)
    yield from (f"Trigger: {_trigger(trigger)}" for trigger in table.triggers)
    if table.partitioned_by:
        yield f"Partitioned by `{table.partitioned_by}`; `toolbox db partitions` makes the months"


def referring_to(platform: Platform, table: str) -> Iterator[Fact]:
    """Give the foreign keys that lead to a table, its own among them."""
    for one in platform.referring(table):
        yield Fact("referred to by", one.name, f"`{one.table}` {listed(one.columns)}, {action(one)}")


def listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def fate_of(reference: Reference) -> str:
    """Say what becomes of the row when the one that it refers to is deleted."""
    return _FATE[reference.on_delete]


def action(reference: Reference) -> str:
    """Give the actions as SQL has them."""
    updates = f", ON UPDATE {reference.on_update}" if reference.on_update != "NO ACTION" else ""
    return f"ON DELETE {reference.on_delete}{updates}"


def _target(reference: Reference) -> str:
    return f"`{reference.target}` {listed(reference.target_columns)}, {action(reference)}"


def _rule(rule: Rule) -> str:
    return f"`{rule.subject}`: {rule.words}" if rule.words else rule.text


def _index(index: DeclaredIndex) -> str:
    serves = ", ".join(f"`{shape.tail}`" for shape in index.shapes)
    kept = "; kept, although another one does its work, because installations have it" if index.kept else ""
    return f"`{index.definition}` for {serves}{kept}" if serves else f"`{index.definition}`{kept}"


def _trigger(trigger: Trigger) -> str:
    condition = f", when `{trigger.condition}`" if trigger.condition else ""
    return f"{trigger.fires}{condition}: {trigger.purpose} (`{trigger.function}`)"
