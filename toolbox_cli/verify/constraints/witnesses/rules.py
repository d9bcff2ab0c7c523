"""The rules of a table that are expressions, grouped so that each group can be solved for itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CheckConstraint, ClauseElement, Column, Index, Table
from sqlalchemy.dialects.postgresql import ExcludeConstraint, dialect
from sqlalchemy.types import SchemaType

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.witnesses.literals import mentioned

_DIALECT = dialect(paramstyle="named")  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression over columns of one table.

    Attributes:
        name: of the CHECK, or of the index whose condition it is.
        columns: in the table's order; maybe more than it reads.
        binding: a row must keep it; the condition of an index may as well be false.
    """

    name: str
    text: str
    columns: tuple[str, ...]
    binding: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that share columns, directly or through each other."""

    table: Table
    columns: tuple[Column[Any], ...]
    rules: tuple[Rule, ...]


def written(expression: ClauseElement | str) -> str:
    """Write an expression as in the table's definition: columns without their table, values as literals."""
    if isinstance(expression, str):
        return expression
    compiler = _DIALECT.statement_compiler(_DIALECT, None)
    return str(compiler.process(expression, include_table=False, literal_binds=True))


def type_of(column: Column[Any], schema: str) -> str:
    """Write a column's type for a cast; types of the models are looked up in `schema`."""
    kind = column.type
    if isinstance(kind, SchemaType) and kind.name and getattr(kind, "schema", None) == column.table.schema:
        return f"{quote(schema)}.{quote(str(kind.name))}"
    return str(_DIALECT.type_compiler_instance.process(kind))


def rules_of(table: Table) -> tuple[Rule, ...]:
    """List a table's CHECKs and the conditions of its unique indexes and exclusions, by name."""
    return tuple(sorted(_rules(table), key=lambda rule: (not rule.binding, rule.name)))


def _rules(table: Table) -> Iterable[Rule]:
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            yield _rule(table, str(constraint.name), constraint.sqltext)
        elif isinstance(constraint, ExcludeConstraint) and constraint.where is not None:
            yield _rule(table, str(constraint.name), constraint.where, binding=False)
    for index in table.indexes:
        where = condition_of(index)
        if index.unique and where is not None:
            yield _rule(table, str(index.name), where, binding=False)


def condition_of(index: Index) -> ClauseElement | None:
    """Give the condition of a partial index."""
    found: ClauseElement | None = index.dialect_options["postgresql"]["where"]
    return found


def _rule(table: Table, name: str, expression: ClauseElement, *, binding: bool = True) -> Rule:
    text = written(expression)
    return Rule(name, text, mentioned(text, table.columns.keys()), binding)


def grouped(table: Table, rules: Sequence[Rule]) -> tuple[Group, ...]:
    """Put together the rules that share columns, in the order of their first columns.

    A rule that names no column stands alone, with none.
    """
    groups: list[tuple[set[str], list[Rule]]] = []
    for rule in rules:
        sharing = [group for group in groups if group[0] & set(rule.columns)]
        merged = set(rule.columns).union(*(columns for columns, _ in sharing))
        members = [member for _, known in sharing for member in known]
        groups = [group for group in groups if group not in sharing]
        groups.append((merged, [*members, rule]))
    return tuple(
        Group(table, tuple(column for column in table.columns if column.name in columns), tuple(members))
        for columns, members in groups
    )
