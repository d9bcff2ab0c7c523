"""`toolbox quests export` and `graph`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import OutputOption, runtime_of
from toolbox_cli.core.output import put_text
from toolbox_cli.quests.options import As, AsOption, Drawn, DrawnOption, FolderOption, QuestArgument, QuestsArgument

if TYPE_CHECKING:
    from toolbox_cli.quests.exporting import asking
else:
    asking = deferred("toolbox_cli.quests.exporting.asking")


def export(
    ctx: typer.Context, quests: QuestsArgument = None, folder: FolderOption = None, form: AsOption = As.YAML
) -> None:
    """Write quests to files, which an import reads back as the same quests.

    Each file says which content it was written from, so that an import of it notices what was edited meanwhile. A quest
    without a graph is left out and named: `toolbox quests backfill` makes one.

    Examples:
        toolbox quests export --output quests
        toolbox quests export paper-lanterns
        toolbox quests export paper-lanterns --as json --output quests
    """
    asking.export(runtime_of(ctx), quests, folder, form)


def graph(
    ctx: typer.Context, quest: QuestArgument, language: DrawnOption = Drawn.MERMAID, output: OutputOption = None
) -> None:
    """Draw a quest as Mermaid or DOT, with what is sensitive and what is revealed marked.

    Examples:
        toolbox quests graph paper-lanterns
        toolbox quests graph quests/lanterns.yaml --as dot --output lanterns.dot
    """
    runtime = runtime_of(ctx)
    drawn = asking.drawn(runtime, quest, language)
    put_text(lambda _: drawn, runtime.out, output)
