"""Load tables bare, and build their indexes and keys afterwards: several times faster than row by row."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.catalog import Catalog, compare, read_catalog
from toolbox_cli.core.errors import ToolboxError

WORK_MEMORY: Final = "256MB"
"""What the server may use for one index that it builds."""

_CONSTRAINTS: Final = """
SELECT k.conrelid::regclass::text, quote_ident(k.conname), pg_get_constraintdef(k.oid),
       obj_description(k.oid, 'pg_constraint')
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND k.conparentid = 0 AND k.coninhcount = 0
  AND (k.contype IN ('p', 'u', 'x') AND c.relname = ANY (%(tables)s)
       OR k.contype = 'f' AND (c.relname = ANY (%(tables)s) OR k.confrelid = ANY (%(tables)s::regclass[])))
ORDER BY k.contype = 'f', k.contype <> 'p', 1, 2"""
"""Keys of the tables, then foreign keys on them and to them; those of a partition come with its table's."""

_INDEXES: Final = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), obj_description(i.indexrelid, 'pg_class')
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_class AS x ON x.oid = i.indexrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname = ANY (%(tables)s) AND NOT x.relispartition
  AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was taken from the tables: how to take it, and how to build it again, in order."""

    drop: tuple[str, ...]
    build: tuple[str, ...]


@contextmanager
def bare(connection: psycopg.Connection[Any], schema: str, tables: Sequence[str]) -> Iterator[None]:
    """Take indexes, keys and foreign keys from tables for as long as they are loaded, and build them again.

    Args:
        connection: in the transaction of the load; the tables are locked until its end.
        schema: where the tables are.
        tables: all that are loaded; empty, or nearly so.

    Raises:
        psycopg.IntegrityError: a row breaks a key.
        ToolboxError: the schema is not what it was; the transaction can only be rolled back.
    """
    before = read_catalog(connection, schema)
    with _inside(connection, schema):
        taken = _taken(connection, schema, tables)
        _run(connection, taken.drop)
    yield
    with _inside(connection, schema):
        _run(connection, taken.build)
    _prove(before, read_catalog(connection, schema))


@contextmanager
def _inside(connection: psycopg.Connection[Any], schema: str) -> Iterator[None]:
    """Let names mean the schema's own, without its name before them."""
    connection.execute(
        "SELECT set_config('search_path', %s, true), set_config('maintenance_work_mem', %s, true)",
        (f"{sql.Identifier(schema).as_string()}, pg_temp", WORK_MEMORY),
    )
    yield
    connection.execute("SET LOCAL search_path TO DEFAULT")


def _taken(connection: psycopg.Connection[Any], schema: str, tables: Sequence[str]) -> _Taken:
    values = {"schema": sql.Identifier(schema).as_string(), "tables": list(tables)}
    constraints = connection.execute(_CONSTRAINTS, values).fetchall()
    indexes = connection.execute(_INDEXES, values).fetchall()
    drop = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _, _ in reversed(constraints)]
    drop += [f"DROP INDEX {name}" for name, _, _ in indexes]
    keys = [part for part in constraints if not part[2].startswith("FOREIGN KEY")]
    foreign = [part for part in constraints if part[2].startswith("FOREIGN KEY")]
    build = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {rest}" for table, name, rest, _ in keys]
    build += [_whole(definition) for _, definition, _ in indexes]
    build += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {rest}" for table, name, rest, _ in foreign]
    build += [
        f"COMMENT ON CONSTRAINT {name} ON {table} IS {sql.quote(told)}" for table, name, _, told in constraints if told
    ]
    build += [f"COMMENT ON INDEX {name} IS {sql.quote(told)}" for name, _, told in indexes if told]
    return _Taken(tuple(drop), tuple(build))


def _whole(definition: str) -> str:
    """Build the index of a partitioned table with those of its partitions: the server writes ONLY for a dump."""
    return re.sub(r'^(CREATE (?:UNIQUE )?INDEX (?:"(?:[^"]|"")+"|\w+) ON) ONLY ', r"\1 ", definition)


def _run(connection: psycopg.Connection[Any], statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def _prove(before: Catalog, after: Catalog) -> None:
    """Compare everything that the catalog says, owners, rights and the order of columns too."""
    differences = compare(before, after, ignore=frozenset())
    if differences:
        told = ", ".join(sorted({one.path for one in differences}))
        raise ToolboxError(f"After the load the schema was not built as before: {told}. Nothing was loaded.")
