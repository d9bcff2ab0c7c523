"""What an integration's settings say of its syncs."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from toolbox_cli.core.errors import UsageError
from toolbox_cli.lms.settings.limits import Limits
from toolbox_cli.lms.settings.reading import read_settings


@dataclass(frozen=True, slots=True)
class Integration:
    """An integration as its syncs need it.

    Attributes:
        accounts: roles there whose people get an account here.
        cursor_at: from where the next delta is read.
        full_sync_days: after how many days everything is read again.
        overlap: how long before the cursor a delta begins.
    """

    id: uuid.UUID
    name: str
    rosters: bool
    contents: bool
    limits: Limits
    accounts: frozenset[str]
    zone: str
    cursor_at: datetime.datetime | None
    last_full_sync_at: datetime.datetime | None
    full_sync_days: float
    overlap: datetime.timedelta


_READ: Final = """
SELECT id, name, platform_name AS kind, roster_sync_enabled IS NOT FALSE AS rosters,
       content_sync_enabled IS NOT FALSE AS contents, settings, cursor_at, last_full_sync_at,
       is_active IS NOT FALSE AND removed_at IS NULL AS usable
FROM lms_integrations WHERE name = %(said)s OR id::text = %(said)s"""
"""The integration of a name or key."""


def read_integration(connection: psycopg.Connection[Any], said: str | uuid.UUID) -> Integration:
    """Read an integration.

    Args:
        connection: whose search_path begins with the platform's schema.
        said: its name or key.

    Raises:
        UsageError: there is none, or it is switched off or removed.
        ConfigurationError: its settings can't be used.
    """
    row = connection.cursor(row_factory=dict_row).execute(_READ, {"said": str(said)}).fetchone()
    if row is None:
        raise UsageError(f"There is no integration {said}.", remedy="See which there are with: toolbox lms list")
    if not row["usable"]:
        raise UsageError(f"The integration {row['name']} is switched off or removed.")
    settings = read_settings(row["kind"], row["settings"], row["name"])
    return Integration(
        row["id"], row["name"], row["rosters"], row["contents"], settings.limits, settings.accounts,
        settings.zone.key if settings.zone else "UTC", row["cursor_at"], row["last_full_sync_at"],
        settings.full_sync_days, settings.overlap,
    )  # fmt: skip
