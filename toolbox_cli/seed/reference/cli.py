"""`toolbox seed reference`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import DryRunOption, FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.core.progress import status

if TYPE_CHECKING:
    from toolbox_cli.seed.reference import reports, running
else:
    reports = deferred("toolbox_cli.seed.reference.reports")
    running = deferred("toolbox_cli.seed.reference.running")


def reference(
    ctx: typer.Context,
    platform: PlatformOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Load what every installation starts with: objectives, lessons, templates, quests, modules.

    Allowed in production, and harmless to repeat: rows are found again by stable keys, what changed in a new version
    is updated, and what somebody here has changed is left and told of. --dry-run shows the difference, field by field.

    Examples:
        toolbox seed reference --dry-run
        toolbox seed reference
        toolbox seed reference --platform frames --format json
    """
    runtime = runtime_of(ctx)
    found = targets(runtime.settings, runtime.environ, platform)
    with status(runtime, "Loading reference data"):
        done = running.seed_each(found, runtime.settings, dry_run=dry_run)
    render(runtime, reports.loaded(done, dry_run=dry_run), form)
