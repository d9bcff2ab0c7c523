"""Readers of values: each gives what the database takes, or says in words what the value should be."""

import datetime
import ipaddress
import math
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

Reader = Callable[[Any], Any]
"""Gives the value, or raises ValueError with what it should be."""

OLDEST: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
AHEAD: Final = datetime.timedelta(days=1)
"""How far a sender's clock may be ahead."""
MOST: Final = 2**31 - 1

_COUNTRY: Final = re.compile("[A-Z]{2}")


def text(most: int) -> Reader:
    """Read a text of 1 to `most` characters."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= most:
            raise ValueError(f"a text of 1 to {most:,} characters")
        return value

    return read


def whole(least: int = 0, most: int = MOST) -> Reader:
    """Read a whole number."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"a whole number of {least:,} to {most:,}")
        return value

    return read


def number(least: float = -math.inf, most: float = math.inf) -> Reader:
    """Read a number, with or without a fraction."""

    def read(value: Any) -> int | float:
        told = f"a number of {least:g} to {most:g}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(told)
        if not math.isfinite(value) or not least <= value <= most:
            raise ValueError(told)
        return value

    return read


def rounded(least: float, most: float) -> Reader:
    """Read a number with at most two decimals."""
    plain = number(least, most)
    return lambda value: Decimal(str(plain(value))).quantize(Decimal("0.01"))


def truth(value: Any) -> bool:
    """Read a truth value."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def one_of(*values: str) -> Reader:
    """Read one of a closed list."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in values:
            raise ValueError(f"one of {', '.join(values)}")
        return value

    return read


def moment(now: datetime.datetime) -> Reader:
    """Read a moment in ISO 8601 with its zone; from 2000 to a day ahead of `now`."""

    def read(value: Any) -> datetime.datetime:
        try:
            found = datetime.datetime.fromisoformat(value) if isinstance(value, str) else None
            if found is None or found.tzinfo is None:
                raise ValueError
            found = found.astimezone(datetime.UTC)
        except (ValueError, OverflowError):
            raise ValueError("a moment with its zone, such as 2026-11-01T08:30:00Z") from None
        if not OLDEST <= found <= now + AHEAD:
            raise ValueError("a moment from 2000 on that has come")
        return found

    return read


def key(value: Any) -> str:
    """Read a UUID."""
    try:
        return str(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise ValueError("a UUID") from None


def address(value: Any) -> str:
    """Read a network address of version 4 or 6."""
    try:
        found = ipaddress.ip_address(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("a network address") from None
    if getattr(found, "scope_id", None):
        raise ValueError("a network address without a zone")
    return str(found)


def country(value: Any) -> str:
    """Read a country's code."""
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
        raise ValueError("a country's code of two capital letters")
    return value


def document(value: Any) -> dict[str, Any]:
    """Read an object of JSON."""
    if not isinstance(value, dict) or not _finite(value):
        raise ValueError("an object of finite numbers, texts, lists and objects")
    return value


def documents(value: Any) -> list[dict[str, Any]]:
    """Read a list of objects."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value) or not _finite(value):
        raise ValueError("a list of objects")
    return value


def identifier(value: Any) -> str:
    """Read what a sender calls an event: a text of up to 200 characters, or a whole number as one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    found: str = text(200)(value)
    return found


def module(value: Any) -> int | str:
    """Read a module's number or slug."""
    if isinstance(value, str):
        slug: str = text(100)(value)
        return slug
    found: int = whole(1)(value)
    return found


def _finite(value: Any) -> bool:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, float) and not math.isfinite(one):
            return False
    return True
