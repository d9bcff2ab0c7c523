"""`toolbox agents metrics` and `health`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.agents.options import tell
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import FormatOption, OutputOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.agents.measuring import asking
else:
    asking = deferred("toolbox_cli.agents.measuring.asking")


class Form(StrEnum):
    """The form of figures."""

    TABLE = "table"
    JSON = "json"
    PROMETHEUS = "prometheus"


def metrics(
    ctx: typer.Context,
    since: Annotated[str, typer.Option("--since", metavar="DURATION", help="Look back so long.")] = "1d",
    form: Annotated[Form, typer.Option("--format", help="How to print the figures.", show_default=True)] = Form.TABLE,
    output: OutputOption = None,
) -> None:
    """Tell by agent how many tasks it did, how long they took, how many failed, and how good reviews found them.

    Latency is the time of the tries that completed: what 50, 95 and 99 of 100 did not exceed. --format
    prometheus has counters of all time as well; with --output it suits the textfile collector.

    Examples:
        toolbox agents metrics
        toolbox agents metrics --since 7d --format json
        toolbox agents metrics --format prometheus --output agents.prom
    """
    runtime, since_s = runtime_of(ctx), seconds(since)
    if since_s <= 0:
        raise UsageError("--since is no time to look back.", remedy="Write it as 1h or 7d.")
    if form is Form.PROMETHEUS:
        asking.expose(runtime, since_s, output)
    elif output is not None:
        raise UsageError("--output is for --format prometheus.")
    else:
        render(runtime, asking.metrics(runtime, since_s), Format(form.value))


def health(ctx: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """Say whether agents are well, and keep it in system_health_checks: queue, workers, lost tasks, dead letters.

    Status 3 where nothing goes on: tasks are pending and no worker is alive. For cron and probes.

    Examples:
        toolbox agents health
        toolbox agents health --format json
    """
    tell(ctx, asking.health(runtime_of(ctx)), form, Exit.FINDINGS)
