"""Opens a platform of LTI Advantage by our private key."""

import datetime
from collections.abc import Sequence

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.client import Client
from toolbox_cli.lms.settings.launches import Launched, strays
from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.lti.platform import Context, Platform, opened
from toolbox_cli.lms.sources.lti.source import Lti


def open(connection: Connection) -> Lti:
    """Open it; without a secret, for whoever asks nothing but what it can't know."""
    settings = connection.settings
    contexts = [_context(connection.base_url, one) for one in settings.contexts]
    roles = {word.lower(): role for word, role in settings.roles.items()}
    client = _client(connection, contexts)
    return Lti(client, contexts, roles=roles, zone=settings.zone or datetime.UTC)


def _client(connection: Connection, contexts: Sequence[Context]) -> Client:
    settings = connection.settings
    if not connection.token_url:
        raise ConfigurationError("The integration has no token URL, and LTI names no usual one.")
    if connection.secret is None:
        return Client(connection.base_url)
    platform = Platform(
        connection.base_url, connection.token_url, connection.client, connection.opened_secret, settings.key_id,
        settings.audience,
    )  # fmt: skip
    return opened(
        platform, contexts, limits=connection.limits, clock=connection.clock, ca_file=settings.ca_file
    )  # fmt: skip


def _context(base_url: str, launched: Launched) -> Context:
    """Look again at where tokens would go: others may write to the table."""
    for url in strays(base_url, launched):
        raise ConfigurationError(f"{url}, of the course {launched.course}, is not on the platform's server.")
    return Context(launched.course, launched.members, launched.lineitems, launched.title)
