"""`toolbox db partitions`."""

from typing import Annotated

import typer

from toolbox_cli.core.database.target import targets
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.options import DryRunOption, FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.db.partitions.reports import round_report
from toolbox_cli.db.partitions.rounds import Order, failure, run_round


def partitions(
    ctx: typer.Context,
    ahead: Annotated[int, typer.Option(min=0, max=120, help="Months to make after the current one.")] = 3,
    platform: PlatformOption = None,
    lock_timeout: Annotated[str, typer.Option(help="How long a statement waits for a table.")] = "5s",
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Make the partitions of coming months, and move waiting rows into theirs.

    Safe from cron, and to repeat: a month that is there already is left alone, and a table that others hold for
    longer than --lock-timeout is left for the next run (exit status 6).

    Examples:
        toolbox db partitions
        toolbox db partitions --ahead 6
        toolbox --quiet db partitions --platform frames
    """
    runtime = runtime_of(ctx)
    today = runtime.now().date()
    order = Order(ahead, today, seconds(lock_timeout), runtime.settings.env, dry_run)
    found = targets(runtime.settings, runtime.environ, platform)
    outcomes = [outcome for target in found for outcome in run_round(target, order)]
    if outcomes:
        render(runtime, round_report(outcomes, dry_run=dry_run), form)
    failed = failure(outcomes)
    if failed:
        raise failed
