"""How a verification is reported, to people and to other programs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from toolbox_cli.core.findings import Severity
from toolbox_cli.core.formats.sarif import Result, as_sarif
from toolbox_cli.core.output import Column, Report, as_json, as_text, put_text
from toolbox_cli.core.streams import speaks_unicode
from toolbox_cli.verify.cases import Outcome
from toolbox_cli.verify.options import Form
from toolbox_cli.verify.run import Verdict
from toolbox_cli.verify.schema.counts import as_text as counts_text


def report_of(verdict: Verdict) -> Report:
    """Report the findings, the gravest first."""
    columns = [Column(key) for key in ("severity", "code", "object", "field", "expected", "found")]
    items = [finding.as_item() for finding in verdict.findings]
    return Report("toolbox.verify/1", items, _summary(verdict), verdict.ok, columns, note="\n".join(_notes(verdict)))


def text_of(verdict: Verdict, form: Form, out: TextIO) -> str:
    """Give a verdict in one of the forms, for a stream or a file."""
    if form is Form.JUNIT:
        from toolbox_cli.verify.formats.junit import as_junit  # imports XML

        return as_junit(verdict.cases)
    if form is Form.SARIF:
        return as_sarif([*_results(verdict)])
    report = report_of(verdict)
    if form is Form.JSON:
        return as_json(report, ascii_only=not speaks_unicode(out)) + "\n"
    return as_text(report, out)


def put(verdict: Verdict, form: Form, out: TextIO, file: Path | None) -> None:
    """Write a verdict to `out`, or instead of that into a file, which is there whole or stays as it was.

    Raises:
        OutputError: the file can't be written.
    """
    put_text(partial(text_of, verdict, form), out, file)


def in_short(verdict: Verdict) -> str:
    """Say in a line how it went."""
    counted = _counts(verdict)
    told = [_many(counted[f"{one}s"], one) for one in ("error", "warning", "note")]
    told += [f"{counted[name]:,} {name}" for name in ("ignored", "accepted") if counted[name]]
    return f"{', '.join(told)} in {_many(counted['cases'], 'case')}."


def _results(verdict: Verdict) -> Iterator[Result]:
    for case in verdict.cases:
        for finding in case.findings:
            yield Result(finding, {"part": case.part, "platform": case.platform})


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _counts(verdict: Verdict) -> dict[str, int]:
    outcomes = {one.value: sum(case.outcome is one for case in verdict.cases) for one in Outcome}
    severities = {f"{one.value}s": sum(found.severity is one for found in verdict.findings) for one in Severity}
    return {
        "cases": len(verdict.cases), **outcomes, **dict(reversed(severities.items())),
        "ignored": verdict.ignored, "accepted": verdict.accepted,
    }  # fmt: skip


def _summary(verdict: Verdict) -> dict[str, Any]:
    told = {place: {part: facts for part, facts in parts.items() if facts} for place, parts in verdict.facts.items()}
    return {**_counts(verdict), "databases": told}


def _notes(verdict: Verdict) -> Iterator[str]:
    yield from dict.fromkeys(f"→ {finding.code}: {finding.remedy}" for finding in verdict.findings if finding.remedy)
    for database, parts in verdict.facts.items():
        for platform, facts in parts.get("schema", {}).items():
            yield f"{platform}: {counts_text(facts['counts'])}"
        built = sorted({facts["built_on"] for facts in parts.get("schema", {}).values() if "built_on" in facts})
        if built and built != ["the same server"]:
            yield f"{database}: what the models stand for was built on {' and '.join(built)}."
    yield in_short(verdict)
