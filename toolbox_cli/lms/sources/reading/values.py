"""Values as systems send them in JSON, made ours: exact ids, clean text, aware moments."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from toolbox_cli.core.http.redaction import is_secret

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HARMLESS: Final = re.compile(r"[\w:./+ -]{1,40}")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL's text can't hold: NUL, and halves of a character that JSON's escapes can spell."""


def clean(text: str) -> str:
    """Give text as it is stored: NFC, without NUL and halves of characters, trimmed."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text)).strip()


def is_clean(text: str) -> bool:
    """Tell whether nothing of the text is lost when it is stored."""
    return _UNSTORABLE.search(text) is None


def as_id(value: object) -> str | None:
    """Give an id as text, exactly as it was sent; None for what is none.

    Example:
        >>> as_id(9007199254740993), as_id("_12_1"), as_id(1.5), as_id(True)
        ('9007199254740993', '_12_1', None, None)
    """
    if isinstance(value, str):
        return value.strip() or None if is_clean(value) else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def as_number(value: object) -> Decimal | None:
    """Give a number of points; None for nothing.

    Raises:
        ValueError: it is none, or not one that a gradebook can have.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no number")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError("no number") from None
    if not number.is_finite() or abs(number) >= 10**12:
        raise ValueError("no number")
    return number


def as_flag(value: object) -> bool | None:
    """Give a truth value, which some systems write as 0 and 1, or as text; None for anything else."""
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).strip().casefold())


def as_moment(value: object, zone: datetime.tzinfo) -> datetime.datetime | None:
    """Give a moment in UTC; None for nothing.

    Args:
        value: ISO 8601, with a blank instead of the T too.
        zone: for what has none itself.

    Raises:
        ValueError: it is no moment.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("no moment")
    moment = datetime.datetime.fromisoformat(value.strip())
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(datetime.UTC)
    except OverflowError:
        raise ValueError("no moment") from None


def has_zone(value: object) -> bool:
    """Tell whether a moment that can be read says its zone."""
    return datetime.datetime.fromisoformat(str(value).strip()).tzinfo is not None


def as_date(value: object, zone: datetime.tzinfo) -> datetime.date | None:
    """Give a date, or the date that a moment is on in that zone; None for nothing.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        return datetime.date.fromisoformat(value.strip())
    moment = as_moment(value, zone)
    return moment.astimezone(zone).date() if moment else None


def told(value: object) -> str:
    """Quote a value that may be told; anything longer or odder may be something else in the wrong place."""
    text = str(value)
    return f"`{text}`" if _HARMLESS.fullmatch(text) else "the value"


def without_secrets(sent: Mapping[str, Any], *, but: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Copy an answer without what is secret and without what can't be stored.

    Args:
        sent: an object of JSON.
        but: further fields to leave out, at any depth.
    """
    return {
        _stored(name): _copied(value, but) for name, value in sent.items() if name not in but and not is_secret(name)
    }


def _copied(value: Any, but: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return without_secrets(value, but=but)
    if isinstance(value, list):
        return [_copied(one, but) for one in value]
    return _stored(value) if isinstance(value, str) else value


def _stored(text: str) -> str:
    return _UNSTORABLE.sub("", text)
