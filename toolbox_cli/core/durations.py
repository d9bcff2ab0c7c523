"""Durations as people write them: `5s`, `250ms`, `2m`."""

import re
from typing import Final

from toolbox_cli.core.errors import UsageError

LONGEST_S: Final = 100 * 366 * 86_400.0
"""A century: what is longer is a slip, and no calendar holds it."""
_UNITS_S: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str) -> float:
    """Read a duration.

    Raises:
        UsageError: it is not a number with ms, s, m, h or d, or is longer than a century.

    Example:
        >>> seconds("250ms"), seconds("5s"), seconds("0")
        (0.25, 5.0, 0.0)
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?", text.strip(), re.ASCII)
    if match is None:
        raise UsageError(f"{text!r} is not a duration.", remedy="Write it as 250ms, 5s, 2m or 1h.")
    found = float(match[1]) * _UNITS_S[match[2] or "s"]
    if found > LONGEST_S:
        raise UsageError(f"{text!r} is longer than a century.", remedy="Write it as 250ms, 5s, 2m or 1h.")
    return found
