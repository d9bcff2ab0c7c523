"""The database that holds what schools' systems said, as commands of this group use it."""

import uuid
from contextlib import AbstractContextManager
from typing import Final, NamedTuple

from toolbox_cli.core.database.transaction import Connection, Row, rows, upgraded
from toolbox_cli.core.database.transaction import transaction as platform_transaction
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.runtime import Runtime

__all__ = ["PLATFORM", "Connection", "Integration", "Row", "integration_named", "rows", "transaction", "upgraded"]

PLATFORM: Final = "toolboxai"

_NAMED: Final = "SELECT id, name FROM lms_integrations WHERE name = %(said)s OR id::text = %(said)s"

_EVERY: Final = "SELECT id, name FROM lms_integrations ORDER BY name"


class Integration(NamedTuple):
    """An integration, by key and name."""

    id: uuid.UUID
    name: str


def transaction(
    runtime: Runtime, purpose: str, *, dry_run: bool = False, snapshot: bool = False
) -> AbstractContextManager[Connection]:
    """Open a transaction on the platform's database, as core/database/transaction.py has it."""
    return platform_transaction(runtime, PLATFORM, purpose, dry_run=dry_run, snapshot=snapshot)


def every_integration(connection: Connection) -> list[Integration]:
    """Give all integrations by name, those that are paused or removed too."""
    return [Integration(**row) for row in rows(connection, _EVERY, {})]


def integration_named(connection: Connection, said: str) -> Integration:
    """Find an integration, also one that is paused or removed.

    Args:
        connection: whose search_path begins with the platform's schema.
        said: its name or key.

    Raises:
        UsageError: there is none.
    """
    found = rows(connection, _NAMED, {"said": said})
    if not found:
        raise UsageError(f"There is no integration {said}.", remedy="See which there are with: toolbox lms list")
    return Integration(**found[0])
