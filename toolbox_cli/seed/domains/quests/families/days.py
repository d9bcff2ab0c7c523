"""Days of families: when parents write, children play, and others work; local times as moments in UTC."""

import datetime
from typing import Final
from zoneinfo import ZoneInfo

from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.moments import DAY_S, Moment, moment_of
from toolbox_cli.seed.profiles.shape import Hours

_DAY: Final = datetime.timedelta(days=1)
_SATURDAY: Final = 5


class Days:
    """The days of a time zone on which something may happen, numbered from 0.

    Attributes:
        count: how many.
    """

    def __init__(self, context: Context, zone: str, count: int) -> None:
        local = ZoneInfo(zone)
        self._first = context.profile.first_day(context.as_of) + _DAY
        self.count = count
        self._begins = [_begin(self._first + number * _DAY, local) for number in range(count)]
        self._afternoon = _seconds(context.profile.calendar.homework)

    def at(self, day: int, second: float) -> Moment:
        """Give a moment by its second of the day, as clocks show it from three in the morning on."""
        return self._begins[day] + int(second)

    def evening(self, day: int, share: float) -> Moment:
        """Give a moment when children sleep and parents write."""
        return self._begins[day] + int(70_200 + 9_000 * share)

    def office(self, day: int, share: float) -> Moment:
        """Give a moment of working hours."""
        return self._begins[day] + int(32_400 + 28_800 * share)

    def playtime(self, day: int, share: float) -> Moment:
        """Give a moment when children play: after school, at weekends most of the day."""
        start, length = self._afternoon if self._weekday(day) < _SATURDAY else (32_400, 32_400)
        return self._begins[day] + int(start + length * share)

    def working(self, day: int) -> int:
        """Give the day or, at a weekend, the Monday after."""
        weekday = self._weekday(day)
        return day if weekday < _SATURDAY else day + 7 - weekday

    def _weekday(self, day: int) -> int:
        return (self._first.weekday() + day) % 7


_known: dict[tuple[str, str], Days] = {}


def days_of(context: Context, zone: str, count: int) -> Days:
    """Give the days of a zone; made once a run."""
    key = (context.run.key, zone)
    if key not in _known:
        _known[key] = Days(context, zone, count)
    return _known[key]


def _begin(date: datetime.date, zone: ZoneInfo) -> Moment:
    return moment_of(datetime.datetime.combine(date, datetime.time(12), zone)) - DAY_S // 2


def _seconds(hours: Hours) -> tuple[int, int]:
    """Give when hours begin, and how long they are, in seconds."""
    start, end = ((int(told[:2]) * 60 + int(told[3:])) * 60 for told in (hours.start, hours.end))
    return start, end - start
