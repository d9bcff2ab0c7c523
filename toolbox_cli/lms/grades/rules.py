"""What an integration's settings say of its grades: `settings.grades`."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from toolbox_cli.core.errors import ConfigurationError, UsageError
from toolbox_cli.lms.database import Connection, Row, rows

ATTEMPTS: Final = 5
"""After so many tries a grade is dead."""
BACKOFF_MINUTES: Final = 15
"""How long a failed grade waits at first; twice as long each time, a day at most."""
LONGEST_LETTER: Final = 5

_PAUSED: Final = "paused until"
_KEYS: Final = frozenset({"policy", "progress", "letters", "bonus", "attempts", "backoff_minutes"})


class Policy(StrEnum):
    """Which of a student's results is the grade."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Progress(StrEnum):
    """What of a student's progress is a result: what is finished, or every percent of it."""

    FINISHED = "finished"
    COMPLETION = "completion"


@dataclass(frozen=True, slots=True)
class Rules:
    """How an integration grades.

    Attributes:
        letters: letter to the least percent that earns it; empty where letters are not used.
        bonus: whether a score may pass the points possible; it is cut there otherwise.
        attempts: how often sending is tried.
        backoff: how long a grade waits after its first failure.
    """

    policy: Policy = Policy.BEST
    progress: Progress = Progress.FINISHED
    letters: Mapping[str, float] = field(default_factory=dict)
    bonus: bool = False
    attempts: int = ATTEMPTS
    backoff: datetime.timedelta = datetime.timedelta(minutes=BACKOFF_MINUTES)


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
SELECT id, name, settings -> 'grades' AS said, removed_at IS NOT NULL AS removed,
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


def read_rules(said: Mapping[str, Any]) -> Rules:
    """Read how an integration grades, as its settings write it.

    Raises:
        ValueError: a value is not one of those that are possible, or there is no such setting.
        TypeError: something has another form.

    Example:
        >>> read_rules({"policy": "last", "letters": {"A": 90, "B": 0}}).policy
        <Policy.LAST: 'last'>
    """
    if not isinstance(said, Mapping):
        raise TypeError("grades is an object")
    if unknown := set(said) - _KEYS:
        raise ValueError(f"grades know no {', '.join(sorted(unknown))}, but {', '.join(sorted(_KEYS))}")
    attempts, minutes = int(said.get("attempts", ATTEMPTS)), float(said.get("backoff_minutes", BACKOFF_MINUTES))
    if attempts < 1 or not 0 <= minutes <= 24 * 60:
        raise ValueError("attempts is 1 or more, backoff_minutes 0 to 1440")
    if not isinstance(said.get("bonus", False), bool):
        raise TypeError("bonus is true or false")
    return Rules(
        Policy(said.get("policy", Policy.BEST)), Progress(said.get("progress", Progress.FINISHED)),
        _letters(said.get("letters", {})), said.get("bonus", False), attempts, datetime.timedelta(minutes=minutes),
    )  # fmt: skip


def _letters(said: Mapping[str, Any]) -> dict[str, float]:
    letters = {letter: float(least) for letter, least in said.items()}
    for letter, least in letters.items():
        if not 1 <= len(letter) <= LONGEST_LETTER or not 0 <= least <= 100:
            raise ValueError(f"a letter has 1 to {LONGEST_LETTER} signs and begins at 0 to 100 percent: {letter!r}")
    return letters


def _read_rules(found: Sequence[Row]) -> list[Graded]:
    graded, faults = [], []
    for row in found:
        try:
            rules = read_rules({} if row["said"] is None else row["said"])
            graded.append(Graded(row["id"], row["name"], rules, _left_out(row)))
        except (ValueError, TypeError, AttributeError) as error:
            faults.append(f"{row['name']}: {error}")
    if faults:
        raise ConfigurationError(f"Settings of grades can't be used: {'; '.join(faults)}.")
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
