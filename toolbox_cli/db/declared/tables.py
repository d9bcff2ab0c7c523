"""The tables of a platform as the models declare them, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass

from toolbox_cli.db.declared.indexes import DeclaredIndex
from toolbox_cli.db.declared.rules import Rule
from toolbox_cli.models.privacy import Privacy


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        type: as PostgreSQL understands it, in its shortest usual form.
        default: expression that the server evaluates.
        generated: for a number from the table's own sequence: `serial`, `identity always` or `identity by default`.
        labels: of its enum type, in their order.
    """

    name: str
    type: str
    nullable: bool
    default: str | None
    generated: str | None
    privacy: Privacy
    comment: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A primary or a unique key; `name` is a unique index's where there is no constraint."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key.

    Attributes:
        on_delete: what becomes of the row when the one that it refers to is deleted, as SQL says it.
        optional: whether a row may refer to none.
        single: whether at most one row refers to the same one.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    on_delete: str
    on_update: str
    optional: bool
    single: bool


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger.

    Attributes:
        fires: when, such as `BEFORE UPDATE, each row`.
        condition: the SQL that must hold for it to fire.
        purpose: what its function does, a sentence.
    """

    name: str
    fires: str
    condition: str | None
    function: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        area: part of the platform that it belongs to; None where the platform is undivided.
        file: the source file of its model, from the folder that holds the package.
        partitioned_by: such as `RANGE (recorded_at)`.
        default_partition: takes the rows that no other partition takes.
    """

    platform: str
    name: str
    area: str | None
    comment: str
    file: str
    columns: tuple[Column, ...]
    primary_key: Key
    uniques: tuple[Key, ...]
    references: tuple[Reference, ...]
    rules: tuple[Rule, ...]
    indexes: tuple[DeclaredIndex, ...]
    triggers: tuple[Trigger, ...]
    partitioned_by: str | None = None
    default_partition: str | None = None

    @property
    def path(self) -> str:
        return f"{self.platform}.{self.name}"

    def references_of(self, column: str) -> Iterator[Reference]:
        """Give the foreign keys that a column is part of."""
        return (reference for reference in self.references if column in reference.columns)

    def rules_of(self, column: str) -> Iterator[Rule]:
        """Give the rules that are about one column."""
        return (rule for rule in self.rules if rule.subject == column)

    def marks_of(self, column: str) -> tuple[str, ...]:
        """Say which keys a column is: PK for a part of the primary key, FK for one of a foreign, UK for one alone."""
        alone = {key.columns[0] for key in self.uniques if len(key.columns) == 1}
        held = {
            "PK": column in self.primary_key.columns,
            "FK": any(self.references_of(column)),
            "UK": column in alone,
        }
        return tuple(mark for mark, holds in held.items() if holds)


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a large platform: what its models have in common."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class EnumType:
    """A type of the database's own; `used_by` names its columns as "table.column"."""

    name: str
    labels: tuple[str, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routine:
    """A function of the platform's schema; `purpose` is a sentence."""

    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform.

    Attributes:
        about: what it is, a sentence.
        areas: empty where its tables fit in one picture.
        tables: by name.
    """

    name: str
    about: str
    areas: tuple[Area, ...]
    tables: tuple[Table, ...]
    enums: tuple[EnumType, ...]
    routines: tuple[Routine, ...]

    def referring(self, table: str) -> Iterator[Reference]:
        """Give the foreign keys of all tables, this one's own too, that lead to it."""
        return (reference for one in self.tables for reference in one.references if reference.target == table)
