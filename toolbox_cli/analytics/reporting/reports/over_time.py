"""Sections whose rows are days."""

from dataclasses import replace
from typing import Any, Final

from toolbox_cli.analytics.reporting.choices import Span
from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry
from toolbox_cli.analytics.reporting.told import Field, Row, Section, Unit

_DAY: Final = Field("day", "Day", Unit.DAY)
_WEEK: Final = Field("day", "Week from", Unit.DAY)


def over_time(inquiry: Inquiry, section: Section) -> Section:
    """Put a row for each day of the period, with zeros where nothing happened, and the day's column first.

    Args:
        inquiry: says the days.
        section: with rows of the days on which something happened, and without a column of days.
    """
    fields = (_WEEK if inquiry.period.span is Span.TERM else _DAY, *section.fields)
    if not section.rows:
        return replace(section, fields=fields)
    held: dict[Any, Row] = {row["day"]: row for row in section.rows}
    nothing = {one.name: 0 if one.unit in {Unit.COUNT, Unit.PERSONS} else None for one in section.fields}
    days = sorted({*inquiry.days, *(day for day in held if day is not None)}, key=str)
    rows: list[Row] = [
        {"day": day, **{one.name: held.get(day, nothing)[one.name] for one in section.fields}} for day in days
    ]
    says = section.says.replace("once a day", "once a week") if inquiry.period.span is Span.TERM else section.says
    return replace(section, fields=fields, rows=tuple(rows), says=says)
