"""How scans are reported."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, TextIO

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.content.luau.scanning import Verdict, all_rules, as_item
from toolbox_cli.core.formats.sarif import Result, as_sarif
from toolbox_cli.core.output import Column, Report, as_json, as_text
from toolbox_cli.core.streams import speaks_unicode
from toolbox_cli.roblox.scanning.reading import Scanned

KIND: Final = "toolbox.roblox.scan/1"

_FAILING: Final = {
    "deny": frozenset((Verdict.DENY, Verdict.UNVERIFIABLE)),
    "review": frozenset((Verdict.DENY, Verdict.UNVERIFIABLE, Verdict.REVIEW)),
    "advice": frozenset((Verdict.DENY, Verdict.UNVERIFIABLE, Verdict.REVIEW, Verdict.ADVICE)),
}
_FOUND: Final = (Column("place"), Column("tier"), Column("code"), Column("found"), Column("remedy"))
_FILES: Final = (Column("file"), Column("verdict"), Column("context"), Column("capabilities"))


def fails(scanned: Sequence[Scanned], least: str) -> bool:
    """Tell whether some script is at least so bad; one that can't be verified always is."""
    return any(one.scan.verdict in _FAILING[least] for one in scanned)


def scan_text(scanned: Sequence[Scanned], form: Form, least: str, out: TextIO) -> str:
    """Give what was found in one of the forms.

    Args:
        scanned: in the order in which they are told.
        form: which.
        least: what fails the run.
        out: the stream that it is for.
    """
    if form is Form.SARIF:
        found = [Result(finding, apart=one.file) for one in scanned for finding in one.scan.findings(one.file)]
        return as_sarif(found, {code: rule.title for code, rule in all_rules().items()})
    report = _report(scanned, least)
    if form is Form.JSON:
        return as_json(report, ascii_only=not speaks_unicode(out)) + "\n"
    rows = [row for one in scanned for row in _rows(one)]
    told = as_text(Report(KIND, rows, columns=_FOUND), out)
    return "\n".join(part for part in (told, as_text(report, out)) if part)


def _report(scanned: Sequence[Scanned], least: str) -> Report:
    counts = Counter(one.scan.verdict for one in scanned)
    summary = {"scripts": len(scanned), **{verdict.value: counts[verdict] for verdict in Verdict}}
    items = [_item(one) for one in scanned]
    note = ", ".join(f"{counts[verdict]:,} {verdict.value}" for verdict in Verdict if counts[verdict])
    return Report(KIND, items, summary, not fails(scanned, least), _FILES, note=f"\n{note}." if note else None)


def _item(one: Scanned) -> dict[str, Any]:
    found = [
        {"tier": each.rule.tier.value, **finding.as_item()}
        for each, finding in zip(one.scan.found, one.scan.findings(one.file), strict=True)
    ]
    return {"file": one.file, **as_item(one.scan), "findings": found}


def _rows(one: Scanned) -> list[dict[str, Any]]:
    return [
        {
            "place": f"{one.file}:{each.line}:{each.column}", "tier": each.rule.tier.value, "code": each.rule.code,
            "found": each.hit.found, "remedy": each.rule.remedy,
        }
        for each in one.scan.found
    ]  # fmt: skip
