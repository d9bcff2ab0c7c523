"""Opens OneRoster by REST, however the server lets one in."""

import datetime
from collections.abc import Sequence
from typing import Final, Literal, cast

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.auth import Auth, Basic, Bearer, OAuth1, client_credentials
from toolbox_cli.core.http.client import Client
from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.oneroster.rest.places import places, scopes
from toolbox_cli.lms.sources.oneroster.rest.source import RestSource

_METHODS: Final = ("HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT")


def open(connection: Connection) -> RestSource:
    """Open it; settings: version, gradebook (its address, or "beside" rostering), scopes, signature, zone, roles.

    Rights for the gradebook are asked for where `gradebook` is set: a server may refuse whoever asks for more than
    it grants.
    """
    gradebook = connection.text("gradebook")
    where = places(
        connection.base_url, version=connection.text("version"), gradebook=None if gradebook == "beside" else gradebook
    )
    asked = (connection.text("scopes") or "").split() or scopes(where.version, grades=gradebook is not None)
    client = Client(
        where.rostering, _auth(connection, asked),
        limits=connection.limits, clock=connection.clock, ca_file=connection.ca_file,
    )  # fmt: skip
    return RestSource(
        client, where, zone=connection.zone or datetime.UTC, roles=connection.roles,
        today=lambda: connection.clock.now().date(),
    )  # fmt: skip


def _auth(connection: Connection, asked: Sequence[str]) -> Auth:
    secret = connection.opened_secret
    if connection.auth == "token":
        return Bearer(secret)
    if connection.auth == "basic":
        return Basic(connection.client, secret)
    if connection.auth == "oauth1":
        return OAuth1(connection.client, secret, _method(connection))
    if not connection.token_url:
        raise ConfigurationError("The integration has no token URL, and OneRoster names no usual one.")
    return client_credentials(connection.token_url, connection.client, secret, scopes=asked)


def _method(connection: Connection) -> Literal["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"]:
    said = connection.text("signature") or _METHODS[0]
    if said not in _METHODS:
        raise ConfigurationError(f"The integration's signature is none of {', '.join(_METHODS)}.")
    return cast("Literal['HMAC-SHA1', 'HMAC-SHA256', 'PLAINTEXT']", said)
