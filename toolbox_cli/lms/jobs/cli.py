"""`toolbox lms sync`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format
from toolbox_cli.lms.jobs.options import (
    AllOption,
    ApproveOption,
    FullOption,
    LimitsOption,
    LogFormat,
    LogFormatOption,
    MetricsFileOption,
    NamesArgument,
    NotifyUrlOption,
)

if TYPE_CHECKING:
    from toolbox_cli.lms.jobs import asking
else:
    asking = deferred("toolbox_cli.lms.jobs.asking")


def sync(
    ctx: typer.Context,
    names: NamesArgument = None,
    everything: AllOption = False,
    full: FullOption = False,
    dry_run: DryRunOption = False,
    approve: ApproveOption = None,
    limits: LimitsOption = None,
    notify_url: NotifyUrlOption = None,
    metrics_file: MetricsFileOption = None,
    log: LogFormatOption = LogFormat.TEXT,
    form: FormatOption = Format.TABLE,
) -> None:
    """Bring in what schools' systems have: courses, people, enrollments, assignments.

    Without names it syncs what is due; each integration is one transaction, and what befalls one does not stop the
    next. A run that would take too much away is held, changes nothing and ends with status 4; --approve applies what
    it was to change, if a new reading still asks for exactly that. Records at fault are left out: status 3. A system
    that can't be read: 5. Another sync of it goes on: 6. With --quiet there is no output where all is well.

    Examples:
        toolbox lms sync district --dry-run
        toolbox --quiet lms sync
        toolbox lms sync --all --full --format json
        toolbox lms sync district --approve 13
        toolbox lms sync district --limits term-rollover
        toolbox lms sync --log-format json --metrics-file /var/lib/node_exporter/toolbox.prom
    """
    asked = asking.Asked(
        tuple(names or ()), everything, full, dry_run, approve, limits, notify_url, metrics_file, log, form
    )
    if code := asking.run(runtime_of(ctx), asked):
        raise typer.Exit(code)
