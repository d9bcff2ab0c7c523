"""How creating, waiting and resetting report, and what a reset asks."""

from collections.abc import Sequence

from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.db.lifecycle.create import Created
from toolbox_cli.db.lifecycle.reset import Emptying
from toolbox_cli.db.lifecycle.wait import Answered
from toolbox_cli.db.revisions.upgrade import Migrated


def created(done: Sequence[Created]) -> Report:
    """Report one item a database."""
    items = [{"database": one.target.label, "made": one.made} for one in done]
    made = sum(one.made for one in done)
    note = f"{made} databases were made." if made else "Every database is there already."
    return Report("toolbox.db.create/1", items, {"made": made}, note=note)


def answered(done: Sequence[Answered]) -> Report:
    """Report one item a database."""
    items = [{"database": one.target.label, "waited_s": round(one.waited_s, 3)} for one in done]
    columns = [Column("database"), Column("waited_s", "seconds", "right")]
    return Report("toolbox.db.wait/1", items, {"answered": len(items)}, columns=columns)


def agree(runtime: Runtime, plans: Sequence[Emptying], *, yes: bool) -> None:
    """Say what a reset destroys, and get the person's agreement.

    Raises:
        RefusedError: the answer was no, or there is nobody to ask.
    """
    if not any(plan.lost for plan in plans):
        return
    for plan in plans:
        lines = [f"  schema {one.schema}: {one.tables} tables, about {one.rows:,} rows" for one in plan.lost]
        runtime.say("\n".join([f"A reset of {plan.target.label} destroys:", *(lines or ["  nothing"])]))
    runtime.confirm("Go on?", yes=yes)


def was_reset(plans: Sequence[Emptying], done: Sequence[Migrated]) -> Report:
    """Report one item a schema that was emptied."""
    items = [
        {"database": plan.target.label, "schema": one.schema, "tables": one.tables, "rows": one.rows}
        for plan in plans
        for one in plan.lost
    ]
    current = sorted({revision for one in done for revision in one.current})
    applied = sum(len(one.applied) for one in done)
    columns = [Column("schema", "emptied"), Column("tables", None, "right"), Column("rows", "rows lost", "right")]
    note = f"{applied} revisions were applied to empty schemas."
    return Report("toolbox.db.reset/1", items, {"revisions": applied, "current": current}, columns=columns, note=note)
