"""How `toolbox db partitions` reports."""

from collections.abc import Sequence

from toolbox_cli.core.output import Column, Report
from toolbox_cli.db.partitions.rounds import Outcome


def round_report(outcomes: Sequence[Outcome], *, dry_run: bool) -> Report:
    """Report a round: one item a table."""
    items = [_item(outcome) for outcome in outcomes]
    summary = {name: sum(int(str(item[name] or 0)) for item in items) for name in ("made", "rows_moved", "rows_left")}
    return Report(
        "toolbox.db.partitions/1",
        items,
        {**summary, "dry_run": dry_run},
        ok=all(outcome.error is None for outcome in outcomes),
        columns=[
            Column("table"), Column("partitions"), Column("rows_moved", justify="right"),
            Column("rows_left", "left in default", "right"), Column("problem"),
        ],
        note=_note(summary["made"], dry_run=dry_run),
    )  # fmt: skip


def _note(made: int, *, dry_run: bool) -> str:
    if not made:
        return "Nothing to do."
    return f"{made} partitions {'would be' if dry_run else 'were'} made."


def _item(outcome: Outcome) -> dict[str, object]:
    done = outcome.ahead
    made = done.made if done else ()
    return {
        "platform": outcome.platform,
        "table": str(outcome.table),
        "made": len(made),
        "partitions": [one.name for one in made],
        "rows_moved": sum(one.rows_moved for one in made),
        "rows_left": done.rows_left if done else None,
        "problem": outcome.error.message if outcome.error else None,
    }
