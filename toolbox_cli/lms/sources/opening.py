"""From an integration's row to a source that is ready to be asked."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import class_row
from pydantic import SecretStr

from toolbox_cli.core.errors import ConfigurationError, UsageError
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.secrets import Place, Secrets
from toolbox_cli.lms.settings.reading import read_settings
from toolbox_cli.lms.sources.connecting.addresses import fault_of
from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.connecting.filtering import Filtered
from toolbox_cli.lms.sources.connecting.filters import read_filters
from toolbox_cli.lms.sources.connecting.kinds import KINDS, SYNONYMS, TOKEN, Kind, PublicHalf
from toolbox_cli.lms.sources.source import Source

INSECURE_HTTP: Final = "insecure_http"
"""The setting that says: somebody took it upon them that the system is asked by http."""
API_KEY: Final = "api_key_encrypted"
CLIENT_SECRET: Final = "client_secret_encrypted"  # noqa: S105  the name of a column
SECRET_COLUMNS: Final = (CLIENT_SECRET, API_KEY, "refresh_token_encrypted")

_READ: Final = """
SELECT id, name, platform_name AS kind, base_url, api_version, auth_type AS auth, client_id,
       token_endpoint AS token_url, client_secret_encrypted, api_key_encrypted, filters, settings
FROM lms_integrations WHERE removed_at IS NULL AND (name = %(said)s OR id::text = %(said)s)"""
"""What opens the integration of a name or key."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An integration's row, as far as it says how to connect."""

    id: uuid.UUID
    name: str
    kind: str
    base_url: str
    api_version: str | None
    auth: str
    client_id: str | None
    token_url: str | None
    client_secret_encrypted: str | None = field(repr=False)
    api_key_encrypted: str | None = field(repr=False)
    filters: Mapping[str, Any]
    settings: Mapping[str, Any]


def read_stored(connection: psycopg.Connection[Any], said: str | uuid.UUID) -> Stored:
    """Read the row of an integration that is in use.

    Args:
        connection: whose search_path begins with the platform's schema.
        said: its name or key.

    Raises:
        UsageError: there is none.
    """
    found = connection.cursor(row_factory=class_row(Stored)).execute(_READ, {"said": str(said)}).fetchone()
    if found is None:
        raise UsageError(f"There is no integration {said}.", remedy="See which there are with: toolbox lms list")
    return found


def open_source(
    stored: Stored,
    secrets: Callable[[], Secrets],
    *,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> Source:
    """Open an integration's source; asks nobody yet.

    Args:
        stored: its row.
        secrets: gives the installation's keys, where they are needed: `lambda: open_secrets(settings)`.
        clock: time as the transport sees it.
        limits: of the transport, instead of what the adapter holds right.

    Raises:
        ConfigurationError: it can't be opened as it is stored, or a key is missing.
        RefusedError: its secret was moved there from elsewhere.
    """
    made = replace(_without_secret(stored), clock=clock or Clock(), limits=limits)
    if made.auth is not None:
        made = replace(made, secret=_secret(stored, made.auth, secrets))
    return _opened(stored, made)


def open_unsigned(stored: Stored) -> Source:
    """Open a source that nobody will let in: it can say what it knows, without the installation's keys.

    Raises:
        ConfigurationError: it can't be opened as it is stored.
    """
    made = _without_secret(stored)
    signs = made.auth is not None and kind_of(stored).key is None  # a private key can't be made up
    return _opened(stored, replace(made, secret=SecretStr("-")) if signs else made)


def public_half(stored: Stored, secrets: Callable[[], Secrets]) -> PublicHalf | None:
    """Give what a system needs of the private key that an integration signs in with; None where it has no such key.

    Raises:
        ConfigurationError: there is none, or a key of the installation is missing.
        RefusedError: it was moved there from elsewhere.
    """
    kind, auth = kind_of(stored), auth_of(stored)
    if kind.key is None or auth is None:
        return None
    settings = read_settings(stored.kind, stored.settings, stored.name)
    return kind.public_half(_secret(stored, auth, secrets).get_secret_value(), settings.key_id)


def column_of(auth: str) -> str:
    """Name the column that holds the secret of an auth."""
    return API_KEY if auth == TOKEN else CLIENT_SECRET


def kind_of(stored: Stored) -> Kind:
    """Give the kind of an integration.

    Raises:
        ConfigurationError: there is no adapter for it.
    """
    kind = KINDS.get(stored.kind)
    if kind is None or not kind.offered:
        raise ConfigurationError(f"{stored.name} is of the kind {stored.kind}, and there is no adapter for that.")
    return kind


def auth_of(stored: Stored) -> str | None:
    """Give how an integration signs in; None where it is files.

    Raises:
        ConfigurationError: its kind does not take that.
    """
    kind = kind_of(stored)
    auth = None if kind.files else SYNONYMS.get(stored.auth, stored.auth)
    if auth is not None and auth not in kind.auths:
        raise ConfigurationError(
            f"{stored.name} signs in by {stored.auth}, and {kind.title} takes {', '.join(kind.auths)} here.",
            remedy="Remove it, and add it again with what is taken.",
        )
    return auth


def _without_secret(stored: Stored) -> Connection:
    kind, auth = kind_of(stored), auth_of(stored)
    settings = read_settings(stored.kind, stored.settings, stored.name)
    if settings.version is None and stored.api_version:
        settings = replace(settings, version=stored.api_version)
    _check_addresses(stored, kind, insecure_http=settings.insecure_http)
    return Connection(
        kind.name, stored.base_url, auth, stored.client_id, None, stored.token_url, settings,
        read_filters(stored.filters),
    )  # fmt: skip


def _check_addresses(stored: Stored, kind: Kind, *, insecure_http: bool) -> None:
    """Look again at where the secret would go: others may write to the table."""
    if kind.files:
        if not Path(stored.base_url).is_absolute():
            raise ConfigurationError(f"The path of {stored.name} is not absolute: {stored.base_url}")
        return
    for what, url in (("base URL", stored.base_url), ("token URL", stored.token_url)):
        fault = fault_of(url, insecure_http=insecure_http) if url else None
        if fault:
            raise ConfigurationError(f"The {what} of {stored.name} {fault}.")


def _secret(stored: Stored, auth: str, secrets: Callable[[], Secrets]) -> SecretStr:
    column = column_of(auth)
    encrypted = stored.api_key_encrypted if column == API_KEY else stored.client_secret_encrypted
    if encrypted is None:
        raise ConfigurationError(
            f"{stored.name} has no secret to sign in with.", remedy=f"Give it one: toolbox lms rekey {stored.name}"
        )
    return SecretStr(secrets().decrypt(encrypted, Place(stored.id, column)))


def _opened(stored: Stored, connection: Connection) -> Source:
    source = kind_of(stored).open(connection)
    return Filtered(source, connection.filters) if connection.filters else source
