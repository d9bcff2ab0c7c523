"""When school is: days in terms, hours there and at home, local times as moments in UTC."""

import datetime
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.making.text import Raw
from toolbox_cli.seed.profiles.shape import Calendar, Hours, Term

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SECOND: Final = datetime.timedelta(seconds=1)


class Span(NamedTuple):
    """A part of a day.

    Attributes:
        start: an aware moment in UTC.
        seconds: how long it is; an hour more or less where the clocks are changed in it.
    """

    start: datetime.datetime
    seconds: int

    def at(self, share: float) -> datetime.datetime:
        """Give the moment, a whole second, at which that share of it is over."""
        return self.start + datetime.timedelta(seconds=int(share * self.seconds))

    @property
    def end(self) -> datetime.datetime:
        return self.start + datetime.timedelta(seconds=self.seconds)


class Day(NamedTuple):
    """A school day.

    Attributes:
        date: the local one.
        school: when there is school.
        home: when students work at home.
    """

    date: datetime.date
    school: Span
    home: Span

    def moment(self, chance: Chance, at_home: float) -> datetime.datetime:
        """Give a moment at school or, in that share of the times, at home."""
        span = self.home if chance.unit() < at_home else self.school
        return span.at(chance.unit())


@lru_cache(maxsize=10_000)
def written(moment: datetime.datetime) -> Raw:
    """Write a moment as COPY takes it: once, where several rows and columns hold it."""
    return Raw(moment.isoformat(" "))


def school_days(
    calendar: Calendar, first: datetime.date, as_of: datetime.date, zone: str, *, least: int = 1
) -> tuple[Day, ...]:
    """List the school days of a time zone that are over.

    Args:
        calendar: the profile's.
        first: the day, in UTC, before which nothing happens.
        as_of: the day, in UTC, on which nothing happens any more.
        zone: its IANA name.
        least: how many days are needed; where fewer lie in terms, school goes on in the holidays.

    Returns:
        The days, earliest first. All that they hold lies between the midnights of `first` and `as_of` in UTC.

    Raises:
        ZoneInfoNotFoundError: the system does not know the zone.
    """
    weekdays = {WEEKDAYS.index(name) for name in calendar.school_days}
    lessons = [day for day in _days(calendar, first, as_of, zone) if day.date.weekday() in weekdays]
    in_term = [day for day in lessons if any(_holds(term, day.date) for term in calendar.terms)]
    return tuple(in_term if len(in_term) >= least else lessons)


def _days(calendar: Calendar, first: datetime.date, as_of: datetime.date, zone: str) -> Iterator[Day]:
    begin, end = (datetime.datetime.combine(day, datetime.time(), datetime.UTC) for day in (first, as_of))
    local = ZoneInfo(zone)
    for number in range(-1, (as_of - first).days + 1):  # east of Greenwich a day begins on the day before
        date = first + datetime.timedelta(days=number)
        day = Day(date, _span(date, calendar.hours, local), _span(date, calendar.homework, local))
        if min(day.school.start, day.home.start) >= begin and max(day.school.end, day.home.end) <= end:
            yield day


def _span(date: datetime.date, hours: Hours, zone: ZoneInfo) -> Span:
    start, end = (_moment(date, hour, zone) for hour in (hours.start, hours.end))
    return Span(start, max(0, (end - start) // _SECOND))


def _moment(date: datetime.date, hour: str, zone: ZoneInfo) -> datetime.datetime:
    return datetime.datetime.combine(date, datetime.time.fromisoformat(hour), zone).astimezone(datetime.UTC)


def _holds(term: Term, date: datetime.date) -> bool:
    day = f"{date.month:02}-{date.day:02}"
    if term.start <= term.end:
        return term.start <= day <= term.end
    return day >= term.start or day <= term.end
