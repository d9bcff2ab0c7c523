"""`toolbox analytics datasets`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.analytics.datasets import telling
else:
    telling = deferred("toolbox_cli.analytics.datasets.telling")


def datasets(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One of them.", show_default=False)] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what may leave the database; of one dataset, every column, and what becomes of it on the way.

    Asks no database. How a column leaves is that of a pseudonymous export; in an identified one everything leaves as
    it is, but for texts of closed lists and patterns of paths. Long lists are whole in JSON.

    Examples:
        toolbox analytics datasets
        toolbox analytics datasets module-events
        toolbox analytics datasets quiz-attempts --format json
    """
    whole = form is Format.JSON
    render(runtime_of(ctx), telling.one_dataset(name, whole=whole) if name else telling.every_dataset(), form)
