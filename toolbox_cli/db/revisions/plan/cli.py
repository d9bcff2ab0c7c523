"""`toolbox db plan`."""

import typer

from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Column, Format, Report, render
from toolbox_cli.db.revisions.lineage.goal import HEADS, concerned, one_goal
from toolbox_cli.db.revisions.options import DocumentsOption, GoalArgument
from toolbox_cli.db.revisions.plan.acts import Work
from toolbox_cli.db.revisions.plan.plan import Planned
from toolbox_cli.db.revisions.plan.plan import plan as look_ahead


def plan(
    ctx: typer.Context,
    target: GoalArgument = HEADS,
    to: DocumentsOption = None,
    platform: PlatformOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what an upgrade would do: each revision, its size, and the tables it locks or rewrites.

    Examples:
        toolbox db plan
        toolbox db plan frames@head
        toolbox db plan --to documents --format json
    """
    runtime, goal = runtime_of(ctx), one_goal(target, to)
    found = concerned(targets(runtime.settings, runtime.environ, platform), goal)
    render(runtime, _report([item for one in found for item in look_ahead(one, goal)]), form)


def _report(coming: list[Planned]) -> Report:
    size = Column("sql_bytes", "SQL bytes", "right")
    columns = [Column("platform"), Column("revision"), size, Column("holds_up", "holds up")]
    items = [
        {
            "platform": item.revision.platform,
            "revision": item.revision.id,
            "title": item.revision.title,
            "sql_bytes": item.sql_bytes,
            "holds_up": _in_short(item),
            "tables": [
                {
                    "table": effect.table,
                    "lock": effect.lock.name.replace("_", " "),
                    "work": effect.work.name.lower(),
                    "rows": item.rows[effect.table],
                }
                for effect in item.effects
            ],
        }
        for item in coming
    ]
    note = f"{len(items)} revisions are coming." if items else "Nothing is coming."
    return Report("toolbox.db.plan/1", items, {"revisions": len(items)}, columns=columns, note=note)


def _in_short(item: Planned) -> str:
    """Say how many tables are rewritten, read or just locked, and which of each is the largest."""
    said = []
    for work, verb in ((Work.REWRITE, "rewrites"), (Work.SCAN, "scans"), (Work.BRIEF, "locks for a moment")):
        tables = sorted((effect.table for effect in item.effects if effect.work is work), key=item.rows.__getitem__)
        if tables:
            rows = sum(item.rows[table] for table in tables)
            others = f" and {len(tables) - 1} more" if len(tables) > 1 else ""
            said.append(f"{verb} {tables[-1]}{others} ({rows:,} rows)")
    return "; ".join(said) or "nothing"
