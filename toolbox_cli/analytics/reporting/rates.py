"""What an operator takes for use: prices a unit, from a file of theirs; and lines that add up to the last cent."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toolbox_cli.core.documents import Document, read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, said
from toolbox_cli.core.nearby import near

UNITS: Final[Mapping[str, str]] = {
    "active_person": "Active persons",
    "request": "Requests",
    "ai_second": "Seconds of language models",
    "sync": "Syncs",
    "active_student": "Active students",
    "module_event": "Events in modules",
    "module_completed": "Modules completed",
}
"""What is counted, to how a bill calls it."""

PERSONS: Final = frozenset({"active_person", "active_student"})

_CODE: Final = "bad-rates"
_CENT: Final = Decimal("0.01")
_Price = Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=16, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Prices(_Part):
    """Prices of units; what has none is told and costs nothing."""

    active_person: _Price | None = None
    request: _Price | None = None
    ai_second: _Price | None = None
    sync: _Price | None = None
    active_student: _Price | None = None
    module_event: _Price | None = None
    module_completed: _Price | None = None

    def of(self, unit: str) -> Decimal | None:
        """Give the price of a unit."""
        found: Decimal | None = getattr(self, unit)
        return found


class Rates(_Part):
    """What an operator takes.

    Attributes:
        currency: stands beside amounts, such as EUR.
        rates: of every institution that has none of its own.
        small_institution: for a period of one whose persons are too few to be counted in a report.
        institutions: prices of single ones by name; what these leave out is as in `rates`.
    """

    currency: str = Field(min_length=1, max_length=12)
    rates: Prices
    small_institution: _Price | None = None
    institutions: Mapping[str, Prices] = {}

    def price(self, institution: str, unit: str) -> Decimal | None:
        """Give the price of a unit for an institution."""
        own = self.institutions.get(institution)
        found = own.of(unit) if own else None
        return self.rates.of(unit) if found is None else found


def amount(quantity: Decimal | int, price: Decimal | None) -> Decimal | None:
    """Give what a quantity costs, in whole cents, halves up; None without a price.

    Example:
        >>> amount(3, Decimal("0.335"))
        Decimal('1.01')
    """
    return None if price is None else (Decimal(quantity) * price).quantize(_CENT, ROUND_HALF_UP)


def read_rates(file: Path) -> Rates:
    """Read rates.

    Raises:
        InputError: the file can't be read, or holds something else; with every fault and its place.
    """
    document = read_document(file)
    faults = document.twice_findings(_CODE)
    try:
        rates = Rates.model_validate(document.content)
    except ValidationError as error:
        faults += [_fault(document, item) for item in error.errors(include_url=False)]
    if faults:
        raise InputError(
            f"{file} holds no usable rates.",
            remedy="docs/reports.md shows what such a file looks like.",
            findings=faults,
        )
    return rates


def _fault(document: Document, item: Mapping[str, Any]) -> Finding:
    steps = list(item["loc"])
    if item["type"] == "extra_forbidden":
        known = UNITS if len(steps) > 1 else Rates.model_fields
        return document.finding(_CODE, steps, "there is no such value", at_key=True, remedy=near(steps[-1], known))
    return document.finding(_CODE, steps, said(item))
