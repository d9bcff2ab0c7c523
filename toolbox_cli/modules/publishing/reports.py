"""How publishing and archiving are reported."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from toolbox_cli.core.exits import Exit
from toolbox_cli.core.output import Column, Report
from toolbox_cli.modules.publishing.run import Fate, Moved

KIND: Final = "toolbox.modules.publish/1"


def report(done: Sequence[Moved], *, dry_run: bool) -> Report:
    """Give what became of each module, and everything that kept it from its new state."""
    items = [
        {"slug": one.slug, "fate": one.fate.value, "revision": one.revision, "reasons": list(one.reasons)}
        for one in done
    ]
    fates = Counter(one.fate for one in done)
    summary = {"dry_run": dry_run, **{fate.value: fates[fate] for fate in Fate}}
    columns = [Column("slug"), Column("fate"), Column("revision", justify="right")]
    note = "\n".join(_notes(done, dry_run=dry_run)) or None
    return Report(KIND, items, summary, status(done) is Exit.DONE, columns, note=note)


def status(done: Sequence[Moved]) -> Exit:
    """Say how the command ends."""
    return Exit.REFUSED if any(one.fate is Fate.REFUSED for one in done) else Exit.DONE


def _notes(done: Sequence[Moved], *, dry_run: bool) -> Iterator[str]:
    for one in done:
        yield from (f"{one.slug}: {reason}." for reason in one.reasons)
    if status(done) is Exit.REFUSED:
        yield "Nothing was changed."
    elif dry_run:
        yield "Nothing was written, as this is a dry run."
