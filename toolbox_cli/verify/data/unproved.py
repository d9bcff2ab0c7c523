"""Constraints that rows may break although they stand there: NOT VALID, NOT ENFORCED, or switched off."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from sqlalchemy import MetaData, Table

from toolbox_cli.core.database.names import quote
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.verify.data.samples import broken_of, sampled

CLAIM: Final = "every row keeps to every constraint of its table"
BROKEN: Final = "constraint-broken"
UNPROVED: Final = "constraint-unproved"


@dataclass(frozen=True, slots=True)
class Unproved:
    """One such constraint.

    Attributes:
        rule: of a CHECK, as SQL text.
        columns: that it is about.
        target: of a foreign key, as SQL text.
        target_columns: in the order of `columns`.
    """

    table: str
    name: str
    validated: bool
    enforced: bool
    switched_off: bool
    rule: str | None
    columns: list[str]
    target: str | None
    target_columns: list[str]

    def state(self) -> str:
        """Say why the server does not vouch for it."""
        if self.switched_off:
            return "its triggers are disabled"
        return "it is NOT VALID" if self.enforced else "it is NOT ENFORCED"

    def remedy(self, schema: str) -> str:
        """Give the statement that makes the server vouch for it."""
        alter = f"ALTER TABLE {quote(schema)}.{quote(self.table)}"
        if self.switched_off:
            return f"{alter} ENABLE TRIGGER ALL"
        if self.enforced:
            return f"{alter} VALIDATE CONSTRAINT {quote(self.name)}"
        return f"{alter} ALTER CONSTRAINT {quote(self.name)} ENFORCED" if self.target else _AGAIN

    def broken(self, schema: str) -> sql.Composed:
        """Give the query for the rows that break it; `row` is a row."""
        return sql.SQL("SELECT row.* FROM {} AS row WHERE {}").format(
            sql.Identifier(schema, self.table), self._orphaned() if self.target else self._against()
        )

    def _against(self) -> sql.Composed:
        if self.rule is not None:
            return sql.SQL("NOT ({})").format(sql.SQL(self.rule))
        return sql.SQL("row.{} IS NULL").format(sql.Identifier(self.columns[0]))

    def _orphaned(self) -> sql.Composed:
        pairs = zip(self.columns, self.target_columns, strict=True)
        equal = [
            sql.SQL("target.{} = row.{}").format(sql.Identifier(other), sql.Identifier(own)) for own, other in pairs
        ]
        given = [sql.SQL("row.{} IS NOT NULL").format(sql.Identifier(own)) for own in self.columns]
        return sql.SQL("{} AND NOT EXISTS (SELECT FROM {} AS target WHERE {})").format(
            sql.SQL(" AND ").join(given),
            sql.SQL(self.target or ""),
            sql.SQL(" AND ").join(equal),
        )


_AGAIN: Final = "Drop it and add it again in a revision: a CHECK can't be made ENFORCED."


def unproved(connection: psycopg.Connection[Any], metadata: MetaData, schema: str) -> Iterator[Finding]:
    """Look for rows that break what the server does not vouch for.

    Args:
        connection: in the transaction of the snapshot; its search_path is changed.
        metadata: of the platform; tables of others are left out.
        schema: that it lives in.
    """
    connection.execute("SELECT set_config('search_path', quote_ident(%s), true)", (schema,))
    tables = {table.name: table for table in metadata.tables.values()}
    with connection.cursor(row_factory=class_row(Unproved)) as cursor:
        found = cursor.execute(_query(), {"schema": schema}).fetchall()
    for constraint in found:
        if constraint.table in tables:
            yield _finding(connection, constraint, tables[constraint.table], schema)


def _finding(connection: psycopg.Connection[Any], constraint: Unproved, table: Table, schema: str) -> Finding:
    key = [column.name for column in table.primary_key]
    broken = broken_of(connection.execute(sampled(constraint.broken(schema), table, key)).fetchall())
    path, state, mend = f"{schema}.{table.name}.{constraint.name}", constraint.state(), constraint.remedy(schema)
    field = ", ".join(constraint.columns)
    if broken is None:
        found = f"no row breaks it, and any may: {state}"
        return Finding(UNPROVED, Severity.WARNING, path, field, CLAIM, found, remedy=mend)
    remedy = f"Correct or delete the rows. Then: {mend}"
    return Finding(BROKEN, Severity.ERROR, path, field, CLAIM, f"{broken.told}; {state}", remedy=remedy)


@cache
def _query() -> str:
    return files(__package__).joinpath("unproved.sql").read_text(encoding="utf-8")
