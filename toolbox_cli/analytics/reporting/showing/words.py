"""Values as people read them."""

import datetime
from decimal import Decimal
from typing import Final

from toolbox_cli.analytics.reporting.told import HIDDEN, Field, Section, Unit, Value

HIDDEN_WORD: Final = "hidden"
NOTHING: Final = "–"

WHY_HIDDEN: Final = (
    "“hidden” stands where fewer than 10 persons are behind a figure, and where another figure would give such a one "
    "away."
)

ALL_HIDDEN: Final = "Too few persons are behind these figures to tell any of them."
"""In place of a table in which every figure is hidden."""


def word(value: Value, unit: Unit) -> str:
    """Give a value with its unit.

    Example:
        >>> word(0.813, Unit.RATIO), word(1234, Unit.COUNT), word(None, Unit.MS), word(95.0, Unit.SECONDS)
        ('81.3 %', '1,234', '–', '95.0 s')
    """
    if value is HIDDEN:
        return HIDDEN_WORD
    if value is None:
        return NOTHING
    if isinstance(value, int | float | Decimal):
        return _number(value, unit)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def plain(value: Value) -> str | int | float | None:
    """Give a value as JSON has it: money as text, so that it stays exact; null for what is hidden."""
    if value is HIDDEN:
        return None
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def heading(one: Field) -> str:
    """Give a column's heading."""
    return one.title


def shown_note(sections: tuple[Section, ...]) -> str | None:
    """Say why figures are hidden, where some are."""
    return WHY_HIDDEN if any(section.has_hidden for section in sections) else None


def _number(value: float | Decimal, unit: Unit) -> str:
    match unit:
        case Unit.RATIO:
            return f"{100 * value:.1f} %"
        case Unit.MS:
            return f"{value:,.0f} ms"
        case Unit.SECONDS:
            return f"{value:,.1f} s" if value < 600 else f"{value / 60:,.0f} min"
        case Unit.MONEY:
            return f"{value:,.2f}"
        case Unit.NUMBER:
            return f"{value:,.2f}"
        case _:
            return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
