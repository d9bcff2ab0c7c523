import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.words import Status
from toolbox_cli.lms.sources.records import Role

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "word", ["siteAdministrator", "Site Administrator", "site_administrator", " SITE-ADMINISTRATOR"]
)
def test_a_role_is_one_however_it_is_written(word: str) -> None:
    assert words.role(word) is Role.ADMIN


@pytest.mark.parametrize("word", ["parent", "Guardian", "relative"])
def test_family_has_no_role(word: str) -> None:
    assert words.role(word) is None


@pytest.mark.parametrize("word", ["", "ext:coach", "students", "learner"])
def test_roles_that_are_not_known(word: str) -> None:
    with pytest.raises(ValueError, match=f"^{word}$"):
        words.role(word)
    assert words.role(word, {words.plain(word): Role.ASSISTANT}) is Role.ASSISTANT


def test_an_integration_may_say_otherwise() -> None:
    assert words.role("Aide", {"aide": Role.TEACHER}) is Role.TEACHER


@given(st.sets(st.sampled_from(Role)))
def test_a_teacher_stays_one(roles: set[Role]) -> None:
    assert words.strongest(roles) in (roles or {None})
    assert (words.strongest(roles) is Role.TEACHER) is (Role.TEACHER in roles)


def test_statuses() -> None:
    assert [words.status(word) for word in ("", "Active", "toBeDeleted", "to_be_deleted", "inactive")] == [
        Status.ACTIVE, Status.ACTIVE, Status.REMOVED, Status.REMOVED, Status.INACTIVE
    ]  # fmt: skip
    with pytest.raises(ValueError, match="gone"):
        words.status("gone")


def test_truth_values() -> None:
    assert [words.boolean(word) for word in ("true", "TRUE", "1", "Yes", "false", "0", "no", "", " ")] == [
        True, True, True, True, False, False, False, None, None
    ]  # fmt: skip
    with pytest.raises(ValueError, match="maybe"):
        words.boolean("maybe")


@given(st.dates())
def test_dates(day: datetime.date) -> None:
    for text in (day.isoformat(), f" {day.isoformat()} ", f"{day.isoformat()}T23:30:00.000Z"):
        assert words.date(text) == day


@pytest.mark.parametrize(
    "word", ["08/20/2026", "20260820", "2026-W34-4", "2026-02-30", "2026-8-2", "now", "٢٠٢٦-٠٨-٢٠"]
)
def test_what_is_no_date(word: str) -> None:
    for read in (words.date, lambda text: words.moment(text, datetime.UTC)):
        with pytest.raises(ValueError, match=r"."):
            read(word)


minutes = st.integers(-14 * 60, 14 * 60).map(lambda count: datetime.timezone(datetime.timedelta(minutes=count)))


@given(st.datetimes(timezones=minutes), st.sampled_from(["T", " "]))
def test_moments_keep_their_instant(moment: datetime.datetime, between: str) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if 1 < moment.year < 9999:
        text = moment.isoformat(between)
        assert words.moment(text, BERLIN) == moment
        assert words.has_zone(text)


def test_days_and_moments_without_a_zone() -> None:
    def utc(*parts: int) -> datetime.datetime:
        return datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[misc,arg-type]

    assert words.moment("2026-09-08", BERLIN) == utc(2026, 9, 7, 22)
    assert words.moment("2026-12-08", BERLIN, end_of_day=True) == utc(2026, 12, 8, 22, 59, 59)
    assert words.moment("2026-09-08T12:00:00", BERLIN) == utc(2026, 9, 8, 10)
    assert words.moment("2026-09-08T12:00:00.000z", BERLIN) == utc(2026, 9, 8, 12)
    assert words.moment("", BERLIN) is None
    assert [words.has_zone(word) for word in ("2026-09-08T12:00", "2026-09-08", "2026-09-08T12:00Z")] == [
        False,
        True,
        True,
    ]
    with pytest.raises(ValueError, match="0001"):
        words.moment("0001-01-01T00:00:00+14:00", BERLIN)


def test_numbers() -> None:
    assert [words.number(word) for word in ("20", "12.50", "-1", "")] == [
        Decimal(20),
        Decimal("12.5"),
        Decimal(-1),
        None,
    ]
    for word in ("NaN", "Infinity", "1e9", "1,5", "٣", "9" * 400):
        with pytest.raises(ValueError, match=r"."):
            words.number(word)


def test_lists_and_grades() -> None:
    assert words.several(" 05, 06 ,,") == ["05", "06"]
    assert words.grades(["05", "06", "05"]) == "05,06"
    assert words.grades([]) is None
