"""`toolbox agents export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.agents.options import TaskArgument
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.agents.exporting import asking
else:
    asking = deferred("toolbox_cli.agents.exporting.asking")


def export(
    ctx: typer.Context,
    task: TaskArgument,
    folder: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Is made, or is empty.", show_default=False)],
    form: FormatOption = Format.TABLE,
) -> None:
    """Write an approved lesson as files: lesson.yaml, quiz.gift, terrain.json and its scripts in Luau; all or none.

    Examples:
        toolbox agents export 1d6a9f52-7c41-4b8e-a3d5-2f90c6e81b47 --to lesson
    """
    render(runtime_of(ctx), asking.export(runtime_of(ctx), task, folder), form)
