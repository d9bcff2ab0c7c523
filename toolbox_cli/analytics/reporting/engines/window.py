"""Which rows of a dataset a period's report reads: the same on every engine."""

import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import DateTime, Select, cast, func, literal

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.masking.masks import Cut, Unit
from toolbox_cli.analytics.reporting.periods import Period

WHOLE: Final = frozenset(
    {"modules", "module-students", "universities", "people", "lms-integrations", "lms-enrollments"}
)
"""Datasets of what events speak of: they are read whole, whenever their rows were made."""

_DAY: Final = datetime.timedelta(days=1)


class Window(NamedTuple):
    """Days whose rows count, the last one left out."""

    begins: datetime.date
    ends: datetime.date


def window(dataset: Dataset, period: Period) -> Window | None:
    """Give the days of a dataset's rows that a report of a period reads; None for all of them.

    Where files tell no more than the month of a row, that is all months that the period lies in.
    """
    if dataset.name in WHOLE:
        return None
    if dataset.column(dataset.time).mask == Cut(Unit.MONTH):
        last = (period.ends - _DAY).replace(day=1)
        return Window(period.begins.replace(day=1), (last + 31 * _DAY).replace(day=1))
    return Window(period.begins, period.ends)


def in_window(dataset: Dataset, period: Period) -> Select[Any]:
    """Give the statement that reads those rows from the models' tables."""
    days, statement = window(dataset, period), dataset.select()
    if days is None:
        return statement
    time = dataset.column(dataset.time).value
    return statement.where(time >= _midnight(days.begins), time < _midnight(days.ends))


def _midnight(day: datetime.date) -> Any:
    return func.timezone("UTC", cast(literal(f"{day} 00:00:00"), DateTime()))
