"""The formats that xAPI takes from other standards."""

import datetime
import re
from typing import Any, Final

IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
"""RFC 3987, as far as what must not stand there, and the scheme that must."""

LANGUAGE: Final = re.compile(
    r"(?:[a-zA-Z]{2,3}(?:-[a-zA-Z]{3}){0,3}|[a-zA-Z]{4}|[a-zA-Z]{5,8})"
    r"(?:-[a-zA-Z]{4})?(?:-(?:[a-zA-Z]{2}|\d{3}))?(?:-(?:[a-zA-Z0-9]{5,8}|\d[a-zA-Z0-9]{3}))*"
)
"""RFC 5646: the lengths of its parts, in their order."""

_DURATION: Final = re.compile(
    r"P(?:\d+(?:\.\d+)?W|(?=.)(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?D)?"
    r"(?:T(?=.)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?)"
)
"""ISO 8601:2004, 4.4.3.2."""

_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?")


def is_iri(given: Any) -> bool:
    return isinstance(given, str) and bool(IRI.fullmatch(given))


def is_duration(given: Any) -> bool:
    return isinstance(given, str) and bool(_DURATION.fullmatch(given))


def is_moment(given: Any) -> bool:
    """Tell a moment of RFC 3339 to be one that there is."""
    if not isinstance(given, str) or not _MOMENT.fullmatch(given) or given.endswith("-00:00"):
        return False
    try:
        datetime.datetime.fromisoformat(given)
    except ValueError:
        return False
    return True
