"""`toolbox agents status` and `logs`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.agents.options import MostOption, TasksArgument, WorkflowOption
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, Report, render

if TYPE_CHECKING:
    from toolbox_cli.agents.showing import asking, watching
else:
    asking = deferred("toolbox_cli.agents.showing.asking")
    watching = deferred("toolbox_cli.agents.showing.watching")


def status(
    ctx: typer.Context,
    tasks: TasksArgument = None,
    workflow: WorkflowOption = None,
    most: MostOption = 100,
    watch: Annotated[bool, typer.Option("--watch", help="Come back when all of them have ended.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say how tasks stand; without a name those that are waiting, pending or running, in the order of their turn.

    waiting: for other tasks. pending: for a worker. dead_letter: given up after all its tries. Parts of a task stand
    below it.

    Examples:
        toolbox agents status
        toolbox agents status --workflow 1d6a9f52-7c41-4b8e-a3d5-2f90c6e81b47 --watch
        toolbox agents status 5b1f7c9e-3a52-4f0e-9d39-8a1c1a7a2f10 --format json
    """
    runtime = runtime_of(ctx)

    def look() -> Report:
        return asking.status(runtime, tasks or [], workflow, most)

    render(runtime, watching.watch(runtime, look) if watch else look(), form)


def logs(
    ctx: typer.Context,
    tasks: TasksArgument = None,
    workflow: WorkflowOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Tell every try of tasks: when, by which worker, with which model, what became of it, and why.

    Examples:
        toolbox agents logs 5b1f7c9e-3a52-4f0e-9d39-8a1c1a7a2f10
        toolbox agents logs --workflow 1d6a9f52-7c41-4b8e-a3d5-2f90c6e81b47 --format json
    """
    render(runtime_of(ctx), asking.logs(runtime_of(ctx), tasks or [], workflow), form)
