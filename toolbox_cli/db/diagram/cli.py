"""`toolbox db diagram`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import OutputOption, runtime_of
from toolbox_cli.db.declared.options import SchemaOption
from toolbox_cli.db.diagram.forms import Columns, Language

if TYPE_CHECKING:
    from toolbox_cli.db.declared import choosing
    from toolbox_cli.db.diagram import drawing, writing
else:
    choosing = deferred("toolbox_cli.db.declared.choosing")
    drawing = deferred("toolbox_cli.db.diagram.drawing")
    writing = deferred("toolbox_cli.db.diagram.writing")

LanguageOption = Annotated[
    Language,
    typer.Option("--as", help="mermaid: for Markdown, as GitHub draws it. dot: for Graphviz. json: for a program."),
]
ColumnsOption = Annotated[
    Columns, typer.Option("--columns", help="Which columns the boxes list: all, those of keys, or none.")
]
AroundOption = Annotated[
    list[str] | None,
    typer.Option("--around", metavar="TABLE", help="Only this table and its neighbours, as users or 'roblox_*'."),
]
AreaOption = Annotated[
    list[str] | None,
    typer.Option("--area", metavar="AREA", help="Only this part of toolboxai, such as roblox, and what it refers to."),
]


def diagram(
    ctx: typer.Context,
    platform: SchemaOption = None,
    language: LanguageOption = Language.MERMAID,
    columns: ColumnsOption = Columns.KEYS,
    around: AroundOption = None,
    area: AreaOption = None,
    output: OutputOption = None,
) -> None:
    """Draw tables and the foreign keys between them, from the models; asks no database.

    A line ends in a fork where many rows may refer to one, and in a ring where there may be none. It is solid where
    rows are deleted with the one that they refer to.

    Examples:
        toolbox db diagram --platform frames
        toolbox db diagram --platform pas_in_peace --around quests --columns all
        toolbox db diagram --platform toolboxai --area roblox --output roblox.mmd
        toolbox db diagram --platform toolboxai --as dot | dot -Tsvg > toolboxai.svg
    """
    runtime = runtime_of(ctx)
    made = drawing.draw(choosing.platforms_of(platform), columns, around=around or (), areas=area or ())
    writing.put(runtime, made, language, output)
