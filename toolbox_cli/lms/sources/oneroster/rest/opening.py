"""Opens OneRoster by REST, however the server lets one in."""

import datetime
from collections.abc import Sequence
from typing import Literal, cast

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.auth import Auth, Basic, Bearer, OAuth1, client_credentials
from toolbox_cli.core.http.client import Client
from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.oneroster.rest.places import places, scopes
from toolbox_cli.lms.sources.oneroster.rest.source import RestSource
from toolbox_cli.lms.sources.oneroster.words import as_plain

_Method = Literal["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"]


def open(connection: Connection) -> RestSource:
    """Open it.

    Rights for the gradebook are asked for where `gradebook` is set: a server may refuse whoever asks for more than
    it grants.
    """
    settings = connection.settings
    beside = None if settings.gradebook == "beside" else settings.gradebook
    where = places(connection.base_url, version=settings.version, gradebook=beside)
    asked = (settings.scopes or "").split() or scopes(where.version, grades=settings.gradebook is not None)
    client = Client(
        where.rostering, _auth(connection, asked),
        limits=connection.limits, clock=connection.clock, ca_file=settings.ca_file,
    )  # fmt: skip
    return RestSource(
        client, where, zone=settings.zone or datetime.UTC, roles=as_plain(settings.roles),
        score_status=settings.score_status, today=lambda: connection.clock.now().date(),
    )  # fmt: skip


def _auth(connection: Connection, asked: Sequence[str]) -> Auth:
    secret = connection.opened_secret
    if connection.auth == "token":
        return Bearer(secret)
    if connection.auth == "basic":
        return Basic(connection.client, secret)
    if connection.auth == "oauth1":
        return OAuth1(connection.client, secret, cast("_Method", connection.settings.signature))
    if not connection.token_url:
        raise ConfigurationError("The integration has no token URL, and OneRoster names no usual one.")
    return client_credentials(connection.token_url, connection.client, secret, scopes=asked)
