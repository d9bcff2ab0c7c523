"""`toolbox agents list`, `show`, `register`, `update` and `disable`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.agents.options import FilesArgument, NameArgument, NamesArgument, tell
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.agents.registering import asking
else:
    asking = deferred("toolbox_cli.agents.registering.asking")


def list_(
    ctx: typer.Context,
    disabled: Annotated[bool, typer.Option("--all", help="Those that are disabled too.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """List agents with their limits, and how many tasks they have.

    Examples:
        toolbox agents list
        toolbox agents list --all --format json
    """
    render(runtime_of(ctx), asking.list_(runtime_of(ctx), disabled=disabled), form)


def show(ctx: typer.Context, name: NameArgument, form: FormatOption = Format.TABLE) -> None:
    """Show an agent: everything that is set, and its tasks by status.

    Examples:
        toolbox agents show quiz
        toolbox agents show quiz --format json
    """
    render(runtime_of(ctx), asking.show(runtime_of(ctx), name), form)


def register(
    ctx: typer.Context, files: FilesArgument = None, dry_run: DryRunOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Register agents from their files, all of them or none; without a file those that come with toolbox.

    An agent is one file in YAML, as in seeds/agents/. One that is registered as its file says stays as it is; one that
    differs is refused (status 4): change it with `toolbox agents update`.

    Examples:
        toolbox agents register --dry-run
        toolbox agents register
        toolbox agents register quiz-hard.yaml
    """
    tell(ctx, asking.register_files(runtime_of(ctx), files or [], dry_run=dry_run), form)


def update(
    ctx: typer.Context, files: FilesArgument = None, dry_run: DryRunOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Change registered agents to what their files say, all of them or none.

    New limits hold for tasks that begin from now on; without a file agents become as they come with toolbox.

    Examples:
        toolbox agents update quiz-hard.yaml --dry-run
        toolbox agents update
    """
    tell(ctx, asking.update_files(runtime_of(ctx), files or [], dry_run=dry_run), form)


def disable(
    ctx: typer.Context,
    names: NamesArgument,
    undo: Annotated[bool, typer.Option("--undo", help="Let them get tasks again.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Let agents get no new tasks; those that they have are done. --undo takes it back.

    Examples:
        toolbox agents disable quiz-hard
        toolbox agents disable quiz-hard --undo
    """
    tell(ctx, asking.disable(runtime_of(ctx), names, undo=undo), form)
