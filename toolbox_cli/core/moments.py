"""Moments as people write them: a month, a day, or a day and a time."""

import datetime
import re
from typing import Final

from toolbox_cli.core.errors import UsageError

_MONTH: Final = re.compile(r"\d{4}-\d{2}")


def moment_of(text: str, option: str) -> datetime.datetime:
    """Read a month, a day or a moment; in UTC where nothing else is said, and its beginning.

    Args:
        text: as it was written.
        option: what it was written for.

    Raises:
        UsageError: it is none.

    Example:
        >>> moment_of("2026-10", "--since").isoformat()
        '2026-10-01T00:00:00+00:00'
    """
    given = f"{text}-01" if _MONTH.fullmatch(text) else text
    try:
        moment = datetime.datetime.fromisoformat(given)
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {text!r} is no month, day or moment.",
            remedy="Write it as 2026-10, 2026-10-31 or 2026-10-31T18:00Z.",
        ) from None


def written(moment: datetime.datetime) -> str:
    """Write a moment of UTC so that `moment_of` reads it: a day where it is the beginning of one.

    Example:
        >>> written(moment_of("2026-10", "")), written(moment_of("2026-10-31T18:00Z", ""))
        ('2026-10-01', '2026-10-31T18:00:00+00:00')
    """
    return f"{moment:%Y-%m-%d}" if moment.time() == datetime.time() else moment.isoformat()
