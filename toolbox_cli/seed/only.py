"""Which tables are loaded when only some are asked for: those, and what they stand on."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.nearby import near
from toolbox_cli.seed.making.domain import Domain

_STANDS_ON: Final = """
SELECT c.relname::text, r.relname::text
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_class AS r ON r.oid = k.confrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relnamespace = %s::text::regnamespace"""

Wanted = Mapping[str, frozenset[str]]
"""Domain to the tables of it that are loaded."""


def check_names(only: Sequence[str], domains: Sequence[Domain]) -> None:
    """Refuse names of tables that no domain fills.

    Raises:
        UsageError: there is such a name.
    """
    known = sorted({table for domain in domains for table in domain.content.TABLES})
    for name in only:
        if name not in known:
            told = near(name, known) or f"There are {', '.join(known)}."
            raise UsageError(f"No table {name!r} is seeded here.", remedy=told)


def wanted_tables(
    connection: psycopg.Connection[Any], schemas: Mapping[str, str], domains: Sequence[Domain], only: Sequence[str]
) -> Wanted:
    """Say which tables of each domain are loaded; all where `only` is empty.

    Args:
        connection: shows which foreign keys there are.
        schemas: platform to schema name.
        domains: what is asked for.
        only: names of tables.
    """
    if not only:
        return {domain.name: frozenset(domain.content.TABLES) for domain in domains}
    stands = {
        platform: connection.execute(_STANDS_ON, (sql.Identifier(schemas[platform]).as_string(),)).fetchall()
        for platform in {domain.platform for domain in domains}
    }
    return {
        domain.name: frozenset(domain.content.TABLES) & _closure(frozenset(only), stands[domain.platform])
        for domain in domains
    }


def _closure(tables: frozenset[str], stands: Sequence[tuple[str, str]]) -> frozenset[str]:
    while more := {on for table, on in stands if table in tables} - tables:
        tables |= more
    return tables
