"""Encrypt all secrets anew with the installation's first key, or one that its system replaced."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql
from pydantic import SecretStr

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import ConfigurationError, RefusedError, ToolboxError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.secrets import Place, Secrets
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection
from toolbox_cli.lms.sources.opening import SECRET_COLUMNS, Stored, column_of

CODE: Final = "lms-unopened-secret"


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What was encrypted anew: how many secrets of which integrations, by name."""

    secrets: dict[str, int]


def rekey(connection: Connection, secrets: Secrets, environment: Environment) -> Rekeyed:
    """Encrypt every secret of every integration anew.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        secrets: the installation's keys.
        environment: for the audit log.

    Raises:
        ConfigurationError: secrets can't be opened; all of them as findings, and nothing is changed.
        RefusedError: some of them stand where they were not stored.

    Effects: writes `lms_integrations` and `toolbox.audit_log`; never commits.
    """
    done: dict[str, int] = {}
    errors: list[tuple[str, ToolboxError]] = []
    for key, name, *stored in _held(connection):
        for column, value in zip(SECRET_COLUMNS, stored, strict=True):
            if value is None:
                continue
            try:
                _write(connection, key, column, secrets.rotate(value, Place(key, column)))
                done[name] = done.get(name, 0) + 1
            except (ConfigurationError, RefusedError) as error:
                errors.append((name, error))
    if errors:
        raise _unopened(errors)
    if done:
        counts = {"lms_integrations": len(done), "secrets": sum(done.values())}
        record_change(connection, Change("toolbox lms rekey", environment, PLATFORM, counts))
    return Rekeyed(done)


def replace(
    connection: Connection, stored: Stored, auth: str, secret: SecretStr, secrets: Secrets, environment: Environment
) -> Rekeyed:
    """Keep another secret of one integration, which its system gave in the old one's place.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        stored: the integration.
        auth: how it signs in.
        secret: the new one.
        secrets: the installation's keys.
        environment: for the audit log.

    Effects: writes `lms_integrations` and `toolbox.audit_log`; never commits.
    """
    column = column_of(auth)
    _write(connection, stored.id, column, secrets.encrypt(secret.get_secret_value(), Place(stored.id, column)))
    details = {"integration": stored.name, "id": str(stored.id)}
    counts = {"lms_integrations": 1, "secrets": 1}
    command = f"toolbox lms rekey {stored.name}"
    record_change(connection, Change(command, environment, PLATFORM, counts, details))
    return Rekeyed({stored.name: 1})


def _held(connection: Connection) -> list[tuple[Any, ...]]:
    columns = sql.SQL(", ").join(map(sql.Identifier, SECRET_COLUMNS))
    query = sql.SQL(
        "SELECT id, name, {} FROM lms_integrations WHERE num_nonnulls({}) > 0 ORDER BY name FOR UPDATE"
    ).format(columns, columns)
    return connection.execute(query).fetchall()


def _write(connection: Connection, key: uuid.UUID, column: str, value: str) -> None:
    query = sql.SQL("UPDATE lms_integrations SET {} = %s WHERE id = %s").format(sql.Identifier(column))
    connection.execute(query, [value, key])


def _unopened(errors: list[tuple[str, ToolboxError]]) -> ToolboxError:
    findings = [Finding(CODE, Severity.ERROR, name, found=error.message, remedy=error.remedy) for name, error in errors]
    kind = RefusedError if any(isinstance(error, RefusedError) for _, error in errors) else ConfigurationError
    return kind(f"{len(errors):,} secrets can't be opened, and none was encrypted anew.", findings=findings)
