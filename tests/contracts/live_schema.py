"""What a database holds, read in the plainest way: apart from the package's own catalog query, to prove it."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg

Connection = psycopg.Connection[Any]


class Column(NamedTuple):
    type: str
    not_null: bool
    default: str | None
    numbered: bool


class Index(NamedTuple):
    name: str
    columns: tuple[str, ...]
    unique: bool


class ForeignKey(NamedTuple):
    columns: tuple[str, ...]
    references: str
    on_delete: str


@dataclass
class Table:
    """One table; only what is valid, enforced and, of indexes, covers every row."""

    columns: dict[str, Column] = field(default_factory=dict)
    primary_key: frozenset[str] = frozenset()
    partition_key: frozenset[str] = frozenset()
    indexes: list[Index] = field(default_factory=list)
    foreign_keys: set[ForeignKey] = field(default_factory=set)
    checks: dict[str, str] = field(default_factory=dict)


COLUMNS = """
SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid),
       attidentity <> '' OR coalesce(pg_get_expr(adbin, adrelid), '') LIKE 'nextval(%%'
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
"""

INDEXES = """
SELECT t.relname, i.relname, indisprimary, indisunique,
       array(SELECT coalesce(attname, '(expression)')
             FROM unnest(indkey[0:indnkeyatts - 1]::int[]) WITH ORDINALITY AS k (number, place)
             LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = number ORDER BY place)
FROM pg_index JOIN pg_class AS t ON t.oid = indrelid JOIN pg_class AS i ON i.oid = indexrelid
WHERE t.relnamespace = %s::regnamespace AND indisvalid AND indpred IS NULL
"""

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, array(SELECT attname FROM unnest(conkey) WITH ORDINALITY AS k (number, place)
       JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place),
       confrelid::regclass::text,
       '{"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}'::json
       ->> confdeltype::text
FROM pg_constraint AS k
WHERE contype = 'f' AND connamespace = %s::regnamespace AND convalidated
  AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
"""

CHECKS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(k.oid)
FROM pg_constraint AS k
WHERE contype = 'c' AND conrelid <> 0 AND connamespace = %s::regnamespace AND convalidated
  AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
"""

PARTITION_KEYS = """
SELECT relname, attname FROM pg_partitioned_table JOIN pg_class ON pg_class.oid = partrelid
JOIN pg_attribute ON attrelid = partrelid AND attnum = ANY (partattrs::int[])
WHERE relnamespace = %s::regnamespace
"""


def read_tables(connection: Connection, schema: str) -> dict[str, Table]:
    """Read every table of one schema; sets search_path for the transaction."""
    connection.execute("SELECT set_config('search_path', quote_ident(%s), true)", (schema,))
    tables: dict[str, Table] = {}
    for table, name, *facts in connection.execute(COLUMNS, (schema,)):
        tables.setdefault(table, Table()).columns[name] = Column(*facts)
    for table, name, primary, unique, columns in connection.execute(INDEXES, (schema,)):
        tables[table].indexes.append(Index(name, tuple(columns), unique))
        if primary:
            tables[table].primary_key = frozenset(columns)
    for table, columns, references, on_delete in connection.execute(FOREIGN_KEYS, (schema,)):
        tables[table].foreign_keys.add(ForeignKey(tuple(columns), references, on_delete))
    for table, name, definition in connection.execute(CHECKS, (schema,)):
        tables[table].checks[name] = definition
    for table, column in connection.execute(PARTITION_KEYS, (schema,)):
        tables[table].partition_key |= {column}
    return tables


def read_enums(connection: Connection, schema: str) -> dict[str, list[str]]:
    """Read the labels of every enum of one schema, in order."""
    return dict(
        connection.execute(
            "SELECT typname, array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum"
            " JOIN pg_type ON pg_type.oid = enumtypid WHERE typnamespace = %s::regnamespace GROUP BY typname",
            (schema,),
        )
    )
