"""`toolbox analytics compute` and `at-risk`."""

import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.extras import require
from toolbox_cli.core.moments import moment_of
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.analytics.computing import asking, counting
else:
    asking = deferred("toolbox_cli.analytics.computing.asking")
    counting = deferred("toolbox_cli.analytics.computing.counting")


def compute(
    ctx: typer.Context,
    signals: Annotated[
        list[str] | None, typer.Argument(metavar="[SIGNAL]...", help="Only these, by column; all by default.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="WHEN",
            help="A month, day or moment, in UTC: leave months before its own alone, and records not touched since.",
        ),
    ] = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Compute the learning signals from events and results, and write those values that changed.

    Signals are columns: struggle_signal, pattern_detected, mastery_score; peer_average, historical_average,
    benchmark_value, mastery_level, next_recommended_content. docs/signals.md has their formulas. Each is one
    transaction, and a second run writes nothing: safe from cron, every night. Status 6 where another run goes on.

    Examples:
        toolbox analytics compute
        toolbox analytics compute struggle_signal mastery_score --since 2026-10-01
        toolbox analytics compute --dry-run --format json
    """
    begins = moment_of(since, "--since") if since is not None else None
    render(runtime_of(ctx), asking.compute_signals(runtime_of(ctx), signals or [], begins, dry_run=dry_run), form)


def at_risk(
    ctx: typer.Context,
    at: Annotated[
        datetime.datetime | None,
        typer.Option(
            "--at", formats=["%Y-%m-%d"], metavar="DAY", help="As it was when that day began; now by default."
        ),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Count the students of modules by how likely it is that they need somebody now; names none, and keeps nothing.

    The score, 0 to 1, is made of trouble in the last 180 days and of modules that were left. docs/signals.md has its
    formula, and how often it is right. Counts under 10 are hidden.

    Examples:
        toolbox analytics at-risk
        toolbox analytics at-risk --at 2026-10-01 --format json
    """
    require("analytics", "pyarrow")
    render(runtime_of(ctx), counting.at_risk(runtime_of(ctx), at), form)
