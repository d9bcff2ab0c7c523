"""Write a new integration down, its secret encrypted for its place."""

import uuid
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.secrets import Place
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection
from toolbox_cli.lms.integrations.adding.asking import Wanted
from toolbox_cli.lms.sources.opening import API_KEY, CLIENT_SECRET, INSECURE_HTTP, column_of

WITHOUT_AUTH: Final = "token"
"""What stands as the auth of files: the column wants one, and nobody signs in."""

_INSERT: Final = """
INSERT INTO lms_integrations (
    id, name, platform_name, institution_name, base_url, auth_type, client_id, token_endpoint,
    client_secret_encrypted, api_key_encrypted, filters, settings, is_active)
VALUES (
    %(id)s, %(name)s, %(kind)s, %(institution)s, %(base_url)s, %(auth)s, %(client_id)s, %(token_url)s,
    %(client_secret_encrypted)s, %(api_key_encrypted)s, %(filters)s, %(settings)s, true)"""


def refuse_taken(connection: Connection, name: str) -> None:
    """Look before anybody is asked for a secret.

    Raises:
        UsageError: an integration has that name.
    """
    if connection.execute("SELECT FROM lms_integrations WHERE name = %s", [name]).fetchone() is not None:
        raise _taken(name)


def add(connection: Connection, wanted: Wanted, environment: Environment) -> uuid.UUID:
    """Write an integration down.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        wanted: with its secret, where its auth has one.
        environment: for the audit log.

    Returns:
        Its key.

    Raises:
        UsageError: an integration has that name.

    Effects: writes `lms_integrations` and `toolbox.audit_log`; never commits.
    """
    key = uuid.uuid4()
    try:
        connection.execute(_INSERT, _values(wanted, key))
    except psycopg.errors.UniqueViolation:
        raise _taken(wanted.name) from None
    details = {
        "integration": wanted.name, "id": str(key), "kind": wanted.kind.name, "auth": wanted.auth,
        "filters": wanted.filters.as_document(),
    }  # fmt: skip
    command = f"toolbox lms add {wanted.name} --kind {wanted.kind.name}"
    record_change(connection, Change(command, environment, PLATFORM, {"lms_integrations": 1}, details))
    return key


def _values(wanted: Wanted, key: uuid.UUID) -> dict[str, Any]:
    encrypted: dict[str, str | None] = {CLIENT_SECRET: None, API_KEY: None}
    if wanted.auth and wanted.secret and wanted.secrets:
        column = column_of(wanted.auth)
        encrypted[column] = wanted.secrets.encrypt(wanted.secret.get_secret_value(), Place(key, column))
    return {
        "id": key, "name": wanted.name, "kind": wanted.kind.name, "institution": wanted.institution,
        "base_url": wanted.base_url, "auth": wanted.auth or WITHOUT_AUTH, "client_id": wanted.client_id,
        "token_url": wanted.token_url, "filters": Jsonb(wanted.filters.as_document()),
        "settings": Jsonb({INSECURE_HTTP: True} if wanted.insecure_http else {}), **encrypted,
    }  # fmt: skip


def _taken(name: str) -> UsageError:
    return UsageError(
        f"There is an integration {name} already.",
        remedy=f"Choose another name; toolbox lms show {name} tells of that one.",
    )
