"""Delete what seeding made, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql

from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.seed.making.domain import Domain
from toolbox_cli.seed.making.keys import Run
from toolbox_cli.seed.ownership import Owned, owned_tables
from toolbox_cli.seed.runs import Held

_REFERENCES: Final = """
SELECT n.nspname::text, c.relname::text, a.attname::text, r.relname::text
FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_class AS r ON r.oid = k.confrelid
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.conparentid = 0 AND cardinality(k.conkey) = 1
  AND r.relnamespace = %s::text::regnamespace AND r.relname = ANY (%s)
ORDER BY 1, 2, 3"""
"""Columns that refer to some tables, and to which."""

_APPEND_ONLY: Final = """
SELECT c.relname::text FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE t.tgname = 'append_only' AND c.relnamespace = %s::text::regnamespace AND c.relname = ANY (%s)"""


class _Reference(NamedTuple):
    schema: str
    table: str
    column: str
    to: str


def delete_seeded(
    connection: psycopg.Connection[Any], schemas: Mapping[str, str], domains: Sequence[Domain], held: Sequence[Held]
) -> dict[str, int]:
    """Delete the rows of every run of some domains, and of those that stand on them.

    Args:
        connection: in a transaction.
        schemas: platform to schema name.
        domains: what to delete; what stands on one of them comes behind it.
        held: the runs that the database holds.

    Returns:
        "schema.table" to how many rows went; tables that lost none are left out.

    Raises:
        RefusedError: other rows refer to them, and would go too or keep them.

    Effects: deletes rows and their records in `toolbox.seed_runs`; never commits.
    """
    deleted: dict[str, int] = {}
    names = {run.domain for run in held}
    doomed = [domain for domain in reversed(domains) if domain.name in names]
    for domain in doomed:
        schema = schemas[domain.platform]
        runs = [run.run for run in held if run.domain == domain.name]
        tables = owned_tables(connection, schema, domain.content.TABLES)
        _refuse_references(connection, schema, tables, runs)
        with _opened(connection, schema, tables):
            counts = _delete(connection, tables, runs)
        for table, count in counts.items():
            if count:
                deleted[f"{schema}.{table}"] = deleted.get(f"{schema}.{table}", 0) + count
    connection.execute("DELETE FROM toolbox.seed_runs WHERE domain = ANY (%s)", ([domain.name for domain in doomed],))
    return deleted


@contextmanager
def _opened(connection: psycopg.Connection[Any], schema: str, tables: Mapping[str, Owned]) -> Iterator[None]:
    """Let rows go from tables that only ever grow: what is made up is no record of anything."""
    values = (sql.Identifier(schema).as_string(), list(tables))
    kept = [sql.Identifier(schema, name) for (name,) in connection.execute(_APPEND_ONLY, values)]
    for table in kept:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER append_only").format(table))
    yield
    for table in kept:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER append_only").format(table))


def _delete(connection: psycopg.Connection[Any], tables: Mapping[str, Owned], runs: Sequence[Run]) -> Mapping[str, int]:
    """Delete from all tables in one statement: foreign keys are asked at its end, also those that form a circle."""
    names = list(tables)[::-1]
    parts = [
        sql.SQL("{} AS (DELETE FROM {} WHERE {} RETURNING 1)").format(
            sql.Identifier(name), tables[name].name, tables[name].seeded(runs)
        )
        for name in names
    ]
    counts = [sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(name)) for name in names]
    query = sql.SQL("WITH {} SELECT {}").format(sql.SQL(", ").join(parts), sql.SQL(", ").join(counts))
    row = connection.execute(query).fetchone()
    return dict(zip(names, row or (), strict=True))


def _refuse_references(
    connection: psycopg.Connection[Any], schema: str, tables: Mapping[str, Owned], runs: Sequence[Run]
) -> None:
    """Refuse where rows of others refer to ours: a foreign key might delete them too."""
    findings = [
        Finding(
            "row-refers-to-seeded",
            Severity.ERROR,
            f"{one.schema}.{one.table}",
            one.column,
            found=f"{count} rows that seeding did not make refer to seeded rows of {one.to}",
        )
        for one, count in _referring(connection, schema, tables, runs)
    ]
    if findings:
        raise RefusedError(
            "Rows that seeding did not make stand on rows that it made.",
            remedy="Delete those first, or make the database anew: toolbox db reset",
            findings=findings,
        )


def _referring(
    connection: psycopg.Connection[Any], schema: str, tables: Mapping[str, Owned], runs: Sequence[Run]
) -> Iterator[tuple[_Reference, int]]:
    rows = connection.execute(_REFERENCES, (sql.Identifier(schema).as_string(), list(tables))).fetchall()
    references = [*map(_Reference._make, rows)]
    known = owned_tables(connection, schema, {one.table for one in references if one.schema == schema})
    for one in references:
        own = known.get(one.table) if one.schema == schema else None
        others = sql.SQL("NOT {}").format(own.seeded(runs)) if own else sql.SQL("true")
        refers = replace(tables[one.to], schema=one.schema, table=one.table, column=one.column).seeded(runs)
        query = sql.SQL("SELECT count(*) FROM {} WHERE {} AND {}").format(
            sql.Identifier(one.schema, one.table), refers, others
        )
        found = connection.execute(query).fetchone()
        if found and found[0]:
            yield one, found[0]
