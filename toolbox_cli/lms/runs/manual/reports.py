"""How a change by hand tells of itself."""

from collections.abc import Iterable
from typing import Any

from toolbox_cli.core.output import Column, Report
from toolbox_cli.lms.runs.manual.journal import Edited


def edited(kind: str, done: Edited, *, action: str, dry_run: bool) -> Report:
    """Tell what was changed, column by column."""
    items = [
        {"table": one.table, "external_id": one.external_id, "field": one.field, "before": one.before,
         "after": one.after} for one in done.differences
    ]  # fmt: skip
    summary: dict[str, Any] = {
        "action": action, "rows": done.rows, "run": None if dry_run else done.run, "warnings": list(done.warnings),
        "dry_run": dry_run,
    }  # fmt: skip
    columns = [Column(name) for name in ("external_id", "field", "before", "after")]
    return Report(kind, items, summary, columns=columns, note="\n".join(_note(done, dry_run=dry_run)))


def _note(done: Edited, *, dry_run: bool) -> Iterable[str]:
    yield from (f"Note: {warning}" for warning in done.warnings)
    if done.run is None:
        yield "Nothing changed: it was so already."
    elif dry_run:
        yield f"Rows that would change: {done.rows:,}."
    else:
        yield f"Rows changed: {done.rows:,}. Take it back with: toolbox lms undo {done.run}"
