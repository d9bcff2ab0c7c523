"""`toolbox db doctor`."""

from typing import Annotated

import typer

from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.core.progress import status
from toolbox_cli.db.doctor import reports
from toolbox_cli.db.doctor.checks.configuration import readable_secrets
from toolbox_cli.db.doctor.examine import examine

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
    here = list(readable_secrets(runtime.environ, runtime.working_folder, runtime.config_file))
    with status(runtime, "Looking"):
        examinations = [examine(target, performance=performance, production=production) for target in found]
    report = reports.examined(examinations, here)
    render(runtime, report, form)
    if exit_status := reports.status_of(examinations, report):
        raise typer.Exit(exit_status)
