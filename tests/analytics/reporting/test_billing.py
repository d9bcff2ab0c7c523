"""What institutions are billed: every line is what it says, and sums are sums to the last cent."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.analytics.reporting.conftest import Telling
from tests.analytics.reporting.made import at, students, write_export
from tests.analytics.reporting.test_reports import rows
from toolbox_cli.analytics.reporting.rates import amount, read_rates
from toolbox_cli.analytics.reporting.showing.envelope import as_report
from toolbox_cli.analytics.reporting.told import HIDDEN
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.output import as_json

RATES = """
currency: EUR
rates: {active_person: 1.15, request: 0.0333, ai_second: "0.005", sync: 0.10, module_event: 0.007}
small_institution: 25
institutions:
  Hill School: {request: 0.02}
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    hill, lake, tiny = students(31, "h"), students(23, "l"), students(4, "t")
    homes = {name: home for home, names in (("i1", hill), ("i2", lake), ("i3", tiny)) for name in names}
    made: dict[str, list[dict[str, Any]]] = {
        "usage-events": [
            {
                "event_id": f"{name}-{number}",
                "user": name,
                "event_type": "page_view",
                "happened_at": at(3),
                "ai_processing_time_ms": 333,
            }
            for name in homes
            for number in range(7)
        ],
        "lms-enrollments": [
            *({"enrollment_id": f"e{name}", "user": name, "integration_id": home} for name, home in homes.items()),
            {"enrollment_id": "twice", "user": "h0", "integration_id": "i2"},
        ],
        "lms-integrations": [
            {"integration_id": "i1", "name": "hill", "institution_name": "Hill School"},
            {"integration_id": "i2", "name": "lake", "institution_name": "Lake School"},
            {"integration_id": "i3", "name": "tiny", "institution_name": "Tiny School"},
        ],
        "lms-sync-runs": [
            {
                "run_id": number,
                "integration_id": "i1",
                "mode": "full",
                "status": "success",
                "started_at": at(1 + number),
            }
            for number in range(3)
        ],
        "module-students": [{"student": name, "university": "u1"} for name in hill],
        "universities": [{"university": "u1", "name": "North University"}],
        "module-events": [
            {"event_id": number, "student": name, "module_id": 1, "happened_at": at(4)}
            for number, name in enumerate(hill)
        ],
        "module-progress": [
            {"progress_id": "p1", "student": "h0", "module_id": 1, "status": "completed", "last_accessed_at": at(4)}
        ],
    }
    return write_export(tmp_path_factory.mktemp("billing"), made)


def test_without_rates_the_lines_tell_use(tell: Telling, used: Path) -> None:
    told = tell("billing", source=used)
    use = {one["institution"]: one for one in rows(told, "platform")}
    assert (use["Hill School"]["active_person"], use["Hill School"]["request"]) == (31, 217)
    assert use["Lake School"]["active_person"] == 23, "who is in two rosters counts for one"
    assert use["Hill School"]["sync"] == 3
    assert {use["Tiny School"][unit] for unit in ("active_person", "request", "ai_second")} == {HIDDEN}
    assert rows(told, "modules")[0]["module_event"] == 31
    assert [one.name for one in told.sections] == ["platform", "modules"]


def test_lines_add_up_to_the_last_cent(tell: Telling, used: Path, tmp_path: Path) -> None:
    (tmp_path / "rates.yaml").write_text(RATES)
    told = tell("billing", source=used, rates=tmp_path / "rates.yaml")
    lines = rows(told, "lines")
    for line in lines:
        assert line["amount"] == amount(line["quantity"], Decimal(str(line["rate"])))  # type: ignore[arg-type]
    sums = {one["institution"]: one["amount"] for one in rows(told, "totals")}
    for name in sums.keys() - {"All"}:
        assert sums[name] == sum(line["amount"] for line in lines if line["institution"] == name)  # type: ignore[misc]
    assert sums["All"] == sum(value for name, value in sums.items() if name != "All")  # type: ignore[misc]
    assert next(one.value for one in told.figures if one.name == "total") == sums["All"]


def test_an_institution_has_its_own_rates_and_a_small_one_a_flat_one(tell: Telling, used: Path, tmp_path: Path) -> None:
    (tmp_path / "rates.yaml").write_text(RATES)
    told = tell("billing", source=used, rates=tmp_path / "rates.yaml")
    found = {(one["institution"], one["what"]): one["amount"] for one in rows(told, "lines")}
    assert found["Hill School", "Requests"] == Decimal("4.34")
    assert found["Lake School", "Requests"] == Decimal("5.36")
    assert found["Hill School", "Active persons"] == Decimal("35.65")
    assert [what for name, what in found if name == "Tiny School"] == ["Small institution"]
    assert found["Tiny School", "Small institution"] == Decimal("25.00")
    assert '"amount": "4.34"' in as_json(as_report(told)), "exact, so as text"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("currency: EUR\nrates: {requets: 1}\n", "there is no such value"),
        ("currency: EUR\nrates: {request: -1}\n", "greater than or equal to 0"),
        ("rates: {}\n", "Field required"),
        ("currency: EUR\nrates: {}\ninstitutions: {Hill School: {sync: much}}\n", "valid decimal"),
        ("- 1\n", "valid dictionary"),
    ],
)
def test_faults_of_rates_are_told_at_their_lines(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "rates.yaml").write_text(text)
    with pytest.raises(InputError) as refused:
        read_rates(tmp_path / "rates.yaml")
    [fault] = refused.value.findings
    assert found in str(fault.found)
    assert fault.line
