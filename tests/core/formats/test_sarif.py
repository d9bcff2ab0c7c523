import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.formats.sarif import Result, as_sarif

FILE = "toolbox_cli/models/frames/module.py"


def finding(severity: Severity = Severity.ERROR, **more: Any) -> Finding:
    fields = {"code": "column-changed", "object": "frames.modules.title", "expected": "text", "found": "json", **more}
    return Finding(severity=severity, **fields)


def run(*results: Finding | Result) -> dict[str, Any]:
    document = json.loads(as_sarif([one if isinstance(one, Result) else Result(one) for one in results]))
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("/sarif-schema-2.1.0.json")
    [only] = document["runs"]
    found: dict[str, Any] = only
    return found


def test_a_result_points_at_the_model() -> None:
    made = run(finding(file=FILE, line=12, field="type", remedy="Change it back."))
    [result] = made["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("column-changed", 0, "error")
    assert result["message"]["text"] == "frames.modules.title type: expected text, found json. Change it back."
    [location] = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": FILE}, "region": {"startLine": 12}}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "frames.modules.title"}]


@pytest.mark.parametrize(("file", "uri"), [
    ("a b#c%.yaml", "a%20b%23c%25.yaml"), ("ä/é.md", "%C3%A4/%C3%A9.md"), ("./a.md", "a.md"), ("../a.md", "../a.md"),
    ("a\\b.md", "a/b.md"), (str(Path.cwd() / "a b.md"), "a%20b.md"), ("/else where/a.md", "file:///else%20where/a.md"),
    (os.fsdecode(b"\xff.md"), "%FF.md"),
])  # fmt: skip
def test_a_file_is_an_address_from_where_the_command_runs(file: str, uri: str) -> None:
    [result] = run(finding(file=file, object=file))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_each_code_is_a_rule_once() -> None:
    made = run(finding(), finding(field="type"), finding(code="table-extra", remedy="Drop it."))
    rules = made["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["column-changed", "table-extra"]
    assert rules[1] == {"id": "table-extra", "shortDescription": {"text": "Table extra."}, "help": {"text": "Drop it."}}
    assert [result["ruleIndex"] for result in made["results"]] == [0, 0, 1]


def test_severities_are_levels() -> None:
    made = run(*(finding(severity=severity) for severity in Severity))
    assert [result["level"] for result in made["results"]] == ["note", "warning", "error"]


def test_a_finding_keeps_its_fingerprint_when_what_was_found_changes() -> None:
    one, same, other = run(finding(found="a"), finding(found="b", line=5), finding(field="x"))["results"]
    assert one["partialFingerprints"] == same["partialFingerprints"] != other["partialFingerprints"]


def test_a_fingerprint_is_of_the_finding_alone_unless_more_tells_it_apart() -> None:
    alone, first, second, again = run(
        finding(), Result(finding(), apart="001"), Result(finding(), apart="002"), Result(finding(), apart="001")
    )["results"]
    text = b"column-changed\0frames.modules.title\0None"
    assert alone["partialFingerprints"] == {"toolbox/v1": hashlib.sha256(text).hexdigest()}
    prints = [one["partialFingerprints"]["toolbox/v1"] for one in (alone, first, second, again)]
    assert prints[1] == prints[3]
    assert len(set(prints)) == 3


def test_a_result_carries_what_else_is_told_of_it() -> None:
    [made] = run(Result(finding(), {"revision": "001", "rows": 5}))["results"]
    assert made["properties"] == {"revision": "001", "rows": 5}


def test_a_clean_run_has_an_empty_list_of_results() -> None:
    made = run()
    assert (made["results"], made["tool"]["driver"]["rules"]) == ([], [])
