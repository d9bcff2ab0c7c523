"""Opens OneRoster files."""

import datetime
from pathlib import Path

from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.oneroster.csv.source import CsvSource


def open(connection: Connection) -> CsvSource:
    """Open them; settings: zone, roles."""
    return CsvSource(
        Path(connection.base_url), zone=connection.zone or datetime.UTC, roles=connection.roles,
        today=lambda: connection.clock.now().date(),
    )  # fmt: skip
