"""What a manifest tells of a database."""

from typing import Final

import psycopg

_HAS_VERSIONS: Final = "SELECT to_regclass('toolbox.alembic_version') IS NOT NULL"
_REVISIONS: Final = "SELECT version_num::text FROM toolbox.alembic_version ORDER BY 1"

_ROLES: Final = """
SELECT DISTINCT pg_get_userbyid(role)::text FROM (
    SELECT refobjid AS role FROM pg_shdepend AS d JOIN pg_database AS b ON b.oid = d.dbid
    WHERE b.datname = current_database() AND refclassid = 'pg_authid'::regclass
    UNION ALL SELECT relowner FROM pg_class WHERE oid >= 16384
    UNION ALL SELECT nspowner FROM pg_namespace WHERE oid >= 16384
    UNION ALL SELECT proowner FROM pg_proc WHERE oid >= 16384
) AS named ORDER BY 1"""

_EXTENSIONS: Final = "SELECT extname::text FROM pg_extension WHERE oid >= 16384 ORDER BY 1"


def revisions(connection: psycopg.Connection) -> tuple[str, ...]:
    """Give the revisions that a database is at; safe inside a transaction."""
    found = connection.execute(_HAS_VERSIONS).fetchone()
    return _names(connection, _REVISIONS) if found and found[0] else ()


def roles(connection: psycopg.Connection) -> tuple[str, ...]:
    """Name the roles that own something in a database, or may use something."""
    return _names(connection, _ROLES)


def extensions(connection: psycopg.Connection) -> tuple[str, ...]:
    """Name the extensions that were added to a database."""
    return _names(connection, _EXTENSIONS)


def missing_roles(connection: psycopg.Connection, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Say which roles a server does not have."""
    return _missing(connection, wanted, "SELECT rolname::text FROM pg_roles")


def missing_extensions(connection: psycopg.Connection, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Say which extensions a server can't give."""
    return _missing(connection, wanted, "SELECT name::text FROM pg_available_extensions")


def _missing(connection: psycopg.Connection, wanted: tuple[str, ...], query: str) -> tuple[str, ...]:
    return tuple(sorted(set(wanted) - set(_names(connection, query))))


def _names(connection: psycopg.Connection, query: str) -> tuple[str, ...]:
    return tuple(name for (name,) in connection.execute(query))
