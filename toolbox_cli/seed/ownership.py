"""Which rows seeding made: their keys say so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.seed.making.domain import Domain, Reference
from toolbox_cli.seed.making.keys import DEMO_RUN, Run

_KEYS: Final = """
SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL)
FROM pg_class AS c
JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'p'
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
WHERE c.relnamespace = %s::text::regnamespace AND c.relname = ANY (%s)"""


@dataclass(frozen=True, slots=True)
class Owned:
    """One table, and how its first key column tells whose a row is.

    Attributes:
        type: of the column: uuid, integer, bigint or a text type.
    """

    schema: str
    table: str
    column: str
    type: str

    def seeded(self, runs: Sequence[Run]) -> sql.Composed:
        """Write the condition that one of the runs made the row, or any run the account to sign in with."""
        column = sql.Identifier(self.column)
        owners = [*runs, Run(DEMO_RUN)] if self.type == "uuid" else runs
        parts: list[sql.Composable] = [sql.SQL("false"), *(self._of(column, run) for run in owners)]
        return sql.SQL("({})").format(sql.SQL(" OR ").join(parts))

    def foreign(self, runs: Sequence[Run], reference: Sequence[Any]) -> sql.Composed:
        """Write the condition that neither one of the runs nor the reference data made the row.

        Args:
            runs: those that the database holds.
            reference: the keys of the reference data in the table.
        """
        return sql.SQL("NOT ({} OR {} = ANY ({}))").format(
            self.seeded(runs), sql.Identifier(self.column), sql.Literal(list(reference))
        )

    def _of(self, column: sql.Identifier, run: Run) -> sql.Composed:
        if self.type == "uuid":
            first, last = run.all_uuids
            return sql.SQL("{} BETWEEN {} AND {}").format(column, first, last)
        if self.counted:
            return sql.SQL("{} BETWEEN {} AND {}").format(column, run.integers.start, run.integers.stop - 1)
        return sql.SQL("starts_with({}, {})").format(column, run.text_prefix)

    @property
    def counted(self) -> bool:
        """Say whether its keys are integers."""
        return self.type in {"integer", "bigint"}

    @property
    def name(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.table)


def owned_tables(connection: psycopg.Connection[Any], schema: str, tables: Iterable[str]) -> dict[str, Owned]:
    """Say of tables how they tell whose a row is, in the order that they are given in."""
    wanted = list(tables)
    found = {
        name: Owned(schema, name, column, kind)
        for name, column, kind in connection.execute(_KEYS, (sql.Identifier(schema).as_string(), wanted))
    }
    return {name: found[name] for name in wanted if name in found}


def refuse_foreign_rows(
    connection: psycopg.Connection[Any],
    schemas: Mapping[str, str],
    domains: Sequence[Domain],
    runs: Sequence[Run],
    reference: Reference,
) -> None:
    """Refuse to load beside rows that seeding did not make: they may be somebody's.

    Args:
        connection: in the transaction of the seeding.
        schemas: platform to schema name.
        domains: whose tables are looked at.
        runs: the seedings that the database holds.
        reference: the reference data that it holds.

    Raises:
        RefusedError: there are such rows; names each table that holds some.
    """
    if held := _held_by_others(connection, schemas, domains, runs, reference):
        found = "rows that seeding did not make"
        raise RefusedError(
            "The database holds rows that seeding did not make.",
            remedy="Seed another database, or load beside them with --append.",
            findings=[Finding("foreign-rows", Severity.ERROR, name, found=found) for name in held],
        )


def refuse_rows(
    connection: psycopg.Connection[Any], schemas: Mapping[str, str], domains: Sequence[Domain], reference: Reference
) -> None:
    """Refuse to load into tables that hold more than reference data, as `refuse_foreign_rows` does.

    Raises:
        RefusedError: some do; names each.
    """
    if held := _held_by_others(connection, schemas, domains, (), reference):
        raise RefusedError(
            "--bulk loads empty tables: it would build the indexes of all the rows that are there again.",
            remedy="Load without --bulk, or delete what seeding made first with --reset.",
            findings=[Finding("rows-there", Severity.ERROR, name, found="rows") for name in held],
        )


def _held_by_others(
    connection: psycopg.Connection[Any],
    schemas: Mapping[str, str],
    domains: Sequence[Domain],
    runs: Sequence[Run],
    reference: Reference,
) -> list[str]:
    """Name the tables that hold rows neither of those runs nor of the reference data."""
    return [
        f"{table.schema}.{table.table}"
        for domain in domains
        for table in owned_tables(connection, schemas[domain.platform], domain.content.TABLES).values()
        if _holds_foreign(connection, table, runs, _rows_of(reference, domain.platform, table.table))
    ]


def _rows_of(reference: Reference, platform: str, table: str) -> Iterable[Mapping[str, Any]]:
    return (reference.get(f"{platform}.{table}") or reference.get(table) or {}).values()


def _holds_foreign(
    connection: psycopg.Connection[Any], table: Owned, runs: Sequence[Run], rows: Iterable[Mapping[str, Any]]
) -> bool:
    keys = [row[table.column] for row in rows if table.column in row]
    query = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})").format(table.name, table.foreign(runs, keys))
    row = connection.execute(query).fetchone()
    return bool(row and row[0])
