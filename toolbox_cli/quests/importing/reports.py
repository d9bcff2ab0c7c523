"""How imports, checks and comparisons are reported."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, TextIO

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.content.faults.reports import faults_report, faults_sarif, faults_text, place_of
from toolbox_cli.content.quests.comparing import Difference
from toolbox_cli.content.quests.reading.files import Files
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.output import Column, Report, as_json, as_text
from toolbox_cli.core.streams import speaks_unicode
from toolbox_cli.quests.importing.planning import Fate, Planned
from toolbox_cli.quests.importing.run import Imported

KIND: Final = "toolbox.quests.import/1"
CHECKED: Final = "toolbox.quests.validate/1"
COMPARED: Final = "toolbox.quests.diff/1"
_CODES: Final = {Fate.CONFLICT: "quest-conflict", Fate.REFUSED: "quest-refused"}
_REMEDIES: Final = {
    Fate.CONFLICT: "Look at it with toolbox quests diff --personal; then export the quest and edit that, or say which "
    "wins: --on-conflict take or keep.",
    Fate.REFUSED: "Unpublish the quest first; or leave --author out and ask its author.",
}
_SHOWN: Final = 12
"""Differences of one quest that people are shown."""


def import_text(done: Imported, form: Form, out: TextIO, *, dry_run: bool) -> str:
    """Give what an import did, or why it did nothing."""
    if form is Form.SARIF:
        return faults_sarif([*done.findings, *_findings(done)])
    report = _report(done, dry_run=dry_run)
    if form is Form.JSON:
        return as_json(report, ascii_only=not speaks_unicode(out)) + "\n"
    parts = [as_text(faults_report(KIND, done.findings, {}), out) if done.findings else ""]
    parts += ["Nothing was written.\n"] if done.faulty else [as_text(report, out)]
    return "\n".join(part for part in parts if part)


def check_text(files: Files, form: Form, out: TextIO) -> str:
    """Give what was found in files."""
    text = faults_text(CHECKED, files.findings, {"quests": len(files.quests)}, form, out)
    quiet = form is not Form.TABLE or files.findings
    return text if quiet else f"{_many(len(files.quests), 'quest')}, nothing wrong.\n"


def diff_report(done: Imported, *, personal: bool) -> Report:
    """Give every field that files have otherwise than the database; with `personal`, what stands there."""
    items = [
        {"quest": one.loaded.quest.quest_id, "field": change.path}
        | ({"before": change.before, "after": change.after} if personal else {})
        for one in done.planned
        for change in one.changes
    ]
    fates = Counter(_state(one) for one in done.planned)
    told = ", ".join(f"{count:,} {fate}" for fate, count in sorted(fates.items())) or "no quest"
    columns = [Column("quest"), Column("field"), *((Column("before"), Column("after")) if personal else ())]
    return Report(COMPARED, items, {**fates}, ok=not items, columns=columns, note=f"{told}.")


def _state(one: Planned) -> str:
    return one.fate.value if one.fate in {Fate.NEW, Fate.UNCHANGED} else "different"


def _findings(done: Imported) -> Iterator[Finding]:
    for one in done.planned:
        if code := _CODES.get(one.fate):
            yield Finding(
                code, Severity.ERROR, one.loaded.quest.quest_id, found=one.reason,
                file=str(one.loaded.document.file), remedy=_REMEDIES[one.fate],
            )  # fmt: skip


def _report(done: Imported, *, dry_run: bool) -> Report:
    fates = Counter(one.fate for one in done.planned)
    summary = {
        "dry_run": dry_run, "written": done.written > 0 and not dry_run, **{fate.value: fates[fate] for fate in Fate},
        "findings": [{"place": place_of(one), **one.as_item()} for one in done.findings],
    }  # fmt: skip
    columns = [
        Column("quest"),
        Column("fate"),
        Column("nodes", justify="right"),
        Column("file"),
        Column("told", "changes"),
    ]
    items = [_item(one) for one in done.planned]
    return Report(KIND, items, summary, not done.refused, columns, note="\n".join(_notes(done, fates, dry_run=dry_run)))


def _item(one: Planned) -> dict[str, Any]:
    quest = one.loaded.quest
    changes = [change.path for change in one.changes]
    return {
        "quest": quest.quest_id, "fate": one.fate.value, "nodes": len(quest.graph.nodes),
        "file": str(one.loaded.document.file), "told": _told(one.changes), "reason": one.reason, "changes": changes,
    }  # fmt: skip


def _told(changes: Sequence[Difference]) -> str:
    more = f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
    return ", ".join(change.path for change in changes[:_SHOWN]) + more


def _notes(done: Imported, fates: Counter[Fate], *, dry_run: bool) -> Iterator[str]:
    for one in done.planned:
        if one.fate in _CODES:
            yield f"{one.loaded.quest.quest_id}: {one.reason}. {_REMEDIES[one.fate]}"
    if done.refused:
        yield "Nothing was written."
        return
    told = ", ".join(f"{fates[fate]:,} {fate.value}" for fate in Fate if fates[fate]) or "no quest"
    yield f"{told}{'; nothing was written, as this is a dry run' if dry_run else ''}."


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
