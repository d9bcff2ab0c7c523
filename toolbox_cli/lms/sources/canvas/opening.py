"""Opens Canvas by an access token."""

import datetime

from toolbox_cli.core.http.auth import Bearer
from toolbox_cli.lms.sources.canvas.source import Canvas, opened
from toolbox_cli.lms.sources.connecting.connection import Connection


def open(connection: Connection) -> Canvas:
    """Open it."""
    settings = connection.settings
    auth = Bearer(connection.opened_secret)
    client = opened(
        connection.base_url, auth, limits=connection.limits, clock=connection.clock, ca_file=settings.ca_file
    )
    return Canvas(client, account=settings.account, zone=settings.zone or datetime.UTC, roles=settings.roles)
