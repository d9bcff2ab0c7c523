"""The record of every change that a command made, written in the transaction of the change."""

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import RECORDS, Environment

try:
    import pwd
except ImportError:  # not a Unix
    pwd = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Change:
    """What a command changed.

    Attributes:
        command: the command with its options, without secrets and personal data.
        environment: what kind of installation it ran in.
        platform: the platform that was changed; None for what concerns the whole database.
        counts: rows changed, by what they are.
        details: what else tells of the change; neither secrets nor personal data.
        actor: person or job on whose behalf it ran, where that is not who ran it.
    """

    command: str
    environment: Environment
    platform: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    actor: str | None = None


def record_change(connection: psycopg.Connection, change: Change) -> None:
    """Write a change to `toolbox.audit_log`.

    Args:
        connection: in the transaction of the change; of an SQLAlchemy connection, `connection.driver_connection`.
        change: what was changed.

    Raises:
        RefusedError: the database has no audit log; the transaction can only be rolled back.

    Effects: one INSERT; never commits.
    """
    try:
        connection.execute(*_insertion(change))
    except psycopg.errors.UndefinedTable as error:
        raise RefusedError(
            "The database has no audit log, and nothing is changed without a record.",
            remedy="Make it with: toolbox db upgrade",
        ) from error


def record_as_sql(connection: psycopg.Connection, change: Change) -> str:
    """Give the statement of `record_change` as text, for a transaction that another program runs.

    Args:
        connection: to any server; it is not used but for the rules of quoting.
        change: what is changed.
    """
    return psycopg.ClientCursor(connection).mogrify(*_insertion(change))


def _insertion(change: Change) -> tuple[sql.Composed, dict[str, Any]]:
    row = {
        "command": change.command,
        "environment": change.environment.value,
        "platform": change.platform,
        "counts": Jsonb(dict(change.counts)),
        "details": Jsonb(dict(change.details)),
        "actor": change.actor,
        "os_user": os_user(),
        "tool_version": __version__,
    }
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(RECORDS, "audit_log"),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    return statement, row


def os_user() -> str | None:
    """Name the account that this process runs as; None where it has no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name if pwd else getpass.getuser()
    except (KeyError, OSError):
        return None
