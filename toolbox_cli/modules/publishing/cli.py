"""`toolbox modules publish` and `archive`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.modules import database
    from toolbox_cli.modules.publishing import reports, run
else:
    database = deferred("toolbox_cli.modules.database")
    reports = deferred("toolbox_cli.modules.publishing.reports")
    run = deferred("toolbox_cli.modules.publishing.run")

NamesArgument = Annotated[list[str], typer.Argument(metavar="SLUG...", help="Slugs of modules.", show_default=False)]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Also where published modules need it first, or students must finish it.")
]


def publish(
    ctx: typer.Context, slugs: NamesArgument, dry_run: DryRunOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Publish modules, so that students see them and they can be assigned; all of them or none.

    A module needs content that an import would take, and prerequisites that are published, before or with it.
    Everything that is missing is told (status 4). An archived module can be published again.

    Examples:
        toolbox modules publish lab-safety --dry-run
        toolbox modules publish lab-safety clean-room
    """
    runtime = runtime_of(ctx)
    with database.transaction(runtime, dry_run=dry_run) as connection:
        done = run.publish(connection, slugs, runtime.settings.env)
    _tell(ctx, done, form, dry_run=dry_run)


def archive(
    ctx: typer.Context,
    slugs: NamesArgument,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Archive modules, all of them or none: nobody gets them any more, and what students did stays.

    A module that published ones need first, or that students must finish, stays as it is (status 4), unless --force
    says otherwise. Its assignments stay, and its rules rest until it is published again.

    Examples:
        toolbox modules archive orbit-basics --dry-run
        toolbox modules archive lab-safety --force
    """
    runtime = runtime_of(ctx)
    with database.transaction(runtime, dry_run=dry_run) as connection:
        done = run.archive(connection, slugs, runtime.settings.env, force=force)
    _tell(ctx, done, form, dry_run=dry_run)


def _tell(ctx: typer.Context, done: "list[run.Moved]", form: Format, *, dry_run: bool) -> None:
    render(runtime_of(ctx), reports.report(done, dry_run=dry_run), form)
    if (status := reports.status(done)) is not Exit.DONE:
        raise typer.Exit(status)
