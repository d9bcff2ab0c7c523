"""`toolbox db doctor`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.core.progress import status

if TYPE_CHECKING:
    import toolbox_cli.db.doctor.examine as examining
    from toolbox_cli.db.doctor import configuration, reports
else:
    configuration = deferred("toolbox_cli.db.doctor.configuration")
    examining = deferred("toolbox_cli.db.doctor.examine")
    reports = deferred("toolbox_cli.db.doctor.reports")

PerformanceOption = Annotated[bool, typer.Option("--performance", help="Look at statements, indexes and memory too.")]


def doctor(
    ctx: typer.Context,
    performance: PerformanceOption = False,
    platform: PlatformOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Look each database over, and say what to do about what is not well.

    Reads only. Warnings and notes end with 0, errors with 3.

    Examples:
        toolbox db doctor
        toolbox db doctor --performance
        toolbox db doctor --platform frames --format json
    """
    runtime = runtime_of(ctx)
    found, production = targets(runtime.settings, runtime.environ, platform), runtime.settings.production
    here = list(configuration.readable_secrets(runtime.environ, runtime.working_folder, runtime.config_file))
    with status(runtime, "Looking"):
        examinations = [examining.examine(target, performance=performance, production=production) for target in found]
    report = reports.examined(examinations, here)
    render(runtime, report, form)
    if exit_status := reports.status_of(examinations, report):
        raise typer.Exit(exit_status)
