"""`toolbox agents submit`."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from toolbox_cli.agents.options import ByOption, PriorityOption
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.agents.submitting import asking
else:
    asking = deferred("toolbox_cli.agents.submitting.asking")


def submit(
    ctx: typer.Context,
    task_type: Annotated[str, typer.Argument(metavar="TYPE", help="Type of the task.", show_default=False)],
    given: Annotated[str, typer.Option("--input", metavar="FILE|JSON", help="What is asked for.")] = "{}",
    agent: Annotated[
        str | None, typer.Option("--agent", help="Who does it.", show_default="the first of its type")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What it is called, for operators.")] = None,
    priority: PriorityOption = None,
    needs: Annotated[
        list[UUID] | None, typer.Option("--needs", metavar="TASK", help="Begin it when this one is complete.")
    ] = None,
    after: Annotated[str, typer.Option("--after", metavar="DURATION", help="Not before so long, such as 10m.")] = "0",
    by: ByOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Submit one task, which the next free worker does.

    Types: generate_environment (a whole workflow; `toolbox agents generate` asks for one in words), plan_environment,
    generate_content, generate_quiz, generate_terrain, generate_script, review_content. The input is a request: subject,
    grade, topic, objective, environment, duration_minutes, difficulty, questions, seed.

    Examples:
        toolbox agents submit generate_quiz --input '{"grade": 5, "topic": "fractions"}'
        toolbox agents submit generate_environment --input request.json --priority 9
    """
    wanted = asking.Wanted(task_type, given, agent, name, priority, needs or [], seconds(after), by)
    render(runtime_of(ctx), asking.submit_one(runtime_of(ctx), wanted), form)
