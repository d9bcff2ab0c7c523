"""`toolbox quests publish` and `unpublish`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.quests import database
    from toolbox_cli.quests.publishing import reports, run
else:
    database = deferred("toolbox_cli.quests.database")
    reports = deferred("toolbox_cli.quests.publishing.reports")
    run = deferred("toolbox_cli.quests.publishing.run")

NamesArgument = Annotated[list[str], typer.Argument(metavar="QUEST...", help="Names of quests.", show_default=False)]


def publish(
    ctx: typer.Context, quests: NamesArgument, dry_run: DryRunOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Offer quests in the public library, all of them or none.

    A quest needs the approval of moderation, and that of a qualified psychologist other than its author, of exactly its
    present content; the database refuses any other. Everything that is missing is told (status 4). A quest that was
    edited since its review is a conflict, with what changed (status 3).

    Examples:
        toolbox quests publish tide-pools --dry-run
        toolbox quests publish tide-pools
    """
    runtime = runtime_of(ctx)
    with database.transaction(runtime, dry_run=dry_run) as connection:
        done = run.publish(connection, quests, runtime.settings.env)
    render(runtime, reports.report(done, dry_run=dry_run), form)
    if (status := reports.status(done)) is not Exit.DONE:
        raise typer.Exit(status)


def unpublish(
    ctx: typer.Context, quests: NamesArgument, dry_run: DryRunOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Take quests out of the public library, so that they can be edited; parents who took one keep it.

    Examples:
        toolbox quests unpublish tide-pools
    """
    runtime = runtime_of(ctx)
    with database.transaction(runtime, dry_run=dry_run) as connection:
        done = run.unpublish(connection, quests, runtime.settings.env)
    render(runtime, reports.report(done, dry_run=dry_run), form)
