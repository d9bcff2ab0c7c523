"""What a measure is, and the arithmetic that comes out the same on every engine.

Each division is one of float64: engines differ in what they make of decimals and whole numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from toolbox_cli.analytics.reporting.choices import Span


@dataclass(frozen=True)
class Measure:
    """Figures worked out of datasets by one query, written once for all engines.

    Attributes:
        datasets: that it reads, all of one platform.
        make: takes a table of Ibis for each of them, in that order, then what `ask` was given besides; gives a table
            without moments, which clients of engines hand over in zones of their own.
    """

    datasets: tuple[str, ...]
    make: Callable[..., Any]


def measure(*datasets: str) -> Callable[[Callable[..., Any]], Measure]:
    """Make a function a measure over datasets."""
    return lambda make: Measure(datasets, make)


def real(value: Any) -> Any:
    """Give a number as float64."""
    return value.cast("float64")


def ratio(part: Any, whole: Any) -> Any:
    """Divide; null by nothing."""
    return real(part) / real(whole).nullif(real_of(whole, 0.0))


def real_of(beside: Any, value: float) -> Any:
    """Give a constant as float64: some engines read one in the text of a query as a decimal."""
    import ibis  # type: ignore[import-untyped]

    del beside
    return ibis.literal(value, type="float64")


def mean(value: Any) -> Any:
    """Give the mean of what is not null."""
    return real(value).mean()


def percentile(value: Any, share: float) -> Any:
    """Give an interpolated percentile of what is not null."""
    return real(value).quantile(share)


def counted(condition: Any) -> Any:
    """Count the rows that fulfil a condition; 0 where there are none."""
    return condition.ifelse(1, 0).cast("int64").sum().coalesce(0).cast("int64")


def total(value: Any) -> Any:
    """Add up whole numbers."""
    return value.cast("int64").sum().coalesce(0).cast("int64")


def step(moment: Any, span: Span) -> Any:
    """Give the day of a moment or, of a whole term, the Monday of its week."""
    if span is Span.TERM:
        return moment.truncate("W").date()
    return moment.date()
