"""Cases and findings as the parts of a verification give them."""

from typing import Any

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.verify.cases import Case, Outcome


def finding(path: str = "frames.modules.title", severity: Severity = Severity.ERROR, **more: Any) -> Finding:
    fields = {"code": "column-changed", "expected": "text", "found": "json", **more}
    return Finding(severity=severity, object=path, **fields)


def case(*findings: Finding, outcome: Outcome | None = None, **more: Any) -> Case:
    graves = {one.severity for one in findings}
    came = outcome or (Outcome.FAILED if Severity.ERROR in graves else Outcome.PASSED)
    path = findings[0].object if findings else "frames.modules"
    fields = {"part": "schema", "platform": "frames", "object": path, "claim": "as the models have it", **more}
    return Case(outcome=came, findings=findings, **fields)
