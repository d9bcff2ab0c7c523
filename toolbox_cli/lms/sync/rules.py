"""What an integration's settings say of its syncs."""

import datetime
import uuid
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from toolbox_cli.core.errors import ConfigurationError, UsageError

KINDS: Final = ("course", "user", "enrollment", "assignment")
ACCOUNTS: Final = frozenset({"student", "teacher", "assistant", "admin"})
FULL_SYNC_DAYS: Final = 7
OVERLAP_MINUTES: Final = 60
"""What changed that long before the last look is read again: views at the other side lag, and clocks differ."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be lost at once; going over both holds a run.

    Attributes:
        percent: of what stands there, 0 to 100.
        rows: however many stand there.
    """

    percent: float = 10
    rows: int = 20

    def trips(self, held: int, lost: int) -> bool:
        """Tell whether a loss is over both."""
        return lost > self.rows and lost * 100 > held * self.percent


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an integration: one for everything, others by kind."""

    usual: Limit = Limit()
    kinds: Mapping[str, Limit] = field(default_factory=dict)

    def of(self, kind: str) -> Limit:
        """Give the limit of a kind."""
        return self.kinds.get(kind, self.usual)


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
SELECT id, name, roster_sync_enabled IS NOT FALSE AS rosters, content_sync_enabled IS NOT FALSE AS contents,
       settings, cursor_at, last_full_sync_at, is_active IS NOT FALSE AND removed_at IS NULL AS usable
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
    settings = row["settings"]
    try:
        return Integration(
            row["id"], row["name"], row["rosters"], row["contents"], read_limits(settings.get("limits", {})),
            _accounts(settings.get("accounts", ["student", "teacher"])), _zone(settings.get("zone", "UTC")),
            row["cursor_at"], row["last_full_sync_at"], float(settings.get("full_sync_days", FULL_SYNC_DAYS)),
            datetime.timedelta(minutes=float(settings.get("overlap_minutes", OVERLAP_MINUTES))),
        )  # fmt: skip
    except (TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"The settings of the integration {row['name']} can't be used: {error}.") from None


def read_limits(said: Mapping[str, Any]) -> Limits:
    """Read limits as settings write them: `{"percent": 10, "rows": 20, "user": {"percent": 5}}`.

    Raises:
        ValueError: one is no number, below 0 or over 100 percent, or of no kind.
        TypeError: something has another form.
    """
    unknown = set(said) - {"percent", "rows", *KINDS}
    if unknown:
        raise ValueError(f"there are no limits of {', '.join(sorted(unknown))}")
    usual = _limit(said, Limit())
    return Limits(usual, {kind: _limit(said[kind], usual) for kind in KINDS if kind in said})


def _limit(said: Mapping[str, Any], usual: Limit) -> Limit:
    percent, rows = float(said.get("percent", usual.percent)), int(said.get("rows", usual.rows))
    if not 0 <= percent <= 100 or rows < 0:
        raise ValueError("limits are 0 to 100 percent and 0 rows or more")
    return Limit(percent, rows)


def _accounts(said: Any) -> frozenset[str]:
    roles = frozenset(said)
    if isinstance(said, str) or not roles <= ACCOUNTS:
        raise ValueError(f"accounts is a list of {', '.join(sorted(ACCOUNTS))}")
    return roles


def _zone(said: str) -> str:
    try:
        return zoneinfo.ZoneInfo(said).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise ValueError(f"{said} is no time zone") from None
