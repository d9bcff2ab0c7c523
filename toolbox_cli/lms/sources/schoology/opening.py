"""Opens Schoology by consumer key and secret."""

from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.schoology.source import Schoology, opened


def open(connection: Connection) -> Schoology:
    """Open it; settings: zone, roles, ca_file."""
    client = opened(
        connection.base_url, connection.client, connection.opened_secret,
        limits=connection.limits, clock=connection.clock, ca_file=connection.ca_file,
    )  # fmt: skip
    return Schoology(client, zone=connection.zone, roles=connection.roles)
