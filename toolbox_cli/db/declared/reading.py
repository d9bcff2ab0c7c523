"""Reads the models of a platform into plain values; no database is asked."""

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler, PGDialect
from sqlalchemy.orm import DeclarativeBase

from toolbox_cli.db.declared.indexes import index_of
from toolbox_cli.db.declared.rules import Rule, rule_of
from toolbox_cli.db.declared.tables import (
    Area,
    Column,
    EnumType,
    Key,
    Platform,
    Reference,
    Routine,
    Table,
    Trigger,
)
from toolbox_cli.models import metadata_of
from toolbox_cli.models.base import Programs, programs

UNDIVIDED: Final = 12
"""So many tables fit in one picture; a platform with more is divided into areas, by the files of its models."""

_DIALECT: Final = PGDialect()  # type: ignore[no-untyped-call]
_COMPILER: Final = PGDDLCompiler(_DIALECT, sa.DDL(""))  # type: ignore[no-untyped-call]
_SHORTER: Final = {"timestamp with time zone": "timestamptz", "character varying": "varchar"}
_TRIGGER: Final = re.compile(
    r"CREATE TRIGGER (?P<name>\w+)\s+(?P<time>BEFORE|AFTER) (?P<events>[A-Z ]+?(?: OF \w+)?) ON \w+\s+"
    r"FOR EACH (?P<each>ROW|STATEMENT)(?:\s+WHEN \((?P<condition>.*?)\))?\s+"
    r"EXECUTE (?:FUNCTION|PROCEDURE) (?P<function>\w+)\(",
    re.DOTALL,
)


@cache
def declared(platform: str) -> Platform:
    """Read the models of a platform; `toolbox` for the toolkit's own records."""
    metadata = metadata_of(platform)
    package = sys.modules[f"toolbox_cli.models.{platform}"]
    homes = _homes(platform)
    divided = len(metadata.tables) > UNDIVIDED
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    made = tuple(table_of(table, homes[table.name], programs(metadata), divided=divided) for table in tables)
    return Platform(
        platform,
        _first_sentence(package.__doc__),
        tuple(_areas(platform, made)),
        made,
        tuple(_enums(metadata)),
        tuple(Routine(function.name.partition("(")[0], function.purpose) for function in programs(metadata).functions),
    )


def table_of(table: sa.Table, home: str, made: Programs, *, divided: bool = False) -> Table:
    """Read one table.

    Args:
        table: of a platform's metadata.
        home: the module of its model.
        made: the triggers and partitions of the platform.
        divided: whether the platform has areas.
    """
    constraints = sorted(table.constraints, key=lambda constraint: str(constraint.name))
    uniques = tuple(_unique_keys(table))
    return Table(
        platform=str(table.schema),
        name=table.name,
        area=home.split(".")[3] if divided else None,
        comment=table.comment or "",
        file=f"{home.replace('.', '/')}.py",
        columns=tuple(map(_column, table.columns)),
        primary_key=Key(str(table.primary_key.name), tuple(column.name for column in table.primary_key)),
        uniques=uniques,
        references=tuple(_reference(one, uniques) for one in constraints if isinstance(one, sa.ForeignKeyConstraint)),
        rules=tuple(_rule(one, table) for one in constraints if isinstance(one, sa.CheckConstraint)),
        indexes=tuple(index_of(index) for index in sorted(table.indexes, key=lambda index: str(index.name))),
        triggers=tuple(_triggers(table.name, made)),
        partitioned_by=table.dialect_options["postgresql"]["partition_by"],
        default_partition=made.default_partitions.get(table.name),
    )


def _homes(platform: str) -> dict[str, str]:
    """Name the module of each table's model."""
    base: type[DeclarativeBase] = import_module(f"toolbox_cli.models.{platform}.base").Base
    return {mapper.class_.__table__.name: mapper.class_.__module__ for mapper in base.registry.mappers}


