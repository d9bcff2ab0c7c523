import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seed.conftest import shipped_profile
from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.making.calendar import Day, Span, school_days, written
from toolbox_cli.seed.making.text import encode
from toolbox_cli.seed.profiles.shape import Calendar

ZONES = ("America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Honolulu", "Europe/Berlin", "UTC")
FIRST, AS_OF = datetime.date(2025, 11, 20), datetime.date(2026, 11, 20)


def calendar(**changed: Any) -> Calendar:
    return Calendar.model_validate({**shipped_profile("school")["calendar"], **changed})


def midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def hours(span: Span, zone: str) -> tuple[str, str]:
    local = ZoneInfo(zone)
    return f"{span.start.astimezone(local):%H:%M}", f"{span.end.astimezone(local):%H:%M}"


@settings(max_examples=60)
@given(st.sampled_from(ZONES), st.dates(datetime.date(2000, 1, 1), datetime.date(2090, 1, 1)), st.integers(14, 500))
def test_days_are_school_days_in_terms_at_local_hours(zone: str, as_of: datetime.date, length: int) -> None:
    first = as_of - datetime.timedelta(days=length)
    for day in school_days(calendar(), first, as_of, zone, least=0):
        assert day.date.weekday() < 5
        assert "08-24" <= f"{day.date:%m-%d}" <= "12-18" or "01-05" <= f"{day.date:%m-%d}" <= "06-12"
        assert (hours(day.school, zone), hours(day.home, zone)) == (("08:30", "15:00"), ("16:00", "19:30"))
        assert midnight(first) <= day.school.start < day.home.end <= midnight(as_of)
        assert day.school.start.tzinfo is datetime.UTC


def test_every_school_day_of_a_year_is_there() -> None:
    days = [day.date for day in school_days(calendar(), FIRST, AS_OF, "UTC")]
    wanted = [FIRST + datetime.timedelta(days=number) for number in range(365)]
    assert days == [
        day
        for day in wanted
        if day.weekday() < 5 and ("08-24" <= f"{day:%m-%d}" <= "12-18" or "01-05" <= f"{day:%m-%d}" <= "06-12")
    ]


def test_a_day_that_is_not_over_in_utc_does_not_count() -> None:
    (new_york, honolulu) = (
        school_days(calendar(), FIRST, datetime.date(2026, 10, 1), zone)[-1].date
        for zone in ("America/New_York", "Pacific/Honolulu")
    )
    assert new_york == datetime.date(2026, 9, 30)  # until 23:30 in UTC
    assert honolulu == datetime.date(2026, 9, 29)


def test_east_of_greenwich_a_day_begins_on_the_day_before() -> None:
    (first, *_) = school_days(calendar(), datetime.date(2026, 9, 1), datetime.date(2026, 10, 1), "Pacific/Auckland")
    assert first.date == datetime.date(2026, 9, 2)
    assert first.school.start == datetime.datetime(2026, 9, 1, 20, 30, tzinfo=datetime.UTC)


def test_a_term_may_go_over_the_new_year() -> None:
    over = calendar(terms=[{"from": "12-28", "to": "01-06"}])
    days = [day.date for day in school_days(over, datetime.date(2026, 12, 1), datetime.date(2027, 2, 1), "UTC")]
    assert (days[0], days[-1]) == (datetime.date(2026, 12, 28), datetime.date(2027, 1, 6))


@pytest.mark.parametrize(("least", "there"), [(0, 0), (1, 22)])
def test_where_no_term_is_school_goes_on_in_the_holidays(least: int, there: int) -> None:
    days = school_days(calendar(), datetime.date(2026, 7, 1), datetime.date(2026, 7, 31), "UTC", least=least)
    assert len(days) == there


def test_hours_in_which_clocks_change_are_as_long_as_they_are() -> None:
    at_night = calendar(school_days=["sunday"], hours={"from": "00:30", "to": "04:30"}, terms=[YEAR])
    lengths = {
        day.date: day.school.seconds / 3600 for day in school_days(at_night, FIRST, AS_OF, "America/New_York", least=0)
    }
    assert lengths.pop(datetime.date(2026, 3, 8)) == 3
    assert lengths.pop(datetime.date(2026, 11, 1)) == 5
    assert set(lengths.values()) == {4}


YEAR = {"from": "01-01", "to": "12-31"}


def test_moments_are_whole_seconds_at_school_or_at_home() -> None:
    start = datetime.datetime(2026, 9, 1, 12, tzinfo=datetime.UTC)
    day = Day(start.date(), Span(start, 3600), Span(start + datetime.timedelta(hours=4), 60))
    chance = Chance("moments")
    moments = [day.moment(chance, 0.25) for _ in range(4000)]
    at_home = [moment for moment in moments if moment >= day.home.start]
    assert len(at_home) / len(moments) == pytest.approx(0.25, abs=0.03)
    assert {moment.microsecond for moment in moments} == {0}
    assert max(moments) < day.home.end
    assert day.school.start <= min(moments) < max(set(moments) - set(at_home)) < day.school.end
    assert len(set(moments)) > 2000


def test_a_written_moment_is_what_encoding_gives() -> None:
    moment = datetime.datetime(2026, 3, 8, 7, 5, 9, tzinfo=datetime.UTC)
    assert encode([[moment]]) == encode([[written(moment)]]) == b"2026-03-08 07:05:09+00:00\n"
