"""The SQL that gives a role what one use needs, and nothing else."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.names import Names, quote
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.access.rights import Right, rights_of
from toolbox_cli.db.access.use import Use

KINDS: Final = ("TABLES", "SEQUENCES", "ROUTINES")

_CONNECT: Final = """
DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO {role}', current_database()); END $$"""

_CREATE: Final = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN CREATE ROLE {role} NOLOGIN; END IF;
END $$"""


def statements(names: Names, use: Use, role: str, *, create: bool = False) -> Iterator[str]:
    """Give the statements, to be run in one transaction by the tables' owner.

    What the role had in these schemas is taken away first, so that a second run, of a newer toolbox or for another
    use, leaves exactly what that one says. Default privileges are not used: they would open columns of tables to come
    that nobody has classified yet.

    Args:
        names: schemas of the database.
        use: what the role is for.
        role: its name, unquoted.
        create: make the role, unable to log in, where it is missing.

    Raises:
        UsageError: the platforms have nothing for this use.
    """
    grantee, rights = quote(role), rights_of(use, names.platforms)
    if create:
        yield _CREATE.format(name="'" + role.replace("'", "''") + "'", role=grantee).strip()
    for platform in (RECORDS, *names.platforms):
        yield from _taken(names.quoted(platform), grantee)
    yield _CONNECT.format(role=grantee.replace("'", "''").replace("%", "%%")).strip()
    for platform in dict.fromkeys(right.platform for right in rights):
        yield f"GRANT USAGE ON SCHEMA {names.quoted(platform)} TO {grantee}"
    yield from _given(names, use, rights, grantee)


def script(names: Names, use: Use, role: str, *, create: bool = False) -> str:
    """Give the statements as a script for psql."""
    body = [f"{statement};" for statement in statements(names, use, role, create=create)]
    return "\n".join(["BEGIN;", *body, "COMMIT;", ""])


def _taken(schema: str, grantee: str) -> Iterator[str]:
    for kind in KINDS:
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {schema} FROM {grantee}"
    yield f"REVOKE ALL ON SCHEMA {schema} FROM {grantee}"


def _given(names: Names, use: Use, rights: tuple[Right, ...], grantee: str) -> Iterator[str]:
    for right in rights:
        yield right.as_sql(names, grantee)
    if programs := {Use.APP: names.platforms, Use.AGENTS: (RECORDS, "toolboxai"), Use.INGEST: ("frames",)}.get(use):
        for platform in (name for name in programs if name in names.schemas):
            yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {names.quoted(platform)} TO {grantee}"
            yield f"GRANT EXECUTE ON ALL ROUTINES IN SCHEMA {names.quoted(platform)} TO {grantee}"
