"""What all statements have in common: names that stay the same, and values as the standard writes them."""

import datetime
import json
import math
import uuid
from functools import lru_cache
from typing import Any, Final

from toolbox_cli.analytics.events.xapi import VERBS

HOME: Final = "https://toolbox.invalid"
"""Where accounts are; of a domain that is reserved for what resolves to nothing."""

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, f"{HOME}/xapi")


def verb(iri: str) -> dict[str, Any]:
    """Give a verb of ADL's with its word in English."""
    return {"id": iri, "display": {"en": iri.removeprefix(VERBS)}}


def activity(iri: str, kind: str) -> dict[str, Any]:
    """Give an activity by its address and that of its type."""
    return {"objectType": "Activity", "id": iri, "definition": {"type": kind}}


def actor(name: str | None, platform: str) -> dict[str, Any]:
    """Give whoever did it: an account by the name that leaves, never an address of mail."""
    return {
        "objectType": "Agent",
        "account": {"homePage": f"{HOME}/accounts/{platform}", "name": name or "unknown"},
    }


def identity(*parts: Any) -> str:
    """Give the UUID (version 5) that the same values always have."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(map(_word, parts))))


def identified(statement: dict[str, Any]) -> dict[str, Any]:
    """Name a statement by all that it says: of a row that changes, each state is a statement of its own."""
    told = json.dumps(statement, ensure_ascii=False, sort_keys=True)
    return {"id": str(uuid.uuid5(_NAMESPACE, told)), **statement}


@lru_cache(maxsize=1 << 14)
def registration(session: str) -> tuple[str, bool]:
    """Give the UUID that a sitting is told by, and whether that is its own name already."""
    own = _is_uuid(session)
    return (session.lower() if own else identity("session", session)), own


def _is_uuid(text: str) -> bool:
    try:
        found = uuid.UUID(text)
    except ValueError:
        return False
    return str(found) == text.lower() and found.variant == uuid.RFC_4122


def moment(value: datetime.datetime) -> str:
    """Write a moment as ISO 8601 in UTC, to the millisecond."""
    return value.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration(seconds: float) -> str:
    """Write a length of time as ISO 8601 in the unit that it was measured in, to a hundredth of a second.

    Example:
        >>> duration(90), duration(1.25)
        ('PT90S', 'PT1.25S')
    """
    return f"PT{seconds:.2f}".rstrip("0").rstrip(".") + "S"


def there(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known: statements hold no null, no empty object, and no number that JSON does not have."""
    return {name: value for name, value in values.items() if not _missing(value)}


def _missing(value: Any) -> bool:
    return value is None or value == {} or (isinstance(value, float) and not math.isfinite(value))


def _word(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.datetime) else str(value)
