"""The database that holds agents and their tasks, as commands of this group use it."""

from contextlib import AbstractContextManager
from typing import Final
from uuid import UUID

from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.core.database.target import Target, target_of
from toolbox_cli.core.database.transaction import Connection, Row, rows
from toolbox_cli.core.database.transaction import transaction as platform_transaction
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.runtime import Runtime

__all__ = ["PLATFORM", "PURPOSE", "Connection", "Row", "pace_of", "rows", "target", "transaction", "user_named"]

PLATFORM: Final = "toolboxai"
PURPOSE: Final = "toolbox agents"

_USER: Final = """
SELECT id FROM users WHERE username = %(by)s OR id::text = lower(%(by)s) OR lower(email) = lower(%(by)s)
ORDER BY username = %(by)s DESC LIMIT 1"""


def transaction(
    runtime: Runtime, *, dry_run: bool = False, snapshot: bool = False
) -> AbstractContextManager[Connection]:
    """Open a transaction on the platform's database, as core/database/transaction.py has it."""
    return platform_transaction(runtime, PLATFORM, PURPOSE, dry_run=dry_run, snapshot=snapshot)


def target(runtime: Runtime) -> Target:
    """Give the database that workers work for."""
    return target_of(runtime.settings, runtime.environ, PLATFORM)


def pace_of(runtime: Runtime) -> Pace:
    """Give how often a worker does what it does beside its tasks, as the configuration has it."""
    return Pace(**runtime.settings.agents.pace.model_dump())


def user_named(connection: Connection, by: str) -> UUID:
    """Find a user by sign-in name, address or key.

    Raises:
        InputError: there is none.
    """
    found = rows(connection, _USER, {"by": by})
    if not found:
        raise InputError("There is no such user.", remedy="Name one by sign-in name, e-mail address or key.")
    key: UUID = found[0]["id"]
    return key
