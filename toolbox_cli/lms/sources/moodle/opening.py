"""Opens Moodle by a web service token."""

import datetime

from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.moodle.service import opened
from toolbox_cli.lms.sources.moodle.source import Moodle


def open(connection: Connection) -> Moodle:
    """Open it; settings: zone, roles, ca_file."""
    client = opened(connection.base_url, limits=connection.limits, clock=connection.clock, ca_file=connection.ca_file)
    token, zone = connection.opened_secret, connection.zone or datetime.UTC
    return Moodle(client, token, roles=connection.roles, zone=zone)
