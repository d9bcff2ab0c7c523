"""Opens OneRoster files."""

import datetime
from pathlib import Path

from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.oneroster.csv.source import CsvSource
from toolbox_cli.lms.sources.oneroster.words import as_plain


def open(connection: Connection) -> CsvSource:
    """Open them."""
    settings = connection.settings
    return CsvSource(
        Path(connection.base_url), zone=settings.zone or datetime.UTC, roles=as_plain(settings.roles),
        today=lambda: connection.clock.now().date(),
    )  # fmt: skip
