"""Moments as whole seconds since 1970: cheap to make, to compare and to write, where rows hold many of them."""

import datetime
from typing import Final

from toolbox_cli.seed.making.text import Raw

Moment = int
"""Seconds since 1970 in UTC."""

DAY_S: Final = 86_400

_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()
_MINUTES: Final = tuple(f"T{minute // 60:02}:{minute % 60:02}:" for minute in range(1440))
_SECONDS: Final = tuple(f"{second:02}+00:00" for second in range(60))
_days: dict[int, str] = {}


def moment_of(told: datetime.datetime) -> Moment:
    """Give an aware datetime as a moment."""
    return int(told.timestamp())


def written(moment: Moment) -> Raw:
    """Write a moment as COPY and JSON take it.

    Example:
        >>> written(1_790_000_000)
        '2026-09-21T14:13:20+00:00'
    """
    day, second = divmod(moment, DAY_S)
    date = _days.get(day)
    if date is None:
        date = _days[day] = datetime.date.fromordinal(_EPOCH + day).isoformat()
    return Raw(date + _MINUTES[second // 60] + _SECONDS[second % 60])


def written_if(moment: Moment | None) -> Raw | None:
    """Write a moment, if there is one."""
    return None if moment is None else written(moment)
