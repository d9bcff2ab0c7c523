"""The rules that columns of all platforms share; each becomes a CHECK, and NULL passes them all."""

from typing import Final

from sqlalchemy import CheckConstraint

EMAIL: Final = r"^[^@\s]+@[^@\s]+$"
"""What can be an e-mail address; whether mail arrives is not looked at."""

SLUG: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
COUNTRY: Final = "^[A-Z]{2}$"
SHA256: Final = "^[0-9a-f]{64}$"


def one_of(name: str, *values: str) -> CheckConstraint:
    """Close the value list of text column `name`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


def not_negative(*names: str) -> tuple[CheckConstraint, ...]:
    """Refuse values below 0, one rule a column."""
    return tuple(CheckConstraint(f"{name} >= 0", name=name) for name in names)


def positive(*names: str) -> tuple[CheckConstraint, ...]:
    """Refuse 0 and what is below, one rule a column."""
    return tuple(CheckConstraint(f"{name} > 0", name=name) for name in names)


def finite(*names: str) -> tuple[CheckConstraint, ...]:
    """Refuse values below 0, infinity and NaN, which count as greater than every number."""
    return tuple(CheckConstraint(f"{name} >= 0 AND {name} < 'Infinity'", name=name) for name in names)


def within(low: int, high: int, *names: str) -> tuple[CheckConstraint, ...]:
    """Refuse values outside low to high, both allowed; one rule a column."""
    return tuple(CheckConstraint(f"{name} BETWEEN {low} AND {high}", name=name) for name in names)


def ends_after(end: str, start: str, *, name: str | None = None) -> CheckConstraint:
    """Refuse an end before its start; equal is allowed, and either may be missing.

    Args:
        end: column of the end.
        start: column of the start.
        name: of the rule, where it is not `end_after_start` without their `_at` or `_date`.
    """
    said = [column.removesuffix("_at").removesuffix("_date") for column in (end, start)]
    return CheckConstraint(f"{end} >= {start}", name=name or "_after_".join(said))


def shaped(name: str, pattern: str) -> CheckConstraint:
    """Refuse text that the PostgreSQL regular expression does not match."""
    return CheckConstraint(f"{name} ~ '{pattern}'", name=name)


def set_exactly_when(name: str, condition: str) -> CheckConstraint:
    """Refuse a value where the condition is false, and a missing one where it is true."""
    return CheckConstraint(f"({name} IS NOT NULL) = ({condition})", name=name)
