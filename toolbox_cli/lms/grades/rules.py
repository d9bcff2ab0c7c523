"""What integrations say of their grades."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from toolbox_cli.core.errors import ConfigurationError, UsageError
from toolbox_cli.lms.database import Connection, Row, rows
from toolbox_cli.lms.settings.grading import Rules
from toolbox_cli.lms.settings.reading import read_settings

_PAUSED: Final = "paused until"


@dataclass(frozen=True, slots=True)
class Graded:
    """An integration as its grades need it.

    Attributes:
        left_out: why nothing is done with it at present; None where something is.
    """

    id: uuid.UUID
    name: str
    rules: Rules
    left_out: str | None = None


_READ: Final = """
SELECT id, name, platform_name AS kind, settings, removed_at IS NOT NULL AS removed,
       is_active IS FALSE AS inactive, grade_passback_enabled IS FALSE AS gradeless,
       CASE WHEN paused_until > now() THEN paused_until AT TIME ZONE 'UTC' END AS paused_until
FROM lms_integrations
WHERE CASE WHEN %(said)s::text[] = '{}' THEN removed_at IS NULL
           ELSE name = ANY (%(said)s) OR id::text = ANY (%(said)s) END
ORDER BY name"""
"""The integrations of some names or keys; without any, all that are not removed."""


def read_graded(connection: Connection, said: Sequence[str], *, working: bool = True) -> list[Graded]:
    """Read integrations, by name.

    Args:
        connection: whose search_path begins with the platform's schema.
        said: names or keys; none means all that are not removed.
        working: refuse those named that are switched off or removed, and mind no pause of those named; otherwise each
            is given with `left_out`.

    Raises:
        UsageError: there is none of a name, or it is switched off or removed.
        ConfigurationError: settings can't be used, with all the faults.
    """
    found = rows(connection, _READ, {"said": list(said)})
    known = {name for row in found for name in (row["name"], str(row["id"]))}
    if missing := [one for one in said if one not in known]:
        raise UsageError(
            f"There is no integration {', '.join(missing)}.", remedy="See which there are with: toolbox lms list"
        )
    graded = _read_rules(found)
    return [_working(one) for one in graded] if working and said else graded


def _read_rules(found: Sequence[Row]) -> list[Graded]:
    graded, faults = [], []
    for row in found:
        try:
            settings = read_settings(row["kind"], row["settings"], row["name"])
            graded.append(Graded(row["id"], row["name"], settings.grades, _left_out(row)))
        except ConfigurationError as error:
            faults.append(error)
    if faults:
        raise ConfigurationError(" ".join(error.message for error in faults), remedy=faults[0].remedy)
    return graded


def _left_out(row: Row) -> str | None:
    if row["removed"]:
        return "removed"
    if row["inactive"]:
        return "switched off"
    if row["gradeless"]:
        return "grades are switched off"
    if row["paused_until"]:
        return f"{_PAUSED} {row['paused_until']:%Y-%m-%d %H:%M} UTC"
    return None


def _working(one: Graded) -> Graded:
    """Give one that was named, also where a pause would leave it out."""
    if one.left_out is None or one.left_out.startswith(_PAUSED):
        return replace(one, left_out=None)
    raise UsageError(
        f"Grades of the integration {one.name} go nowhere: {one.left_out}.",
        remedy=f"See how it stands with: toolbox lms show {one.name}",
    )
