"""Faults as reports: a table for people, JSON and SARIF for programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.content.faults.registry import faults
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.formats.sarif import Result, as_sarif, uri_of
from toolbox_cli.core.output import Column, Report, as_json, as_text
from toolbox_cli.core.streams import speaks_unicode

COLUMNS = (
    Column("place"),
    Column("severity"),
    Column("code"),
    Column("object", "path"),
    Column("found"),
    Column("remedy"),
)


def faults_text(kind: str, found: Sequence[Finding], summary: dict[str, Any], form: Form, out: TextIO) -> str:
    """Give faults in one of the forms, for a stream.

    Args:
        kind: name and version of the report.
        found: in the order in which they are told.
        summary: figures about the whole, beside the numbers of errors and warnings.
        form: which.
        out: the stream.
    """
    if form is Form.SARIF:
        return faults_sarif(found)
    report = faults_report(kind, found, summary)
    return as_json(report, ascii_only=not speaks_unicode(out)) + "\n" if form is Form.JSON else as_text(report, out)


def faults_sarif(found: Iterable[Finding]) -> str:
    """Give faults as SARIF; those of one kind at one object are told apart by their number."""
    seen: Counter[tuple[str, str, str | None]] = Counter()
    results = []
    for one in found:
        same = (one.code, one.object, one.file and uri_of(one.file))
        number = f"#{seen[same]}" if seen[same] else ""
        results.append(Result(one, apart=f"{same[2] or ''}{number}"))
        seen[same] += 1
    return as_sarif(results, {code: fault.title for code, fault in faults().items()})


def faults_report(kind: str, found: Sequence[Finding], summary: dict[str, Any]) -> Report:
    """Make a report of faults; it is ok when none is an error."""
    errors, warnings = (sum(one.severity is each for one in found) for each in (Severity.ERROR, Severity.WARNING))
    items = [{"place": place_of(one), **one.as_item()} for one in found]
    told = {**summary, "errors": errors, "warnings": warnings}
    return Report(kind, items, told, not errors, COLUMNS, note=counted(errors, warnings) if found else None)


def place_of(one: Finding) -> str:
    """Write where something is as editors and terminals understand it."""
    return ":".join(str(part) for part in (one.file, one.line, one.column) if part is not None)


def counted(errors: int, warnings: int) -> str:
    """Say how many there are."""
    return f"{_many(errors, 'error')}, {_many(warnings, 'warning')}."


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
