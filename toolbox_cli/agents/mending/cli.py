"""`toolbox agents cancel`, `retry` and `dead-letter`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.agents.options import MostOption, TasksArgument, WorkflowOption
from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.options import FormatOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.agents.mending import asking
else:
    asking = deferred("toolbox_cli.agents.mending.asking")

AllOption = Annotated[bool, typer.Option("--all", help="All dead letters.")]


def cancel(
    ctx: typer.Context,
    tasks: TasksArgument = None,
    workflow: WorkflowOption = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; stands at each task.")] = "Cancelled by an operator.",
    form: FormatOption = Format.TABLE,
) -> None:
    """Cancel tasks with their parts and what needs them; what runs is stopped by its worker within a moment.

    Examples:
        toolbox agents cancel 5b1f7c9e-3a52-4f0e-9d39-8a1c1a7a2f10
        toolbox agents cancel --workflow 5b1f7c9e-3a52-4f0e-9d39-8a1c1a7a2f10 --reason "Wrong grade"
    """
    render(runtime_of(ctx), asking.cancel(runtime_of(ctx), tasks or [], workflow, reason), form)


def retry(
    ctx: typer.Context,
    tasks: TasksArgument = None,
    workflow: WorkflowOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Let tasks that failed, were cancelled or given up begin anew, with those that were cancelled for their sake.

    Examples:
        toolbox agents retry 5b1f7c9e-3a52-4f0e-9d39-8a1c1a7a2f10
        toolbox agents retry --workflow 5b1f7c9e-3a52-4f0e-9d39-8a1c1a7a2f10
    """
    render(runtime_of(ctx), asking.retry(runtime_of(ctx), tasks or [], workflow), form)


def list_(ctx: typer.Context, most: MostOption = 100, form: FormatOption = Format.TABLE) -> None:
    """List tasks that were given up after all their tries, the oldest first.

    Examples:
        toolbox agents dead-letter list
        toolbox agents dead-letter list --format json
    """
    render(runtime_of(ctx), asking.letters(runtime_of(ctx), most), form)


def requeue(
    ctx: typer.Context, tasks: TasksArgument = None, everything: AllOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Let dead letters begin anew, with all their tries.

    Examples:
        toolbox agents dead-letter requeue 8f3e2b10-6d57-4c9a-9e24-b7a1530fd6c8
        toolbox agents dead-letter requeue --all
    """
    render(runtime_of(ctx), asking.requeue(runtime_of(ctx), tasks or [], everything=everything), form)


def drop(
    ctx: typer.Context,
    tasks: TasksArgument = None,
    everything: AllOption = False,
    yes: YesOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Leave dead letters as failed for good; their tries stay on record.

    Examples:
        toolbox agents dead-letter drop 8f3e2b10-6d57-4c9a-9e24-b7a1530fd6c8 --yes
        toolbox agents dead-letter drop --all
    """
    render(runtime_of(ctx), asking.drop(runtime_of(ctx), tasks or [], everything=everything, yes=yes), form)


dead_letter = group(
    "dead-letter",
    "Look after tasks that were given up after all their tries.",
    {
        "list": Entry(
            "toolbox_cli.agents.mending.cli:list_",
            "List tasks that were given up after all their tries, the oldest first.",
        ),
        "requeue": Entry(
            "toolbox_cli.agents.mending.cli:requeue", "Let dead letters begin anew, with all their tries."
        ),
        "drop": Entry(
            "toolbox_cli.agents.mending.cli:drop",
            "Leave dead letters as failed for good; their tries stay on record.",
        ),
    },
)
