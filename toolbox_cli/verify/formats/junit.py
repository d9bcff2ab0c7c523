"""JUnit XML: one suite a part and platform, one testcase a case.

Source: the schema that Jenkins publishes for its xUnit plugin; GitHub, GitLab and Azure read the same.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final
from xml.etree import ElementTree  # noqa: S405  written, never read

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.verify.cases import Case, Outcome

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold."""


def as_junit(cases: Sequence[Case]) -> str:
    """Give the document as text."""
    root = ElementTree.Element("testsuites", {"name": "toolbox verify", **_totals(cases)})
    for (part, platform), members in groupby(cases, key=lambda case: (case.part, case.platform)):
        listed = list(members)
        name = ".".join(filter(None, (part, platform)))
        suite = ElementTree.SubElement(root, "testsuite", {"name": name, **_totals(listed)})
        for case in listed:
            suite.append(_testcase(name, case))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _totals(cases: Sequence[Case]) -> dict[str, str]:
    failed, skipped = (sum(case.outcome is one for case in cases) for one in (Outcome.FAILED, Outcome.SKIPPED))
    return {"tests": str(len(cases)), "failures": str(failed), "errors": "0", "skipped": str(skipped)}


def _testcase(suite: str, case: Case) -> ElementTree.Element:
    made = ElementTree.Element("testcase", classname=suite, name=_clean(f"{case.object}: {case.claim}"))
    told = "\n".join(_line(finding) for finding in case.findings)
    if case.outcome is Outcome.FAILED:
        worst = _worst(case.findings)
        kind = worst.code if worst else "failed"
        message = _line(worst) if worst else case.detail or case.claim
        failure = ElementTree.SubElement(made, "failure", type=kind, message=_clean(message))
        failure.text = _clean(told or message)
    elif case.outcome is Outcome.SKIPPED:
        ElementTree.SubElement(made, "skipped", message=_clean(case.detail or "not tried"))
    how = case.detail if case.outcome is Outcome.PASSED else None
    if case.outcome is not Outcome.FAILED and (words := "\n".join(filter(None, (how, told)))):
        ElementTree.SubElement(made, "system-out").text = _clean(words)
    return made


def _worst(findings: Iterable[Finding]) -> Finding | None:
    order = list(Severity)
    return max(findings, key=lambda finding: order.index(finding.severity), default=None)


def _line(finding: Finding) -> str:
    what = " ".join(filter(None, (finding.object, finding.field)))
    place = f" ({finding.file}:{finding.line})" if finding.file else ""
    return f"{finding.severity}: {finding.code}: {what}: expected {finding.expected}, found {finding.found}{place}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
