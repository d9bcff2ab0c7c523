"""Give a role its rights, in one transaction with the record of it."""

from dataclasses import dataclass
from typing import Final

import psycopg

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import Environment
from toolbox_cli.db.access.rights import Right, rights_of
from toolbox_cli.db.access.statements import statements
from toolbox_cli.db.access.use import Use

COMMAND: Final = "db grant"

_ROLE: Final = "SELECT rolsuper FROM pg_roles WHERE rolname = %s"
_OWNED: Final = """
SELECT format('%%I.%%I', nspname, relname) FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = relnamespace JOIN pg_roles AS r ON r.oid = relowner
WHERE nspname = ANY (%s) AND rolname = %s ORDER BY 1 LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a role was given in one database."""

    target: Target
    use: Use
    role: str
    rights: tuple[Right, ...]


def grant(target: Target, use: Use, role: str, environment: Environment, *, create: bool = False) -> Granted:
    """Give a role exactly what a use needs.

    Args:
        target: which database, with the platforms that the role is for.
        use: what the role is for.
        role: its name, unquoted.
        environment: what kind of installation this is, for the record.
        create: make the role, unable to log in, where it is missing.

    Raises:
        RefusedError: the role is missing, is a superuser or owns the tables; or the schema is not at its newest.
        UsageError: the platforms have nothing for this use.

    Effects: rights in the schemas of `target` and in `toolbox`; writes `toolbox.audit_log`; commits. Idempotent.
    """
    rights = rights_of(use, target.names.platforms)
    with connect(target, autocommit=False, direct=True, purpose=f"toolbox {COMMAND}") as connection:
        _check_role(connection, target, role, create=create)
        try:
            for statement in statements(target.names, use, role, create=create):
                connection.execute(statement)
        except _NOT_THERE as error:
            raise RefusedError(
                f"The database lacks what the rights are for: {error.diag.message_primary}.",
                remedy="Bring it to its newest revision first: toolbox db upgrade",
            ) from error
        record_change(connection, _change(target, use, role, rights, environment))
    return Granted(target, use, role, rights)


_NOT_THERE: Final = (
    psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn
)  # fmt: skip


def _check_role(connection: psycopg.Connection, target: Target, role: str, *, create: bool) -> None:
    found = connection.execute(_ROLE, (role,)).fetchone()
    if found is None and not create:
        raise RefusedError(f"There is no role {role}.", remedy="Make it, or have it made with --create.")
    if found is not None and found[0]:
        raise RefusedError(f"{role} is a superuser: no right can be kept from it.", remedy="Name another role.")
    owned = connection.execute(_OWNED, (list(target.names.schemas.values()), role)).fetchone()
    if owned is not None:
        raise RefusedError(
            f"{role} owns {owned[0]}, and an owner can always do everything.",
            remedy="Name a role that programs connect as, and keep the owner for toolbox.",
        )


def _change(target: Target, use: Use, role: str, rights: tuple[Right, ...], environment: Environment) -> Change:
    platforms = target.names.platforms
    return Change(
        f"{COMMAND} --role {use}",
        environment,
        platforms[0] if len(platforms) == 1 else None,
        counts={"tables": len({(right.platform, right.table) for right in rights})},
        details={"role": role, "platforms": list(platforms)},
    )
