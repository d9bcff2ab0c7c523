"""What asks an engine for a report's figures."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from toolbox_cli.analytics.datasets.registry import named
from toolbox_cli.analytics.reporting.engines.engine import Engine, Row, ask, table
from toolbox_cli.analytics.reporting.measures.measure import Measure
from toolbox_cli.analytics.reporting.periods import Period


@dataclass
class Inquiry:
    """The period that is asked about, the engine that is asked, and what it could not be asked for.

    Attributes:
        today: in UTC.
        missing: names of datasets that a measure needs and the engine does not hold.
    """

    engine: Engine
    period: Period
    today: datetime.date
    missing: set[str] = field(default_factory=set)

    def rows(self, measure: Measure, *given: object, by: Sequence[str] = ()) -> list[Row]:
        """Work a measure out; nothing where a dataset is missing.

        Args:
            measure: what to work out.
            given: what it takes besides its tables.
            by: columns to sort by; engines give rows as they like.
        """
        datasets = named(measure.datasets)
        if absent := [one.name for one in datasets if not self.engine.has(one)]:
            self.missing.update(absent)
            return []
        found = ask(self.engine, measure.make(*map(table, datasets), *given), datasets)
        return sorted(found, key=lambda row: tuple(_rank(row[name]) for name in by)) if by else found

    def row(self, measure: Measure, *given: object) -> Row | None:
        """Work a measure of a single row out."""
        found = self.rows(measure, *given)
        return found[0] if found else None

    def has(self, measure: Measure) -> bool:
        """Tell whether a measure can be worked out at all."""
        return all(self.engine.has(one) for one in named(measure.datasets))

    @property
    def days(self) -> list[datetime.date]:
        """The days that a figure over time has a value for; of a term, the Mondays of its weeks."""
        count = self.period.days_so_far(self.today)
        days = [self.period.begins + datetime.timedelta(days=place) for place in range(count)]
        if self.period.span != "term":
            return days
        return sorted({day - datetime.timedelta(days=day.weekday()) for day in days})


def _rank(value: Any) -> tuple[bool, Any]:
    return value is None, value
