"""Opens Blackboard Learn by an application's key and secret."""

import datetime

from toolbox_cli.lms.sources.blackboard.quota import Quota
from toolbox_cli.lms.sources.blackboard.source import Blackboard, opened, signed
from toolbox_cli.lms.sources.connecting.connection import Connection


def open(connection: Connection) -> Blackboard:
    """Open it."""
    settings = connection.settings
    quota = Quota()
    auth = signed(connection.base_url, connection.client, connection.opened_secret, connection.token_url)
    client = opened(
        connection.base_url, auth, quota,
        limits=connection.limits, clock=connection.clock, ca_file=settings.ca_file,
    )  # fmt: skip
    return Blackboard(client, quota, zone=settings.zone or datetime.UTC, roles=settings.roles)
