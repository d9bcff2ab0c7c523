"""`toolbox db` commands that move a schema along its revisions, or say where it stands."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.options import DryRunOption, FormatOption, PlatformOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.db.revisions.lineage.goal import HEADS, concerned, one_goal, one_target
from toolbox_cli.db.revisions.options import DocumentsOption, GoalArgument

if TYPE_CHECKING:
    import toolbox_cli.db.revisions.downgrade as down
    import toolbox_cli.db.revisions.stamp as stamps
    import toolbox_cli.db.revisions.upgrade as up
    from toolbox_cli.db.backup import reports as backups
    from toolbox_cli.db.revisions import reports
    from toolbox_cli.db.revisions.running import patience as waits
else:
    backups = deferred("toolbox_cli.db.backup.reports")
    down = deferred("toolbox_cli.db.revisions.downgrade")
    reports = deferred("toolbox_cli.db.revisions.reports")
    stamps = deferred("toolbox_cli.db.revisions.stamp")
    up = deferred("toolbox_cli.db.revisions.upgrade")
    waits = deferred("toolbox_cli.db.revisions.running.patience")

DownArgument = Annotated[str, typer.Argument(metavar="TARGET", help="frames@-1, frames@base, or a revision.")]
StampArgument = Annotated[str, typer.Argument(metavar="TARGET", help="frames@head, frames@base, or a revision.")]
LockTimeoutOption = Annotated[str, typer.Option("--lock-timeout", help="How long a statement waits for a table.")]
WaitOption = Annotated[str, typer.Option("--wait", help="How long to wait for others, in all.")]


def upgrade(
    ctx: typer.Context,
    target: GoalArgument = HEADS,
    to: DocumentsOption = None,
    platform: PlatformOption = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of running it.")] = False,
    dry_run: DryRunOption = False,
    backup: Annotated[bool, typer.Option("--backup", help="Dump the database before its first revision.")] = False,
    lock_timeout: LockTimeoutOption = "5s",
    wait: WaitOption = "60s",
    form: FormatOption = Format.TABLE,
) -> None:
    """Bring the schema to its newest revision.

    One run at a time: others wait for the lock. Each revision is one transaction, so an interrupted upgrade goes on
    where it stopped. With nothing to do it takes no lock.

    Examples:
        toolbox db upgrade
        toolbox db upgrade --dry-run
        toolbox db upgrade --backup
        toolbox db upgrade --to documents --platform frames
        toolbox db upgrade frames@+1
        toolbox db upgrade --sql > upgrade.sql
    """
    runtime, goal = runtime_of(ctx), one_goal(target, to)
    found = concerned(targets(runtime.settings, runtime.environ, platform), goal)
    if sql:
        up.write_sql(one_target(found, goal), goal, runtime.out)
        return
    patience = waits.Patience(seconds(lock_timeout), seconds(wait))
    first = backups.before_change(runtime) if backup else None
    with reports.findings_as_data(runtime, form), reports.watching(runtime) as watch:
        done = [up.upgrade(one, goal, patience=patience, watch=watch, first=first, dry_run=dry_run) for one in found]
    render(runtime, reports.migrated("upgrade", done), form)


def downgrade(
    ctx: typer.Context,
    target: DownArgument,
    platform: PlatformOption = None,
    dry_run: DryRunOption = False,
    data_loss: Annotated[
        bool, typer.Option("--data-loss", help="In production: lose the data that is listed.")
    ] = False,
    yes: YesOption = False,
    lock_timeout: LockTimeoutOption = "5s",
    wait: WaitOption = "60s",
    form: FormatOption = Format.TABLE,
) -> None:
    """Take revisions back, after saying what data goes with them.

    Lists the tables and columns that would vanish, with their rows, and asks. Refused in production without
    --data-loss.

    Examples:
        toolbox db downgrade frames@-1 --dry-run
        toolbox db downgrade unified_integration
        toolbox db downgrade frames@base --yes
    """
    runtime = runtime_of(ctx)
    patience = waits.Patience(seconds(lock_timeout), seconds(wait))
    found = one_target(targets(runtime.settings, runtime.environ, platform), target)
    with reports.findings_as_data(runtime, form), reports.watching(runtime) as watch:
        way = down.look_down(found, target, patience, watch)
    if not dry_run:
        reports.agree(runtime, way, yes=yes, data_loss=data_loss)
    with reports.watching(runtime) as watch:
        done = (
            up.Migrated(found, current=way.current, dry_run=True) if dry_run else down.downgrade(way, patience, watch)
        )
    render(runtime, reports.gone_down(way, done), form)


def stamp(
    ctx: typer.Context,
    target: StampArgument,
    platform: PlatformOption = None,
    yes: YesOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Record where a database stands, without running anything.

    For a database that was migrated by other means. Whether it really is what the revision builds is not looked at:
    toolbox db adopt looks.

    Examples:
        toolbox db stamp phase_4_3_integration
        toolbox db stamp frames_phase_1 --platform frames --yes
    """
    runtime = runtime_of(ctx)
    found = one_target(targets(runtime.settings, runtime.environ, platform), target)
    runtime.confirm(f"Record {target} in {found.label} without running anything?", yes=yes)
    with reports.watching(runtime) as watch:
        render(runtime, reports.stamped(stamps.stamp(found, target, watch=watch)), form)


def current(ctx: typer.Context, platform: PlatformOption = None, form: FormatOption = Format.TABLE) -> None:
    """Say which revision each platform is at, and how many it lacks.

    Examples:
        toolbox db current
        toolbox db current --platform frames --format json
    """
    runtime = runtime_of(ctx)
    render(runtime, reports.current(targets(runtime.settings, runtime.environ, platform)), form)


def history(ctx: typer.Context, platform: PlatformOption = None, form: FormatOption = Format.TABLE) -> None:
    """List every revision, and when it was applied.

    Examples:
        toolbox db history
        toolbox db history --platform toolboxai
    """
    runtime = runtime_of(ctx)
    render(runtime, reports.history(targets(runtime.settings, runtime.environ, platform)), form)


def heads(ctx: typer.Context, platform: PlatformOption = None, form: FormatOption = Format.TABLE) -> None:
    """List the newest revision of each platform; asks no database.

    Examples:
        toolbox db heads
        toolbox db heads --format json
    """
    render(runtime_of(ctx), reports.heads(platform), form)
