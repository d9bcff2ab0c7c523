"""`toolbox db create`, `wait` and `reset`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.options import FormatOption, PlatformOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.core.progress import status

if TYPE_CHECKING:
    import toolbox_cli.db.lifecycle.create as creation
    import toolbox_cli.db.lifecycle.reset as emptying
    import toolbox_cli.db.lifecycle.wait as waiting
    import toolbox_cli.db.revisions.reports as revision_reports
    import toolbox_cli.db.revisions.upgrade as up
    from toolbox_cli.db.lifecycle import reports
else:
    creation = deferred("toolbox_cli.db.lifecycle.create")
    emptying = deferred("toolbox_cli.db.lifecycle.reset")
    reports = deferred("toolbox_cli.db.lifecycle.reports")
    revision_reports = deferred("toolbox_cli.db.revisions.reports")
    up = deferred("toolbox_cli.db.revisions.upgrade")
    waiting = deferred("toolbox_cli.db.lifecycle.wait")

TimeoutOption = Annotated[str, typer.Option("--timeout", help="When to give up, for each database.")]


def create(ctx: typer.Context, platform: PlatformOption = None, form: FormatOption = Format.TABLE) -> None:
    """Make the configured databases where they are missing, in UTF-8.

    The role needs CREATEDB. Schemas and tables come with toolbox db upgrade.

    Examples:
        toolbox db create
        toolbox db create --platform frames
    """
    runtime = runtime_of(ctx)
    found = targets(runtime.settings, runtime.environ, platform)
    render(runtime, reports.created([creation.create(target) for target in found]), form)


def wait(
    ctx: typer.Context,
    timeout: TimeoutOption = "60s",
    platform: PlatformOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Wait until every configured database lets us in: for init containers.

    Ends with 5 when the time is over.

    Examples:
        toolbox db wait
        toolbox db wait --timeout 2m && toolbox db upgrade
    """
    runtime = runtime_of(ctx)
    found, timeout_s = targets(runtime.settings, runtime.environ, platform), seconds(timeout)
    with status(runtime, "Waiting for the database") as tell:
        done = [waiting.wait(target, timeout_s, tell) for target in found]
    render(runtime, reports.answered(done), form)


def reset(
    ctx: typer.Context,
    platform: PlatformOption = None,
    yes: YesOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Destroy all data of the platforms and build their schemas anew: in development only.

    Says what would be lost, and asks. Refused where TOOLBOX_ENV is staging or production.

    Examples:
        toolbox db reset --yes
        toolbox db reset --platform frames
    """
    runtime = runtime_of(ctx)
    emptying.refuse_outside_development(runtime.settings.env)
    plans = [emptying.look(one, platform) for one in targets(runtime.settings, runtime.environ, platform)]
    reports.agree(runtime, plans, yes=yes)
    with revision_reports.watching(runtime) as watch:
        done = [emptying.rebuild(plan, watch) for plan in plans]
    render(runtime, reports.was_reset(plans, done), form)
