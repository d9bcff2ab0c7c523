"""How a taking-in of events is reported."""

from typing import Final

from toolbox_cli.analytics.ingesting.run import Ingested
from toolbox_cli.core.output import Column, Report

KIND: Final = "toolbox.analytics.ingest/1"


def report(done: Ingested, *, dry_run: bool) -> Report:
    """Give what was taken in, and each line that was not, as far as they are told one by one."""
    aside = {reason.value: count for reason, count in sorted(done.aside.items())}
    summary = {
        "dry_run": dry_run, "lines": done.lines, "taken": done.taken.total(), "rows": dict(done.taken),
        "known": done.known, "set_aside": done.aside.total(), "set_aside_new": done.fresh, "reasons": aside,
    }  # fmt: skip
    items = [{"place": f"{one.file}:{one.line}", **one.as_item()} for one in done.findings]
    columns = [Column("place"), Column("code"), Column("found", "what is wrong"), Column("remedy")]
    return Report(KIND, items, summary, not items, columns, note="\n".join(_notes(done, dry_run=dry_run)))


def _notes(done: Ingested, *, dry_run: bool) -> list[str]:
    total = done.aside.total()
    notes = []
    if total > len(done.findings):
        notes.append(f"and {total - len(done.findings):,} more, which toolbox.quarantined_events holds too.")
    parts = [_many(done.taken.total(), "event") + " taken in"]
    if done.known:
        parts.append(f"{done.known:,} had come before")
    if total:
        parts.append(f"{total:,} set aside")
    told = f"{', '.join(parts)}, of {_many(done.lines, 'line')}"
    return [*notes, told + ("; nothing was written, as this is a dry run." if dry_run else ".")]


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
