"""Arguments and options that several commands of this group share."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import runtime_of
from toolbox_cli.core.output import Format, Report, render

FilesArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE]...", help="Agents' files, or folders of them.", show_default="those that come with toolbox"
    ),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The agent's name.", show_default=False)]
NamesArgument = Annotated[list[str], typer.Argument(metavar="NAME...", help="Agents' names.", show_default=False)]
TaskArgument = Annotated[UUID, typer.Argument(metavar="TASK", help="The task's key.", show_default=False)]
TasksArgument = Annotated[
    list[UUID] | None, typer.Argument(metavar="[TASK]...", help="Tasks' keys.", show_default=False)
]
WorkflowOption = Annotated[
    UUID | None, typer.Option("--workflow", metavar="ID", help="All tasks of this workflow.", show_default=False)
]
ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="USER", help="Who asks: sign-in name, e-mail address or key.", show_default="nobody"),
]
PriorityOption = Annotated[
    int | None,
    typer.Option("--priority", min=0, max=10, help="Higher goes first, 0 to 10.", show_default="the agent's"),
]
ConcurrencyOption = Annotated[
    int, typer.Option("--concurrency", min=1, max=64, help="Tasks at once, each in a process of its own.")
]
MostOption = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]


def tell(ctx: typer.Context, report: Report, form: Format, otherwise: Exit = Exit.REFUSED) -> None:
    """Write a report, and end with a status of its own where not all is well."""
    render(runtime_of(ctx), report, form)
    if not report.ok:
        raise typer.Exit(otherwise)
