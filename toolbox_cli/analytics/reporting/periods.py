"""The time that a report is of: a week, a month or a term, in UTC."""

import datetime
import re
from dataclasses import dataclass
from typing import Final

from toolbox_cli.analytics.reporting.choices import Span
from toolbox_cli.core.errors import UsageError

_DAY: Final = datetime.timedelta(days=1)
_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_TERM: Final = re.compile(r"(\d{4})-T(\d)")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Period:
    """A week, a month or a term.

    Attributes:
        name: as `--of` takes it, such as 2026-W42, 2026-10 or 2026-T1.
        begins: its first day.
        ends: the first day after it.
    """

    span: Span
    name: str
    begins: datetime.date
    ends: datetime.date

    @property
    def title(self) -> str:
        """The period for people."""
        last = self.ends - _DAY
        if self.span is Span.MONTH:
            return f"{self.begins:%B %Y}"
        days = f"{self.begins:%Y-%m-%d} to {last:%Y-%m-%d}"
        return f"{'week' if self.span is Span.WEEK else 'term'} {self.name}, {days}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends - self.begins).days

    def is_over(self, today: datetime.date) -> bool:
        """Tell whether nothing more can happen in it."""
        return self.ends <= today

    def days_so_far(self, today: datetime.date) -> int:
        """Say how many of its days are over, or begun."""
        return min(self.days, max(0, (today - self.begins).days + 1))


@dataclass(frozen=True, slots=True)
class Terms:
    """How a school year is parted.

    Attributes:
        starts: month and day of each term's first day, in the order of the school year.
    """

    starts: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, starts: str) -> "Terms":
        """Read them as the configuration has them, such as 09-01,01-01,05-01."""
        return cls(tuple((int(start[:2]), int(start[3:])) for start in starts.split(",")))

    def term(self, year: int, number: int) -> Period:
        """Give a term by its school year and its number, from 1."""
        begins = self._first_day(year, number - 1)
        ends = self._first_day(year, number) if number < len(self.starts) else self._first_day(year + 1, 0)
        return Period(Span.TERM, f"{year}-T{number}", begins, ends)

    def holding(self, day: datetime.date) -> Period:
        """Give the term that a day lies in."""
        years, numbers = (day.year, day.year - 1, day.year - 2), range(1, len(self.starts) + 1)
        found = (self.term(year, number) for year in years for number in numbers)
        return next(term for term in found if term.begins <= day < term.ends)

    def _first_day(self, year: int, place: int) -> datetime.date:
        month, day = self.starts[place]
        return datetime.date(year + ((month, day) < self.starts[0]), month, day)


def period_of(span: Span | None, of: str | None, today: datetime.date, terms: Terms) -> Period:
    """Give the period that is asked for; the last whole one where nothing says which.

    Args:
        span: None where the form of `of` says it; a month otherwise.
        of: 2026-W42, 2026-10, 2026-T1, or any day of the period.
        today: in UTC.
        terms: of the school year.

    Raises:
        UsageError: `of` has none of these forms, is another kind of period, or has not begun.
    """
    if of is None:
        return _before(_holding(span or Span.MONTH, today, terms), terms)
    found = _named(of, span, terms)
    if found.begins > today:
        raise UsageError(f"{found.title} has not begun.", remedy=f"The latest one is {_latest(found, today, terms)}.")
    return found


def _named(of: str, span: Span | None, terms: Terms) -> Period:
    try:
        if _DATE.fullmatch(of):
            return _holding(span or Span.MONTH, datetime.date.fromisoformat(of), terms)
        named = _by_form(of, terms)
    except ValueError:
        raise UsageError(f"{of} is not in the calendar.", remedy="Check the number after the year.") from None
    if named is None:
        raise UsageError(
            f"{of!r} names no period.", remedy="Write 2026-W42 for a week, 2026-10 for a month, 2026-T1 for a term."
        )
    if span not in {None, named.span}:
        raise UsageError(f"{of} is a {named.span}, and --period says {span}.", remedy="Leave --period out.")
    return named


def _by_form(of: str, terms: Terms) -> Period | None:
    """Raise ValueError for a number that there is not."""
    if week := _WEEK.fullmatch(of):
        return _holding(Span.WEEK, datetime.date.fromisocalendar(int(week[1]), int(week[2]), 1), terms)
    if month := _MONTH.fullmatch(of):
        return _holding(Span.MONTH, datetime.date(int(month[1]), int(month[2]), 1), terms)
    if term := _TERM.fullmatch(of):
        if not 1 <= int(term[2]) <= len(terms.starts):
            raise ValueError(of)
        return terms.term(int(term[1]), int(term[2]))
    return None


def _holding(span: Span, day: datetime.date, terms: Terms) -> Period:
    if span is Span.TERM:
        return terms.holding(day)
    if span is Span.WEEK:
        begins = day - _DAY * day.weekday()
        year, week, _ = begins.isocalendar()
        return Period(span, f"{year}-W{week:02}", begins, begins + 7 * _DAY)
    begins = day.replace(day=1)
    return Period(span, f"{begins:%Y-%m}", begins, (begins + 31 * _DAY).replace(day=1))


def _before(period: Period, terms: Terms) -> Period:
    return _holding(period.span, period.begins - _DAY, terms)


def _latest(period: Period, today: datetime.date, terms: Terms) -> str:
    return _holding(period.span, today, terms).name
