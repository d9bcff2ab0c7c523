"""How an import is reported."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TextIO

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.content.faults.reports import faults_report, faults_sarif, faults_text, place_of
from toolbox_cli.content.modules.comparing import Difference, shown
from toolbox_cli.content.modules.reading.reading import failed
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.output import Column, Report, as_json, as_text
from toolbox_cli.core.streams import speaks_unicode
from toolbox_cli.modules.foreign.opening import Package
from toolbox_cli.modules.importing.asking import Checked
from toolbox_cli.modules.importing.losses import losses_data, losses_text
from toolbox_cli.modules.importing.planning import Fate, Planned
from toolbox_cli.modules.importing.run import Imported

KIND: Final = "toolbox.modules.import/1"
CHECKED: Final = "toolbox.modules.validate/1"
CONFLICT: Final = "module-conflict"
_REMEDY: Final = "Export the module and edit that, or say which wins: --on-conflict take or keep."
_RENAME: Final = (
    "If these are two modules, give the file's another slug (a package's is made of its name or title); if they are "
    "one, export it and edit that, or say which wins: --on-conflict take or keep."
)
_SHOWN: Final = 12
"""Differences of one module that people are shown."""
_NOTES: Final = 40
"""Notes that people are shown."""


def import_text(
    done: Imported, packages: Sequence[Package], form: Form, out: TextIO, *, dry_run: bool, losses: bool
) -> str:
    """Give what an import did, or why it did nothing.

    Args:
        done: by the import.
        packages: that were converted for it.
        form: of the report.
        out: where it goes.
        dry_run: whether nothing was to be written.
        losses: tell people of each object of the packages.
    """
    if form is Form.SARIF:
        return faults_sarif([*done.findings, *conflicts(done)])
    report = _report(done, packages, dry_run=dry_run)
    if form is Form.JSON:
        return as_json(report, ascii_only=not speaks_unicode(out)) + "\n"
    parts = [_faults(done.findings, out)]
    parts.append(_lines(losses_text(packages, each=losses), out))
    if failed(done.findings):
        parts.append("Nothing was written.\n")
    else:
        changing = [item for item in report.items if item["fate"] != Fate.UNCHANGED]  # the others are counted
        parts.append(as_text(replace(report, items=changing), out))
    return "\n".join(part for part in parts if part)


def check_text(found: Checked, form: Form, out: TextIO, *, losses: bool) -> str:
    """Give what was found in files; `losses` tells people of each object of the packages among them."""
    if form is not Form.TABLE:
        summary: dict[str, Any] = {"modules": found.modules, **losses_data(found.packages)}
        return faults_text(CHECKED, found.findings, summary, form, out)
    lost = _lines(losses_text(found.packages, each=losses), out)
    return lost + (_faults(found.findings, out) or f"{_many(found.modules, 'module')}, nothing wrong.\n")


def _faults(findings: Sequence[Finding], out: TextIO) -> str:
    """Tell faults to people: notes only as long as they are few, since pages of other systems have thousands."""
    told = [one for one in findings if one.severity is not Severity.NOTE]
    notes = len(findings) - len(told)
    if notes <= _NOTES:
        told, notes = [*findings], 0
    text = as_text(faults_report(KIND, told, {}), out) if told else ""
    return text + (f"{notes:,} notes are not shown: --format json tells each.\n" if notes else "")


def _lines(lines: Iterable[str], out: TextIO) -> str:
    return as_text(Report(KIND, (), {}, note="\n".join(lines)), out)


def conflicts(done: Imported) -> Iterator[Finding]:
    """Tell each field that the database has otherwise than a file that may not replace it unasked."""
    for one in done.planned:
        if one.fate is Fate.CONFLICT:
            for change in one.changes:
                here, said = shown(change)
                yield Finding(
                    CONFLICT, Severity.ERROR, str(one.read.slug), change.path, said, here, one.read.file,
                    remedy=_remedy(one),
                )  # fmt: skip


def _report(done: Imported, packages: Sequence[Package], *, dry_run: bool) -> Report:
    fates = Counter(one.fate for one in done.planned)
    summary = {
        "dry_run": dry_run, "written": not (dry_run or done.refused), **{fate.value: fates[fate] for fate in Fate},
        "published": done.published, "resting": done.resting, "rows": done.counts, **losses_data(packages),
        "findings": [{"place": place_of(one), **one.as_item()} for one in done.findings],
    }  # fmt: skip
    columns = [Column("slug"), Column("fate"), Column("revision", justify="right"), Column("sections", justify="right"),
               Column("file"), Column("told", "changes")]  # fmt: skip
    items = [_item(one) for one in done.planned]
    return Report(KIND, items, summary, not done.refused, columns, note="\n".join(_notes(done, dry_run=dry_run)))


def _item(one: Planned) -> dict[str, Any]:
    changes = [{"field": change.path, "before": change.before, "after": change.after} for change in one.changes]
    return {
        "slug": one.read.slug, "fate": one.fate.value, "revision": one.revision, "sections": one.read.sections,
        "file": one.read.file, "told": _told(one.changes), "reason": one.reason,
        "remedy": _remedy(one) if one.fate is Fate.CONFLICT else None, "content_hash": one.read.hash,
        "changes": changes,
    }  # fmt: skip


def _remedy(one: Planned) -> str:
    return _RENAME if one.another else _REMEDY


def _told(changes: Sequence[Difference]) -> str:
    more = f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
    return ", ".join(change.path for change in changes[:_SHOWN]) + more


def _notes(done: Imported, *, dry_run: bool) -> Iterator[str]:
    if found := [one for one in done.planned if one.fate is Fate.CONFLICT]:
        yield from (line for one in found for line in _conflict(one))
        yield from _what_next(found)
        return
    fates = Counter(one.fate for one in done.planned)
    told = ", ".join(f"{fates[fate]:,} {fate.value}" for fate in Fate if fates[fate]) or "no module"
    published = f", {done.published:,} published" if done.published else ""
    if moved := done.counts.get("module_progress"):
        yield f"{_many(moved, 'student')} moved with their sections, or to the one before a section that is gone."
    if done.resting:
        yield f"Archived before, and still so: {done.resting:,}. Publish these by name, with: toolbox modules publish"
    yield f"{told}{published}{'; nothing was written, as this is a dry run' if dry_run else ''}."


def _conflict(one: Planned) -> Iterator[str]:
    yield f"{one.read.slug}: {one.reason}."
    for change in one.changes[:_SHOWN]:
        here, said = shown(change)
        yield f"  {change.path}: here {here!r}, in the file {said!r}"
    if len(one.changes) > _SHOWN:
        yield f"  and {len(one.changes) - _SHOWN:,} more: toolbox modules diff {one.read.file}"


def _what_next(found: Iterable[Planned]) -> Iterator[str]:
    slugs: dict[str, list[str]] = {}
    for one in found:
        slugs.setdefault(_remedy(one), []).append(str(one.read.slug))
    if len(slugs) == 1:
        yield f"Nothing was written. {next(iter(slugs))}"
        return
    yield "Nothing was written."
    yield from (f"{', '.join(named)}: {remedy}" for remedy, named in slugs.items())


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
