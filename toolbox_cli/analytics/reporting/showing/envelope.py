"""A report for programs: the common envelope, an item a section."""

from typing import Final

from toolbox_cli.analytics.reporting.showing.words import plain
from toolbox_cli.analytics.reporting.told import HIDDEN, Row, Section, Told
from toolbox_cli.core.output import Report

KIND: Final = "toolbox.analytics.report/1"


def as_report(told: Told) -> Report:
    """Give the envelope; what is hidden is null and named in its row's `hidden`."""
    period = {
        "name": told.period.name, "span": str(told.period.span), "begins": told.period.begins, "ends": told.period.ends,
    }  # fmt: skip
    summary = {
        "report": told.report, "period": period, "made_at": told.made_at, "source": told.source,
        "notes": list(told.notes), "figures": {one.name: plain(one.value) for one in told.figures},
        "hidden": [one.name for one in told.figures if one.value is HIDDEN],
    }  # fmt: skip
    return Report(KIND, [_item(section) for section in told.sections], summary)


def _item(section: Section) -> dict[str, object]:
    return {
        "section": section.name,
        "title": section.title,
        "says": section.says,
        "fields": [{"name": one.name, "title": one.title, "unit": str(one.unit)} for one in section.fields],
        "rows": [_row(row) for row in section.rows],
    }


def _row(row: Row) -> dict[str, object]:
    hidden = [name for name, value in row.items() if value is HIDDEN]
    return {**{name: plain(value) for name, value in row.items()}, "hidden": hidden}
