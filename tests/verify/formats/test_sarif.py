import json
from typing import Any

from tests.verify.shapes import case, finding
from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.cases import Case
from toolbox_cli.verify.formats.sarif import as_sarif

FILE = "toolbox_cli/models/frames/module.py"


def run(*cases: Case) -> dict[str, Any]:
    document = json.loads(as_sarif(cases))
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("/sarif-schema-2.1.0.json")
    [only] = document["runs"]
    found: dict[str, Any] = only
    return found


def test_a_result_points_at_the_model() -> None:
    made = run(case(finding(file=FILE, line=12, field="type", remedy="Change it back.")))
    [result] = made["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("column-changed", 0, "error")
    assert result["message"]["text"] == "frames.modules.title type: expected text, found json. Change it back."
    [location] = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": FILE}, "region": {"startLine": 12}}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "frames.modules.title"}]


def test_each_code_is_a_rule_once() -> None:
    made = run(case(finding(), finding(field="type")), case(finding(code="table-extra", remedy="Drop it.")))
    rules = made["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["column-changed", "table-extra"]
    assert rules[1] == {"id": "table-extra", "shortDescription": {"text": "Table extra."}, "help": {"text": "Drop it."}}
    assert [result["ruleIndex"] for result in made["results"]] == [0, 0, 1]


def test_severities_are_levels() -> None:
    made = run(*(case(finding(severity=severity)) for severity in Severity))
    assert [result["level"] for result in made["results"]] == ["note", "warning", "error"]


def test_a_finding_keeps_its_fingerprint_when_what_was_found_changes() -> None:
    one, same, other = run(case(finding(found="a")), case(finding(found="b", line=5)), case(finding(field="x")))[
        "results"
    ]
    assert one["partialFingerprints"] == same["partialFingerprints"] != other["partialFingerprints"]


def test_a_clean_run_has_an_empty_list_of_results() -> None:
    made = run(case())
    assert (made["results"], made["tool"]["driver"]["rules"]) == ([], [])
