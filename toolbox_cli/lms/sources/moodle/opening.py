"""Opens Moodle by a web service token."""

import datetime

from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.moodle.source import Moodle
from toolbox_cli.lms.sources.moodle.webservice import opened


def open(connection: Connection) -> Moodle:
    """Open it."""
    settings = connection.settings
    client = opened(connection.base_url, limits=connection.limits, clock=connection.clock, ca_file=settings.ca_file)
    token, zone = connection.opened_secret, settings.zone or datetime.UTC
    return Moodle(client, token, roles=settings.roles, zone=zone)
