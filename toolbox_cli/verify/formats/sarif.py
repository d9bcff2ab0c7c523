"""SARIF 2.1.0: one result a finding, at the line of the model that it is about.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0; what GitHub's code scanning asks for beyond it.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from toolbox_cli import __version__
from toolbox_cli.core.findings import Finding
from toolbox_cli.verify.cases import Case

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(cases: Sequence[Case]) -> str:
    """Give the document as text."""
    found = [(case, finding) for case in cases for finding in case.findings]
    rules: dict[str, Finding] = {}
    for _, finding in found:
        rules.setdefault(finding.code, finding)
    places = {code: place for place, code in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "toolbox",
                "semanticVersion": __version__,
                "rules": [_rule(code, first) for code, first in rules.items()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(case, finding, places[finding.code]) for case, finding in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, first: Finding) -> dict[str, Any]:
    words = code.replace("-", " ")
    rule: dict[str, Any] = {"id": code, "shortDescription": {"text": f"{words[:1].upper()}{words[1:]}."}}
    if first.remedy:
        rule["help"] = {"text": first.remedy}
    return rule


def _result(case: Case, finding: Finding, rule: int) -> dict[str, Any]:
    what = " ".join(filter(None, (finding.object, finding.field)))
    remedy = f" {finding.remedy}" if finding.remedy else ""
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": f"{what}: expected {finding.expected}, found {finding.found}.{remedy}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"toolbox/v1": _fingerprint(finding)},
        "properties": {"part": case.part, "platform": case.platform},
    }


def _location(finding: Finding) -> dict[str, Any]:
    made: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": finding.object}]}
    if finding.file:
        place = {"uri": finding.file.replace("\\", "/").replace(" ", "%20")}
        made["physicalLocation"] = {"artifactLocation": place, "region": {"startLine": finding.line or 1}}
    return made


def _fingerprint(finding: Finding) -> str:
    """Tell findings apart across runs; what was found may change while it stays the same finding."""
    return hashlib.sha256(f"{finding.code}\0{finding.object}\0{finding.field}".encode()).hexdigest()
