"""`toolbox analytics ingest`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.analytics.ingesting.forms import From
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.analytics.ingesting import reports, run
else:
    reports = deferred("toolbox_cli.analytics.ingesting.reports")
    run = deferred("toolbox_cli.analytics.ingesting.run")

FilesArgument = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Files of events, one a line; - is stdin.", show_default=False)
]
FromOption = Annotated[From, typer.Option("--from", help="What the lines are: objects of ours, or statements of xAPI.")]


def ingest(
    ctx: typer.Context,
    files: FilesArgument,
    source: FromOption = From.JSONL,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take events of modules and of the platform's use in from files, each once, however often it is sent.

    Each line is one event with an id of its own; what each kind must carry is in docs/events.md. All of a run is one
    transaction a database, so a run that was killed has written nothing. A line that can't be taken in is set aside in
    toolbox.quarantined_events with the reason, and told by its file and line; the others are taken in (status 3). When
    it can be, after a student was added or with a newer toolbox, send the file again.

    Examples:
        toolbox analytics ingest events.jsonl --dry-run
        toolbox analytics ingest 2026-10.jsonl 2026-11.jsonl
        toolbox analytics ingest events.jsonl --format json
        toolbox analytics ingest statements.jsonl --from xapi
    """
    runtime = runtime_of(ctx)
    done = run.ingest(runtime, files, source, dry_run=dry_run)
    render(runtime, reports.report(done, dry_run=dry_run), form)
    if done.aside:
        raise typer.Exit(Exit.FINDINGS)