def _areas(platform: str, tables: Sequence[Table]) -> Iterator[Area]:
    for name in sorted({table.area for table in tables if table.area}):
        yield Area(name, _first_sentence(sys.modules[f"toolbox_cli.models.{platform}.{name}"].__doc__))


def _first_sentence(text: str | None) -> str:
    return inspect.cleandoc(text or "").partition("\n\n")[0].partition(". ")[0].rstrip(".") + "." if text else ""


def _column(column: sa.Column[Any]) -> Column:
    return Column(
        name=column.name,
        type=_type(column.type),
        nullable=bool(column.nullable),
        default=_COMPILER.get_column_default_string(column),
        generated=_generated(column),
        privacy=column.info["privacy"],
        comment=column.comment or "",
        labels=tuple(column.type.enums) if isinstance(column.type, sa.Enum) else (),
    )


def _type(kind: sa.types.TypeEngine[Any]) -> str:
    if isinstance(kind, sa.Enum):
        return str(kind.name)
    if isinstance(kind, sa.ARRAY):
        return f"{_type(kind.item_type)}[]"
    written = kind.compile(dialect=_DIALECT).lower().replace(", ", ",")
    return _SHORTER.get(written, written)


def _generated(column: sa.Column[Any]) -> str | None:
    if column.identity is not None:
        return f"identity {'always' if column.identity.always else 'by default'}"
    own = column.table.autoincrement_column is column and column.server_default is None
    return "serial" if own else None


def _unique_keys(table: sa.Table) -> Iterator[Key]:
    """Give the sets of columns that stand once, the primary key aside."""
    found: list[sa.UniqueConstraint | sa.Index] = [one for one in table.indexes if one.unique and _is_plain(one)]
    found += [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    for unique in sorted(found, key=lambda one: str(one.name)):
        yield Key(str(unique.name), tuple(column.name for column in unique.columns))


def _is_plain(index: sa.Index) -> bool:
    """Say whether an index is of columns alone and of all rows."""
    columns = all(isinstance(expression, sa.Column) for expression in index.expressions)
    return columns and index.dialect_options["postgresql"]["where"] is None


def _reference(key: sa.ForeignKeyConstraint, uniques: Sequence[Key]) -> Reference:
    columns = tuple(column.name for column in key.columns)
    primary = {column.name for column in key.table.primary_key}
    return Reference(
        name=str(key.name),
        table=key.table.name,
        columns=columns,
        target=key.referred_table.name,
        target_columns=tuple(element.column.name for element in key.elements),
        on_delete=key.ondelete or "NO ACTION",
        on_update=key.onupdate or "NO ACTION",
        optional=any(column.nullable for column in key.columns),
        single=any(once <= {*columns} for once in (primary, *({*unique.columns} for unique in uniques))),
    )


def _rule(check: sa.CheckConstraint, table: sa.Table) -> Rule:
    times = [column.name for column in table.columns if isinstance(column.type, sa.DateTime | sa.Date)]
    return rule_of(str(check.name), str(check.sqltext), [column.name for column in table.columns], times)


def _triggers(table: str, made: Programs) -> Iterator[Trigger]:
    purposes = {function.name.partition("(")[0]: function.purpose for function in made.functions}
    for trigger in sorted((one for one in made.triggers if one.table == table), key=lambda one: one.name):
        found = _TRIGGER.search(trigger.sql)
        if found is None:
            raise ValueError(f"{table}.{trigger.name}: not a trigger as they are written here: {trigger.sql}")
        fires = f"{found['time']} {found['events'].replace(' OR ', ', ')}, each {found['each'].lower()}"
        yield Trigger(trigger.name, fires, found["condition"], found["function"], purposes[found["function"]])


def _enums(metadata: sa.MetaData) -> Iterator[EnumType]:
    used: dict[str, list[str]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                used.setdefault(str(column.type.name), []).append(f"{table.name}.{column.name}")
                labels[str(column.type.name)] = tuple(column.type.enums)
    for name, columns in sorted(used.items()):
        yield EnumType(name, labels[name], tuple(sorted(columns)))
