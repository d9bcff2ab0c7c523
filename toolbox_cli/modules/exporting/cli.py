"""`toolbox modules export` and `schema`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import OutputOption, runtime_of
from toolbox_cli.core.output import put_text
from toolbox_cli.modules.options import As, AsOption, FolderOption, SlugsArgument, StatusOption

if TYPE_CHECKING:
    from toolbox_cli.modules.exporting import asking
else:
    asking = deferred("toolbox_cli.modules.exporting.asking")


def export(
    ctx: typer.Context,
    slugs: SlugsArgument = None,
    folder: FolderOption = None,
    form: AsOption = As.YAML,
    status: StatusOption = None,
) -> None:
    """Write modules to files in their native form, which an import reads back as the same modules.

    Each file says which revision it was written from, so that an import of it notices what was edited meanwhile. A file
    that says what was never imported is not overwritten (status 4).

    Examples:
        toolbox modules export --output exported
        toolbox modules export lab-safety --as markdown
        toolbox modules export --status published --as json --output published
    """
    asking.export(runtime_of(ctx), slugs, folder, form, status)


def schema(ctx: typer.Context, output: OutputOption = None) -> None:
    """Print the JSON Schema of a module's file, so that editors complete and check it.

    Examples:
        toolbox modules schema
        toolbox modules schema --output module.schema.json
    """
    put_text(lambda _: asking.schema(), runtime_of(ctx).out, output)
