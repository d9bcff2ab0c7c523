"""The report that bills are made from: what each institution used and, where there are rates, what it comes to."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from toolbox_cli.analytics.reporting.measures import billing as measures
from toolbox_cli.analytics.reporting.rates import PERSONS, UNITS, Rates, amount
from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry
from toolbox_cli.analytics.reporting.reports.persons import guarded
from toolbox_cli.analytics.reporting.told import HIDDEN, Chart, Field, Figure, Row, Section, Shape, Unit, Value

TITLE: Final = "Billing"
DATASETS: Final = (
    "usage-events", "lms-enrollments", "lms-integrations", "lms-sync-runs", "module-events", "module-progress",
    "module-students", "universities",
)  # fmt: skip

SMALL: Final = "Small institution"
_PLATFORM: Final = ("active_person", "request", "ai_second", "sync")
_MODULES: Final = ("active_student", "module_event", "module_completed")

Use = dict[str, dict[str, Value]]
"""Institution to unit to quantity."""


def tell(inquiry: Inquiry, rates: Rates | None = None) -> tuple[tuple[Figure, ...], tuple[Section, ...]]:
    """Give its figures and sections."""
    uses = (("platform", "Learning platform", _platform(inquiry), _PLATFORM),
            ("modules", "Training modules", _modules(inquiry), _MODULES))  # fmt: skip
    lines = [line for _, title, use, units in uses for line in _lines(title, use, units, rates)]
    sections = [_used(name, title, use, units) for name, title, use, units in uses]
    if rates:
        sections = [_totals(lines, rates), _bill(lines, rates), *sections]
    return tuple(_figures(uses, lines, rates)), tuple(sections)


def _figures(uses: Any, lines: list[Row], rates: Rates | None) -> Iterator[Figure]:
    institutions = {name for _, _, use, _ in uses for name in use}
    yield Figure("institutions", "Institutions", len(institutions), note="that used something")
    if rates:
        yield Figure("total", f"Total, {rates.currency}", _sum(lines), Unit.MONEY, "of all lines")


def _platform(inquiry: Inquiry) -> Use:
    names = {
        row["integration_id"]: row["institution_name"] or row["name"] or "Unnamed"
        for row in inquiry.rows(measures.institutions)
    }
    used = _by_name(inquiry.rows(measures.platform_use, by=["integration_id"]), "integration_id", names)
    for one in used.values():
        one["ai_second"] = one.pop("ai_ms") // 1000
    told = _guarded(used, "active_person", ("request", "ai_second"))
    for name, row in _by_name(inquiry.rows(measures.syncs), "integration_id", names).items():
        told.setdefault(name, {"active_person": 0, "request": 0, "ai_second": 0})["sync"] = row["sync"]
    return told


def _modules(inquiry: Inquiry) -> Use:
    names = {row["university"]: row["name"] or "Unnamed" for row in inquiry.rows(measures.universities)}
    used = _by_name(inquiry.rows(measures.module_use), "university", names)
    for name, row in _by_name(inquiry.rows(measures.modules_completed), "university", names).items():
        if name in used:
            used[name]["module_completed"] = row["module_completed"]
    return _guarded(used, "active_student", ("module_event", "module_completed"))


def _by_name(rows: list[dict[str, Any]], key: str, names: Mapping[Any, str]) -> dict[str, dict[str, int]]:
    """Add up what belongs to one institution, which may have several connections."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        held = found.setdefault(names.get(row[key], "Unknown"), {})
        for name in row.keys() - {key}:
            held[name] = held.get(name, 0) + int(row[name])
    return dict(sorted(found.items()))


def _guarded(used: Mapping[str, Mapping[str, int]], persons: str, beside: tuple[str, ...]) -> Use:
    rows = [{"institution": name, persons: 0, **dict.fromkeys(beside, 0), **row} for name, row in used.items()]
    told = guarded(rows, by=["institution"], count=persons, beside=list(beside))
    return {str(row.pop("institution")): row for row in told}


def _used(name: str, title: str, use: Use, units: tuple[str, ...]) -> Section:
    rows = tuple(
        {"institution": institution, **{unit: row.get(unit, 0) for unit in units}} for institution, row in use.items()
    )
    fields = (
        Field("institution", "Institution", Unit.WORD),
        *(Field(unit, UNITS[unit], Unit.PERSONS if unit in PERSONS else Unit.COUNT) for unit in units),
    )
    says = (
        "What each institution used; somebody whom several rosters have counts for one of them."
        if name == "platform"
        else "What the students of each university did in modules."
    )
    return Section(name, f"{title}: use", says, fields, rows, Chart(
        Shape.BARS, "institution", (units[0],), f"{UNITS[units[0]]} by institution."
    ))  # fmt: skip


def _lines(product: str, use: Use, units: tuple[str, ...], rates: Rates | None) -> Iterator[Row]:
    for institution, row in use.items() if rates else ():
        assert rates is not None  # noqa: S101  said by the loop
        if row.get(units[0]) is HIDDEN:
            yield {
                "institution": institution, "product": product, "what": SMALL, "quantity": 1,
                "rate": rates.small_institution, "amount": amount(1, rates.small_institution),
            }  # fmt: skip
        for unit in units:
            quantity, price = row.get(unit, 0), rates.price(institution, unit)
            if isinstance(quantity, int) and quantity and price is not None:
                yield {
                    "institution": institution, "product": product, "what": UNITS[unit], "quantity": quantity,
                    "rate": price, "amount": amount(quantity, price),
                }  # fmt: skip


def _bill(lines: list[Row], rates: Rates) -> Section:
    told = [{**line, "rate": None if line["rate"] is None else f"{line['rate']:f}"} for line in lines]
    fields = (
        Field("institution", "Institution", Unit.WORD), Field("product", "Product", Unit.WORD),
        Field("what", "Unit", Unit.WORD), Field("quantity", "Quantity"), Field("rate", "Rate", Unit.WORD),
        Field("amount", f"Amount, {rates.currency}", Unit.MONEY),
    )  # fmt: skip
    return Section(
        "lines", "Lines",
        "One line a unit that has a rate: quantity times rate, in whole cents, halves up. An institution with too few "
        "persons to count has the flat rate of small ones, where there is one.",
        fields, tuple(told),
    )  # fmt: skip


def _totals(lines: list[Row], rates: Rates) -> Section:
    names = list(dict.fromkeys(line["institution"] for line in lines))
    rows: list[Row] = [
        {"institution": name, "amount": _sum([line for line in lines if line["institution"] == name])} for name in names
    ]
    if rows:
        rows.append({"institution": "All", "amount": _sum(lines)})
    fields = (
        Field("institution", "Institution", Unit.WORD), Field("amount", f"Amount, {rates.currency}", Unit.MONEY),
    )  # fmt: skip
    return Section("totals", "Totals", "The sums of each institution's lines, and of all of them.", fields, tuple(rows))


def _sum(lines: list[Row]) -> Decimal:
    return sum((line["amount"] for line in lines if isinstance(line["amount"], Decimal)), Decimal("0.00"))
