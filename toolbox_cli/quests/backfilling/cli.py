"""`toolbox quests backfill`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.quests.options import QuestsArgument

if TYPE_CHECKING:
    from toolbox_cli.quests.backfilling import reports, run
else:
    reports = deferred("toolbox_cli.quests.backfilling.reports")
    run = deferred("toolbox_cli.quests.backfilling.run")

DetailsOption = Annotated[bool, typer.Option("--details", help="List what became of each key of the YAML.")]


def backfill(
    ctx: typer.Context,
    quests: QuestsArgument = None,
    dry_run: DryRunOption = False,
    details: DetailsOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Make the graphs of quests that only have YAML, and say what was lost; overwrites none.

    Every key of the YAML ends as mapped, merged or dropped with its reason. The YAML stays as it is. A graph that the
    checks find errors in is made all the same, so that its author can mend it; the codes are named. Status 3 where a
    quest got none.

    Examples:
        toolbox quests backfill --dry-run
        toolbox quests backfill
        toolbox quests backfill grandmas-garden --details --format json
    """
    runtime = runtime_of(ctx)
    done = run.backfill(runtime, quests, dry_run=dry_run)
    render(runtime, reports.report(done, dry_run=dry_run, details=details), form)
    if any(one.reason for one in done):
        raise typer.Exit(Exit.FINDINGS)
