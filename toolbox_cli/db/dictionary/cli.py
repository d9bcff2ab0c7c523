"""`toolbox db dictionary`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import OutputOption, runtime_of
from toolbox_cli.db.declared.options import SchemaOption
from toolbox_cli.db.dictionary.forms import Form
from toolbox_cli.models.privacy import Privacy

if TYPE_CHECKING:
    from toolbox_cli.db.declared import choosing
    from toolbox_cli.db.dictionary import chapters, writing
else:
    choosing = deferred("toolbox_cli.db.declared.choosing")
    chapters = deferred("toolbox_cli.db.dictionary.chapters")
    writing = deferred("toolbox_cli.db.dictionary.writing")

TableOption = Annotated[
    list[str] | None, typer.Option("--table", metavar="TABLE", help="Only this table, as users or 'roblox_*'.")
]
PrivacyOption = Annotated[
    list[Privacy] | None,
    typer.Option("--privacy", metavar="CLASS", help=f"Only columns of this class: {', '.join(Privacy)}."),
]
FormOption = Annotated[
    Form, typer.Option("--format", help="How to print it; markdown has diagrams, and links between tables.")
]


def dictionary(
    ctx: typer.Context,
    platform: SchemaOption = None,
    table: TableOption = None,
    privacy: PrivacyOption = None,
    form: FormOption = Form.TABLE,
    output: OutputOption = None,
) -> None:
    """Tell of every table and column: type, meaning, privacy class and rules; asks no database.

    From the models: what a database should be. `toolbox verify schema` says whether it is.

    Examples:
        toolbox db dictionary --platform frames
        toolbox db dictionary --table users
        toolbox db dictionary --privacy sensitive --privacy secret
        toolbox db dictionary --format json --output dictionary.json
        toolbox db dictionary --platform pas_in_peace --format markdown > pas_in_peace.md
    """
    runtime = runtime_of(ctx)
    found = chapters.chapters(choosing.platforms_of(platform), table or (), privacy or ())
    writing.put(found, form, runtime.out, output)
