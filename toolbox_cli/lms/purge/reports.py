"""How it is told what was forgotten."""

import datetime
from collections.abc import Sequence
from typing import Final

from toolbox_cli.core.output import Column, Report
from toolbox_cli.lms.purge.records import Purged

COUNTED: Final = ("runs", "changes", "issues", "people", "enrollments", "courses")


def purged(done: Sequence[Purged], before: datetime.datetime | None, *, dry_run: bool) -> Report:
    """Tell how much of what was forgotten, by integration."""
    items = [
        {"integration": one.integration, **{name: one.counts.get(name, 0) for name in COUNTED},
         "warnings": list(one.warnings)}
        for one in done
    ]  # fmt: skip
    summary = {
        "before": before, "dry_run": dry_run,
        **{name: sum(one.counts.get(name, 0) for one in done) for name in COUNTED},
    }  # fmt: skip
    columns = [Column("integration"), *(Column(name, justify="right") for name in COUNTED)]
    warnings = [f"{one.integration}: {said}" for one in done for said in one.warnings]
    if dry_run:
        warnings.append("Nothing was forgotten: this was a trial.")
    return Report("toolbox.lms.purge/1", items, summary, columns=columns, note="\n".join(warnings) or None)
