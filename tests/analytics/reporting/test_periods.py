import datetime

import pytest

from toolbox_cli.analytics.reporting.choices import Span
from toolbox_cli.analytics.reporting.periods import Period, Terms, period_of
from toolbox_cli.core.errors import UsageError

THIRDS = Terms.of("09-01,01-01,05-01")
HALVES = Terms.of("08-15,02-10")
TODAY = datetime.date(2026, 11, 21)


def days(period: Period) -> tuple[str, str, str]:
    return period.name, str(period.begins), str(period.ends)


@pytest.mark.parametrize(
    ("span", "of", "told"),
    [
        (None, None, ("2026-10", "2026-10-01", "2026-11-01")),
        (Span.WEEK, None, ("2026-W46", "2026-11-09", "2026-11-16")),
        (Span.TERM, None, ("2025-T3", "2026-05-01", "2026-09-01")),
        (None, "2026-02", ("2026-02", "2026-02-01", "2026-03-01")),
        (None, "2025-12", ("2025-12", "2025-12-01", "2026-01-01")),
        (None, "2026-W01", ("2026-W01", "2025-12-29", "2026-01-05")),
        (None, "2020-W53", ("2020-W53", "2020-12-28", "2021-01-04")),
        (Span.WEEK, "2026-01-01", ("2026-W01", "2025-12-29", "2026-01-05")),
        (None, "2024-02-29", ("2024-02", "2024-02-01", "2024-03-01")),
        (None, "2026-T1", ("2026-T1", "2026-09-01", "2027-01-01")),
        (Span.TERM, "2026-01-01", ("2025-T2", "2026-01-01", "2026-05-01")),
        (Span.TERM, "2025-12-31", ("2025-T1", "2025-09-01", "2026-01-01")),
        (None, "2026-11", ("2026-11", "2026-11-01", "2026-12-01")),
    ],
)
def test_a_period_is_named_by_its_form_or_by_a_day_of_it(
    span: Span | None, of: str | None, told: tuple[str, str, str]
) -> None:
    assert days(period_of(span, of, TODAY, THIRDS)) == told


@pytest.mark.parametrize(
    ("span", "of", "found"),
    [
        (None, "October", "names no period"),
        (None, "2026-13", "is not in the calendar"),
        (None, "2025-W53", "is not in the calendar"),
        (None, "2026-02-30", "is not in the calendar"),
        (None, "2026-T4", "is not in the calendar"),
        (None, "0000-01", "is not in the calendar"),
        (Span.WEEK, "2026-10", "is a month, and --period says week"),
        (None, "2026-12", "December 2026 has not begun"),
        (None, "2026-T2", "has not begun"),
    ],
)
def test_what_is_no_period_is_refused(span: Span | None, of: str, found: str) -> None:
    with pytest.raises(UsageError) as refused:
        period_of(span, of, TODAY, THIRDS)
    assert found in refused.value.message
    assert refused.value.remedy


def test_terms_of_two_halves_part_the_whole_year() -> None:
    day, end = datetime.date(2024, 1, 1), datetime.date(2027, 1, 1)
    while day < end:
        term = HALVES.holding(day)
        assert term.begins <= day < term.ends
        assert HALVES.holding(term.ends).begins == term.ends
        day += datetime.timedelta(days=7)
    assert days(HALVES.term(2025, 2)) == ("2025-T2", "2026-02-10", "2026-08-15")


def test_it_is_over_from_the_day_after_its_last() -> None:
    october = period_of(None, "2026-10", TODAY, THIRDS)
    assert not october.is_over(datetime.date(2026, 10, 31))
    assert october.is_over(datetime.date(2026, 11, 1))
    assert october.days_so_far(datetime.date(2026, 10, 5)) == 5
    assert october.days_so_far(TODAY) == 31
