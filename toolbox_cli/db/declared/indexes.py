"""The indexes and foreign keys that the models declare, and the queries that each index is for.

An index of the models can say both in its `info`:

    serves: what follows the table's name in a query that it is for, such as "WHERE is_public ORDER BY rating";
            one text or several. Without it, the queries follow from the keys.
    keep: "deployed" for one that installations have by their documents although another does its work.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ForeignKeyConstraint, Index, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql.base import PGDialect

KEEP: Final = "deployed"
_EQUAL: Final = frozenset({"btree", "hash"})
"""Methods that find equal values; what the others find is said by `serves` alone."""

_DIRECTION: Final = re.compile(r"(\s+(ASC|DESC))?(\s+NULLS\s+(FIRST|LAST))?$", re.IGNORECASE)
_DIALECT: Final = PGDialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of query.

    Attributes:
        tail: what follows the table's name; `$1` and so on are values that the plan doesn't know.
        ordered: whether the rows must come from the index in their order.
    """

    tail: str
    ordered: bool = False

    @property
    def parameters(self) -> int:
        """How many values it takes."""
        return max((int(number) for number in re.findall(r"\$(\d+)", self.tail)), default=0)


@dataclass(frozen=True, slots=True)
class DeclaredIndex:
    """An index that the models ask for; a key's own is one too.

    Attributes:
        keys: columns and expressions as SQL text, without direction.
        shapes: queries that it must serve; empty where only `serves` could say.
        kept: whether it stays although another index does its work.
        definition: method, keys with their directions, and condition; empty for a key's own.
    """

    table: str
    name: str
    method: str
    keys: tuple[str, ...]
    unique: bool
    shapes: tuple[Shape, ...]
    kept: bool = False
    definition: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredForeignKey:
    table: str
    name: str
    columns: tuple[str, ...]
    kept: bool = False


def declared_indexes(metadata: MetaData) -> Iterator[DeclaredIndex]:
    """Give every index of a platform's models, by table and name."""
    for table in _tables(metadata):
        yield from sorted(_of_table(table), key=lambda index: index.name)


def declared_foreign_keys(metadata: MetaData) -> Iterator[DeclaredForeignKey]:
    """Give every foreign key of a platform's models, by table and name."""
    for table in _tables(metadata):
        found = (key for key in table.constraints if isinstance(key, ForeignKeyConstraint))
        for key in sorted(found, key=lambda key: str(key.name)):
            kept = any("keep" in element.info for element in key.elements)
            yield DeclaredForeignKey(table.name, str(key.name), tuple(map(_quoted, key.column_keys)), kept)


def index_of(index: Index) -> DeclaredIndex:
    """Give one index that is no key's own."""
    options = index.dialect_options["postgresql"]
    method = options["using"] or "btree"
    where = options["where"]
    order = [_sql(expression) for expression in index.expressions]
    keys = tuple(_DIRECTION.sub("", key) for key in order)
    said = index.info.get("serves", ())
    shapes = tuple(map(Shape, [said] if isinstance(said, str) else said))
    predicate = None if where is None else _sql(where)
    return DeclaredIndex(
        index.table.name if index.table is not None else "",
        str(index.name),
        method,
        keys,
        index.unique,
        shapes or shapes_of(keys, order, method, predicate),
        kept=index.info.get("keep") == KEEP,
        definition=f"{method} ({', '.join(order)})"
        + (" NULLS NOT DISTINCT" if options["nulls_not_distinct"] else "")
        + (f" WHERE {predicate}" if predicate else ""),
    )


def shapes_of(keys: Sequence[str], order: Sequence[str], method: str, predicate: str | None) -> tuple[Shape, ...]:
    """Derive what an index is for: rows with given leading keys, and rows in the order of its last key.

    Args:
        keys: without direction.
        order: the same with direction.
        method: btree, hash and so on.
        predicate: of a partial index.

    Example:
        >>> [shape.tail for shape in shapes_of(["a", "b"], ["a", "b DESC"], "btree", None)]
        ['WHERE a = $1', 'WHERE a = $1 AND b = $2', 'WHERE a = $1 ORDER BY b DESC']
    """
    if method not in _EQUAL:
        return ()
    equal = [f"{key} = ${number}" for number, key in enumerate(keys, 1)]
    limits = [f"({predicate})"] if predicate else []
    least = 1 if method == "btree" else len(keys)
    shapes = [Shape(_where(equal[:count] + limits)) for count in range(least, len(keys) + 1)]
    if method == "btree":
        tail = f"{_where(equal[:-1] + limits)} ORDER BY {order[-1]}"
        shapes.append(Shape(tail.strip(), ordered=True))
    return tuple(shapes)


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _tables(metadata: MetaData) -> list[Table]:
    return sorted(metadata.tables.values(), key=lambda table: table.name)


def _of_table(table: Table) -> Iterator[DeclaredIndex]:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and len(constraint.columns):
            keys = tuple(_quoted(column.name) for column in constraint.columns)
            yield DeclaredIndex(
                table.name, str(constraint.name), "btree", keys, True, shapes_of(keys, keys, "btree", None)
            )
    yield from map(index_of, table.indexes)


def _sql(expression: Any) -> str:
    compiler = _DIALECT.statement_compiler(_DIALECT, None)
    return str(compiler.process(expression, include_table=False, literal_binds=True))


def _quoted(name: str) -> str:
    return _DIALECT.identifier_preparer.quote(name)
