"""How the doctor reports."""

from collections.abc import Sequence
from dataclasses import replace

from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.output import Report, findings_report
from toolbox_cli.db.doctor.check import Examination


def examined(examinations: Sequence[Examination], here: Sequence[Finding]) -> Report:
    """Report all findings, those of the configuration on this machine first.

    Args:
        examinations: one a database.
        here: what was found on this machine.
    """
    findings = [*here, *(found for one in examinations for found in one.findings)]
    counts = {f"{severity.value}s": sum(found.severity is severity for found in findings) for severity in Severity}
    databases = [
        {"database": one.target.label, "reached": one.reached, "not_checked": one.unknown, **one.figures}
        for one in examinations
    ]
    report = findings_report("toolbox.db.doctor/1", findings, **counts, databases=databases)
    return replace(report, note="\n".join(_notes(examinations, counts)))


def status_of(examinations: Sequence[Examination], report: Report) -> Exit:
    """Give the exit status: a database that can't be reached weighs more than what is wrong with others."""
    if not all(one.reached for one in examinations):
        return Exit.UNREACHABLE
    return Exit.DONE if report.ok else Exit.FINDINGS


def _notes(examinations: Sequence[Examination], counts: dict[str, int]) -> list[str]:
    told = ", ".join(f"{number} {name}" for name, number in reversed(counts.items()))
    lines = [f"{told}."]
    for one in examinations:
        lines += [
            f"{one.target.label}: {name.replace('_', ' ')} {_shown(value)}" for name, value in one.figures.items()
        ]
        lines += [f"{one.target.label}: {code} was not checked: {reason}." for code, reason in one.unknown.items()]
    return lines


def _shown(value: object) -> str:
    if value is None:
        return "unknown"
    return f"{value:.1%}" if isinstance(value, float) else f"{value:,}"
