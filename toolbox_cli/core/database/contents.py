"""What a database holds: schemas, tables, rows, and what of it stands in the way or would be lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.names import quote

_SCHEMAS: Final = """
SELECT nspname::text FROM pg_namespace AS n
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_namespace'::regclass AND objid = n.oid AND deptype = 'e')
ORDER BY 1"""

_TABLES: Final = """
SELECT n.nspname::text, coalesce(root.relname, c.relname)::text, c.relname::text, c.reltuples::bigint,
       CASE WHEN c.relkind = 'p' THEN false WHEN c.reltuples > 0 THEN true ELSE pg_relation_size(c.oid) > 0 END
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_class AS root ON root.oid = pg_partition_root(c.oid)
WHERE n.nspname = ANY (%s) AND c.relkind IN ('r', 'p') AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
ORDER BY 1, 2, 3"""

_LOOSE: Final = """
SELECT replace(named.type, 'composite ', ''), named.identity FROM (
    SELECT 'pg_class'::regclass AS class, oid, relnamespace AS place FROM pg_class
    WHERE relkind NOT IN ('i', 'I', 't', 'c')
    UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
    UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
    WHERE typtype IN ('e', 'd') OR (SELECT relkind = 'c' FROM pg_class WHERE pg_class.oid = typrelid)
) AS object, pg_identify_object(class, oid, 0) AS named
WHERE place = to_regnamespace('public') AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = class AND objid = object.oid AND deptype IN ('e', 'i', 'a')
      AND (refclassid, refobjid) <> (class, object.oid))
ORDER BY 1, 2"""

_DEPENDENTS: Final = """
WITH ours AS (SELECT c.oid FROM pg_class AS c WHERE relnamespace = ANY (
    SELECT oid FROM pg_namespace WHERE nspname = ANY (%(schemas)s)))
SELECT DISTINCT kind || ' ' || n.nspname || '.' || c.relname FROM (
    SELECT 'view' AS kind, r.ev_class AS standing FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid IN (SELECT oid FROM ours)
    UNION ALL
    SELECT 'foreign key of', conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid IN (SELECT oid FROM ours)
) AS found
JOIN pg_class AS c ON c.oid = standing JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname <> ALL (%(schemas)s) ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one schema holds.

    Attributes:
        tables: how many; a partitioned table is one.
        rows: about how many in all.
    """

    schema: str
    tables: int
    rows: int


def user_schemas(connection: psycopg.Connection) -> tuple[str, ...]:
    """Name the schemas that are neither the server's nor an extension's."""
    return tuple(name for (name,) in connection.execute(_SCHEMAS))


def table_rows(connection: psycopg.Connection, schemas: Sequence[str]) -> dict[tuple[str, str], int]:
    """Give about how many rows each table holds, by schema and table.

    The server's estimate where it has one, else a count; a partition's rows are its table's.
    """
    found: dict[tuple[str, str], int] = {}
    for schema, table, leaf, estimate, filled in connection.execute(_TABLES, (list(schemas),)).fetchall():
        rows = (estimate if estimate > 0 else _count(connection, schema, leaf)) if filled else 0
        found[schema, table] = found.get((schema, table), 0) + rows
    return found


def holdings(connection: psycopg.Connection, schemas: Iterable[str]) -> tuple[Holding, ...]:
    """Say what schemas hold, by name; schemas that are not there are left out."""
    present = sorted(set(user_schemas(connection)) & set(schemas))
    rows = table_rows(connection, present)
    return tuple(
        Holding(
            schema,
            sum(1 for place, _ in rows if place == schema),
            sum(count for (place, _), count in rows.items() if place == schema),
        )
        for schema in present
    )


def loose_objects(connection: psycopg.Connection) -> tuple[tuple[str, str], ...]:
    """List the objects in schema `public` that belong to no extension: their kinds and quoted names, as for DROP."""
    return tuple((kind, name) for kind, name in connection.execute(_LOOSE))


def is_empty(connection: psycopg.Connection) -> bool:
    """Say whether a database holds nothing that a user made."""
    return not (set(user_schemas(connection)) - {"public"} or loose_objects(connection))


def removal(connection: psycopg.Connection, schemas: Iterable[str]) -> Iterator[str]:
    """Give the statements that remove schemas with all that they hold; `public` itself stays, as it is not ours."""
    for schema in schemas:
        if schema == "public":
            yield from (f"DROP {kind} IF EXISTS {name} CASCADE" for kind, name in loose_objects(connection))
        else:
            yield f"DROP SCHEMA {quote(schema)} CASCADE"


def dependents(connection: psycopg.Connection, schemas: Iterable[str]) -> tuple[str, ...]:
    """Name the views and foreign keys elsewhere that dropping these schemas would take along."""
    rows = connection.execute(_DEPENDENTS, {"schemas": list(schemas)})
    return tuple(name for (name,) in rows)


def _count(connection: psycopg.Connection, schema: str, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM ONLY {}").format(sql.Identifier(schema, table))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
