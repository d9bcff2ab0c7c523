"""Opens Schoology by consumer key and secret."""

from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.schoology.source import Schoology, opened


def open(connection: Connection) -> Schoology:
    """Open it."""
    settings = connection.settings
    client = opened(
        connection.base_url, connection.client, connection.opened_secret,
        limits=connection.limits, clock=connection.clock, ca_file=settings.ca_file,
    )  # fmt: skip
    return Schoology(client, zone=settings.zone, roles=settings.roles)
