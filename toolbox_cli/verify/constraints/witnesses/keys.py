"""What may stand in a table only once: primary keys, unique constraints and indexes, exclusions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Column, Index, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from toolbox_cli.verify.constraints.witnesses.literals import mentioned
from toolbox_cli.verify.constraints.witnesses.rules import condition_of, written

UNIQUE_VIOLATION = "23505"
EXCLUSION_VIOLATION = "23P01"


@dataclass(frozen=True, slots=True)
class Key:
    """A set of columns in which no two rows agree.

    Attributes:
        kind: for people.
        sqlstate: what the server refuses a second row with.
        nulls_differ: two NULLs don't count as agreeing.
        plain: it is made of the columns themselves, not of expressions over them.
        partial: only rows that meet a condition count.
        deferrable: None for an index, of which nobody can ask it.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    sqlstate: str = UNIQUE_VIOLATION
    nulls_differ: bool = True
    plain: bool = True
    partial: bool = False
    deferrable: bool | None = None


def keys_of(table: Table) -> tuple[Key, ...]:
    """List a table's keys: the primary one, then by name."""
    return tuple(sorted(_keys(table), key=lambda key: (key.kind != "primary key", key.name)))


def _keys(table: Table) -> Iterator[Key]:
    for constraint in table.constraints:
        name, deferrable = str(constraint.name), bool(constraint.deferrable)
        if isinstance(constraint, PrimaryKeyConstraint) and constraint.columns:
            columns = tuple(column.name for column in constraint.columns)
            yield Key(name, "primary key", columns, deferrable=deferrable)
        elif isinstance(constraint, UniqueConstraint):
            columns = tuple(column.name for column in constraint.columns)
            differ = not constraint.dialect_options["postgresql"]["nulls_not_distinct"]
            yield Key(name, "unique", columns, nulls_differ=differ, deferrable=deferrable)
        elif isinstance(constraint, ExcludeConstraint):
            yield _exclusion(table, constraint, name, deferrable=deferrable)
    yield from (_index(table, index) for index in table.indexes if index.unique)


def _exclusion(table: Table, constraint: ExcludeConstraint, name: str, *, deferrable: bool) -> Key:
    parts = [part for part, _, _ in constraint._render_exprs]  # noqa: SLF001  there is no other way to them
    columns, _ = _columns(table, parts)
    return Key(
        name, "exclusion", columns, EXCLUSION_VIOLATION,
        plain=False, partial=constraint.where is not None, deferrable=deferrable,
    )  # fmt: skip


def _index(table: Table, index: Index) -> Key:
    columns, plain = _columns(table, list(index.expressions))
    differ = not index.dialect_options["postgresql"]["nulls_not_distinct"]
    partial = condition_of(index) is not None
    return Key(str(index.name), "unique index", columns, nulls_differ=differ, plain=plain, partial=partial)


def _columns(table: Table, parts: list[Any]) -> tuple[tuple[str, ...], bool]:
    """Name the columns that expressions are made of, and say whether they are just these."""
    plain = all(isinstance(part, Column) for part in parts)
    texts: list[ClauseElement | str] = parts
    names = [
        (part.name,) if isinstance(part, Column) else mentioned(written(part), table.columns.keys()) for part in texts
    ]
    return tuple(dict.fromkeys(name for found in names for name in found)), plain
