"""`toolbox agents generate`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.agents.options import ByOption, PriorityOption, tell
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format

if TYPE_CHECKING:
    from toolbox_cli.agents.generating import asking
else:
    asking = deferred("toolbox_cli.agents.generating.asking")


def generate(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the lesson is about, in words.")] = "",
    subject: Annotated[str | None, typer.Option("--subject", help="Such as Mathematics or Science.")] = None,
    grade: Annotated[int | None, typer.Option("--grade", min=1, max=12, help="Of the class.")] = None,
    environment: Annotated[str | None, typer.Option("--environment", help="Where it plays, such as island.")] = None,
    objective: Annotated[str | None, typer.Option("--objective", help="Key of a learning objective.")] = None,
    minutes: Annotated[int | None, typer.Option("--minutes", min=15, max=180, help="How long it takes.")] = None,
    questions: Annotated[int | None, typer.Option("--questions", min=5, max=20, help="How many the quiz has.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Another one gives another lesson.")] = None,
    model: Annotated[bool, typer.Option("--model", help="Ask the language model that is configured.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Come back when it has ended.")] = False,
    by: ByOption = None,
    priority: PriorityOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Make a whole lesson: plan, quiz, land and scripts, reviewed and stored. Works offline.

    The same words and seed give the same lesson. --wait shows its tasks, does them itself where no worker is alive, and
    ends with status 3 where the review did not approve them. Where there are no agents, those that come with toolbox
    are registered.

    Examples:
        toolbox agents generate "grade 5, fractions, island" --wait
        toolbox agents generate "water cycle" --subject Science --grade 4 --environment river
        toolbox agents generate --objective math-5-add-unlike-fractions --seed 7 --format json
    """
    fields = {
        "subject": subject, "grade": grade, "environment": environment, "objective": objective,
        "duration_minutes": minutes, "questions": questions, "seed": seed,
    }  # fmt: skip
    wanted = asking.Wanted(text, fields, model, by, priority)
    tell(ctx, asking.generate(runtime_of(ctx), wanted, wait=wait), form, Exit.FINDINGS)
