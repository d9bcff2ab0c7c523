"""Let people swap addresses and sign-in names, which are unique: who gives one up to another lets go of it first."""

from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.lms.sync.planning.tables import USERS, Shape

_PARKED: Final = """
CREATE TEMPORARY TABLE parked ON COMMIT DROP AS
WITH accounts AS MATERIALIZED ({accounts})
SELECT DISTINCT ON (o.id) o.id, {row} AS held, e.id IS NOT NULL AS email, n.id IS NOT NULL AS username
FROM accounts AS a JOIN users AS o ON o.id = a.id
LEFT JOIN accounts AS e ON a.new_email AND e.email = o.email AND e.id <> o.id
LEFT JOIN accounts AS n ON a.new_username AND n.username = o.username AND n.id <> o.id
WHERE e.id IS NOT NULL OR n.id IS NOT NULL"""
"""Accounts as they are whose address or name another one is to have."""

_LET_GO: Final = """
UPDATE users AS u SET email = CASE WHEN p.email THEN gen_random_uuid() || '@roster.invalid' ELSE u.email END,
    username = CASE WHEN p.username THEN gen_random_uuid()::text ELSE u.username END
FROM parked AS p WHERE p.id = u.id"""
"""For as long as the transaction needs to write what they are to be."""


def park(connection: psycopg.Connection[Any], accounts: str) -> None:
    """Let go of addresses and names that others are to have.

    Args:
        connection: in the transaction.
        accounts: query that gives of each account that is written or deleted afterwards `id`; `email` and `username`
            that it is to have, or null; `new_email` and `new_username`, whether it gives up what it has.

    Effects: makes `parked`, which `held_row` reads; the accounts in it have none of theirs until they are written.
    """
    connection.execute(sql.SQL(_PARKED).format(row=row_of(USERS, "o"), accounts=sql.SQL(accounts)))
    connection.execute("CREATE INDEX ON parked (id)")
    connection.execute(_LET_GO)


def row_of(shape: Shape, alias: str) -> sql.Composable:
    """Give the expression of a row as the journal keeps it."""
    if not shape.kept:
        return sql.SQL("to_jsonb({})").format(sql.Identifier(alias))
    pairs = [sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(alias, name)) for name in shape.kept]
    return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs))


def held_row(shape: Shape, alias: str) -> sql.Composable:
    """Give the same as it was before anything was let go of."""
    row = row_of(shape, alias)
    if shape is not USERS:
        return row
    parked = sql.SQL("(SELECT k.held FROM parked AS k WHERE k.id = {})").format(sql.Identifier(alias, "id"))
    return sql.SQL("coalesce({}, {})").format(parked, row)
