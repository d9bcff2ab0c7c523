"""Endpoints that only a few persons called: what is told of them would be told of these."""

from pathlib import Path

from tests.analytics.reporting.conftest import Telling
from tests.analytics.reporting.made import at, school, write_export
from toolbox_cli.analytics.reporting.told import HIDDEN


def test_nothing_is_told_of_an_endpoint_that_few_persons_called(tell: Telling, tmp_path: Path) -> None:
    made = school()
    before = tell("operations")
    made["usage-events"] += [
        {
            "event_id": f"few-{number}", "event_type": "api_call", "user": f"s{number % 3}", "method": "POST",
            "endpoint": "/api/v1/consents/revoke", "status_code": 500, "response_time_ms": 7, "happened_at": at(2, 10),
        }
        for number in range(1000)
    ]  # fmt: skip
    told = tell("operations", source=write_export(tmp_path / "few", made))
    [section] = (one for one in told.sections if one.name == "endpoints")
    found = {str(row["request"]): row for row in section.rows}
    few = found.pop("POST /api/v1/consents/revoke")
    assert {few[name] for name in ("calls", "failed", "failing", "refused", "p50", "p95")} == {HIDDEN}
    assert section.rows[-1] is few, "its place among the others would tell how many there are"
    assert [one for one in told.figures if one.name in {"requests", "failed"}] == [
        one for one in before.figures if one.name in {"requests", "failed"}
    ]
    assert not [row for row in found.values() if HIDDEN in row.values()]
