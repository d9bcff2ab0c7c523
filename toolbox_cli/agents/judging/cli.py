"""`toolbox agents review`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.agents.options import MostOption, TaskArgument
from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.agents.judging import asking
else:
    asking = deferred("toolbox_cli.agents.judging.asking")

JudgeOption = Annotated[
    str, typer.Option("--by", metavar="USER", help="Who judges: sign-in name, address or key.", show_default=False)
]
ContentOption = Annotated[
    str | None,
    typer.Option("--content", metavar="HASH", help="Hash of what was looked at.", show_default="the whole lesson's"),
]


def list_(
    ctx: typer.Context,
    judged: Annotated[bool, typer.Option("--all", help="What was judged too.")] = False,
    most: MostOption = 100,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what agents made and no person has judged: whole lessons, and objects that were changed since.

    Examples:
        toolbox agents review list
        toolbox agents review list --all --format json
    """
    render(runtime_of(ctx), asking.list_(runtime_of(ctx), judged=judged, most=most), form)


def approve(
    ctx: typer.Context,
    task: TaskArgument,
    by: JudgeOption,
    note: Annotated[str | None, typer.Option("--note", help="Why, in words.")] = None,
    content: ContentOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Approve what agents made, so that it may be deployed: exactly this content, and nothing that it becomes later.

    A teacher, an administrator or a developer judges. The latest judgement counts. Look at it first, with
    `toolbox agents export`.

    Examples:
        toolbox agents review approve 1d6a9f52-7c41-4b8e-a3d5-2f90c6e81b47 --by grace
        toolbox agents review approve 1d6a9f52-7c41-4b8e-a3d5-2f90c6e81b47 --by grace --note "Checked"
    """
    said = asking.Judgement(task, by, True, note, content)
    render(runtime_of(ctx), asking.judge(runtime_of(ctx), said), form)


def reject(
    ctx: typer.Context,
    task: TaskArgument,
    by: JudgeOption,
    note: Annotated[str, typer.Option("--note", help="Why, in words.", show_default=False)],
    content: ContentOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Reject what agents made, with the reason; what is not deployed yet stays so.

    Examples:
        toolbox agents review reject 1d6a9f52-7c41-4b8e-a3d5-2f90c6e81b47 --by grace --note "Too long"
    """
    said = asking.Judgement(task, by, False, note, content)
    render(runtime_of(ctx), asking.judge(runtime_of(ctx), said), form)


review = group(
    "review",
    "Judge what agents made: nothing of it is deployed on an agent's word alone.",
    {
        "list": Entry(
            "toolbox_cli.agents.judging.cli:list_",
            "List what agents made and no person has judged: whole lessons, and objects that were changed since.",
        ),
        "approve": Entry(
            "toolbox_cli.agents.judging.cli:approve",
            "Approve what agents made, so that it may be deployed: exactly this content, and nothing that it becomes"
            " later.",
        ),
        "reject": Entry(
            "toolbox_cli.agents.judging.cli:reject",
            "Reject what agents made, with the reason; what is not deployed yet stays so.",
        ),
    },
)
