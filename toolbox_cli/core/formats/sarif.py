"""SARIF 2.1.0: one result a finding, at the line of the file that it is about.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0; what GitHub's code scanning asks for beyond it.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from toolbox_cli import __version__
from toolbox_cli.core.findings import Finding

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Result:
    """One finding, with what else is worth telling of it.

    Attributes:
        properties: further figures and words, by name.
        apart: what tells it from findings of the same code, object and field.
    """

    finding: Finding
    properties: Mapping[str, Any] = field(default_factory=dict)
    apart: str | None = None


def as_sarif(found: Sequence[Result], titles: Mapping[str, str] | None = None) -> str:
    """Give the document as text.

    Args:
        found: results.
        titles: of rules whose codes are no words.
    """
    rules: dict[str, Finding] = {}
    for one in found:
        rules.setdefault(one.finding.code, one.finding)
    places = {code: place for place, code in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "toolbox",
                "semanticVersion": __version__,
                "rules": [_rule(code, first, (titles or {}).get(code)) for code, first in rules.items()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, places[one.finding.code]) for one in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, first: Finding, title: str | None) -> dict[str, Any]:
    words = title or code.replace("-", " ")
    rule: dict[str, Any] = {"id": code, "shortDescription": {"text": f"{words[:1].upper()}{words[1:]}."}}
    if first.remedy:
        rule["help"] = {"text": first.remedy}
    return rule


def _result(one: Result, rule: int) -> dict[str, Any]:
    finding = one.finding
    what = " ".join(filter(None, (finding.object, finding.field)))
    remedy = f" {finding.remedy}" if finding.remedy else ""
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": f"{what}: {_told(finding)}.{remedy}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"toolbox/v1": _fingerprint(one)},
        "properties": dict(one.properties),
    }


def _told(finding: Finding) -> str:
    return str(finding.found) if finding.expected is None else f"expected {finding.expected}, found {finding.found}"


def _location(finding: Finding) -> dict[str, Any]:
    made: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": finding.object}]}
    if finding.file:
        place = {"uri": uri_of(finding.file)}
        region = {"startLine": finding.line or 1} | ({"startColumn": finding.column} if finding.column else {})
        made["physicalLocation"] = {"artifactLocation": place, "region": region}
    return made


def uri_of(file: str) -> str:
    """Give a file's address: relative to where the command runs, which is a repository's root in code review."""
    path, here = Path(file.replace("\\", "/")), Path.cwd()
    if path.is_absolute() and not path.is_relative_to(here):
        return path.as_uri()
    return quote(os.fsencode(path.relative_to(here) if path.is_absolute() else path))


def _fingerprint(one: Result) -> str:
    """Tell findings apart across runs; what was found may change while it stays the same finding."""
    finding = one.finding
    apart = "" if one.apart is None else f"\0{one.apart}"
    return hashlib.sha256(os.fsencode(f"{finding.code}\0{finding.object}\0{finding.field}{apart}")).hexdigest()
