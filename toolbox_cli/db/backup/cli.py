"""`toolbox db backup` and `toolbox db restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import FormatOption, PlatformOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.core.progress import status

if TYPE_CHECKING:
    import toolbox_cli.db.backup.dump as dumping
    import toolbox_cli.db.backup.restore as restoring
    from toolbox_cli.db.backup import reports, store
else:
    dumping = deferred("toolbox_cli.db.backup.dump")
    reports = deferred("toolbox_cli.db.backup.reports")
    restoring = deferred("toolbox_cli.db.backup.restore")
    store = deferred("toolbox_cli.db.backup.store")

ToOption = Annotated[
    Path | None, typer.Option("--to", metavar="DIR", help="Folder of the backups.", show_default="TOOLBOX_HOME/backups")
]
KeepOption = Annotated[
    int | None, typer.Option("--keep", min=1, help="Keep this many of each database, and remove older ones.")
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The dump; its manifest stands beside it.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Destroy what the database holds now.")]
RightsOption = Annotated[
    bool, typer.Option("--rights/--no-rights", help="Give objects the owners and grants that they had.")
]
LossOption = Annotated[bool, typer.Option("--data-loss", help="In production: lose what is listed.")]


def backup(
    ctx: typer.Context,
    to: ToOption = None,
    keep: KeepOption = None,
    platform: PlatformOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Dump each database whole, with a manifest that says what is in it.

    Prints the path of each dump. Safe from cron: a dump appears whole or not at all, and old ones go only after it.

    Examples:
        toolbox db backup
        toolbox db backup --to backups --keep 14
        toolbox --quiet db backup --platform frames
    """
    runtime = runtime_of(ctx)
    found = targets(runtime.settings, runtime.environ, platform)
    with status(runtime, "Dumping"):
        folder = to or store.default_folder(runtime.settings.home)
        made, failed = dumping.backup_each(found, folder, keep, runtime.now())
    reports.write_backups(runtime, made, form)
    if failed:
        raise dumping.worst(failed)


def restore(
    ctx: typer.Context,
    file: FileArgument,
    replace: ReplaceOption = False,
    rights: RightsOption = True,
    platform: PlatformOption = None,
    data_loss: LossOption = False,
    yes: YesOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Bring a backup back, all of it or nothing.

    The manifest is checked first, and a database that holds something is refused without --replace.

    Examples:
        toolbox db restore toolbox-20260131T013000Z-5f2c81d0.dump
        toolbox db restore toolbox-20260131T013000Z-5f2c81d0.dump --replace --yes
        toolbox db restore toolbox-20260131T013000Z-5f2c81d0.dump --no-rights
    """
    runtime = runtime_of(ctx)
    found = targets(runtime.settings, runtime.environ, platform)
    plan = restoring.plan_restore(found, file, replace=replace, rights=rights)
    reports.agree(runtime, plan, yes=yes, data_loss=data_loss)
    with status(runtime, "Restoring"):
        revisions = restoring.restore(plan, runtime.settings.env)
    render(runtime, reports.restored(plan, revisions), form)
