"""`toolbox agents run`, `worker` and `rescue`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.agents.options import ConcurrencyOption, TaskArgument, tell
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.agents.running import asking
else:
    asking = deferred("toolbox_cli.agents.running.asking")


def run(ctx: typer.Context, task: TaskArgument, form: FormatOption = Format.TABLE) -> None:
    """Do one pending task in this process, whatever stands before it.

    For a look at what a task does; nothing here ends it, but workers take over what is a minute overdue. Status 3
    where it fails; a workflow's own task waits for its parts, which workers do, or further runs.

    Examples:
        toolbox agents run 5b1f7c9e-3a52-4f0e-9d39-8a1c1a7a2f10
    """
    tell(ctx, asking.run(runtime_of(ctx), task), form, Exit.FINDINGS)


def worker(
    ctx: typer.Context,
    concurrency: ConcurrencyOption = 2,
    agents: Annotated[
        list[str] | None,
        typer.Option("--agents", metavar="NAME", help="Only tasks of this agent; may be repeated.", show_default="all"),
    ] = None,
    drain: Annotated[bool, typer.Option("--drain", help="End when nothing is left to do.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Do tasks as they come, until told to stop; any number of workers on any number of machines share them.

    SIGTERM or Ctrl-C: it takes no more, gives what runs `agents.pace.grace_s` to end, and leaves the rest to other
    workers; a second signal ends it at once. Tasks of a worker that is gone are rescued by the others.

    Examples:
        toolbox agents worker
        toolbox agents worker --concurrency 4 --agents quiz --agents terrain
        toolbox agents worker --drain
    """
    render(runtime_of(ctx), asking.worker(runtime_of(ctx), concurrency, agents or [], drain=drain), form)


def rescue(ctx: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """Give tasks of workers that are gone to others, and queue what is due; workers do it themselves, too.

    Examples:
        toolbox agents rescue
    """
    render(runtime_of(ctx), asking.rescue(runtime_of(ctx)), form)
