"""`toolbox modules list`, `show` and `diff`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.modules.options import (
    CategoryOption,
    FromOption,
    RevisionOption,
    SinceOption,
    SlugArgument,
    StatusOption,
    TagOption,
)

if TYPE_CHECKING:
    from toolbox_cli.modules.showing import asking
else:
    asking = deferred("toolbox_cli.modules.showing.asking")


def list_(
    ctx: typer.Context,
    status: StatusOption = None,
    category: CategoryOption = None,
    tag: TagOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the modules that there are, by slug.

    Examples:
        toolbox modules list
        toolbox modules list --status published --category Safety
        toolbox modules list --tag required --format json
    """
    render(runtime_of(ctx), asking.list_(runtime_of(ctx), asking.Filter(status, category, tag)), form)


def show(
    ctx: typer.Context, slug: SlugArgument, revision: RevisionOption = None, form: FormatOption = Format.TABLE
) -> None:
    """Show a module with its sections, as it is or as it was at a revision.

    Examples:
        toolbox modules show lab-safety
        toolbox modules show lab-safety --revision 1 --format json
    """
    render(runtime_of(ctx), asking.show(runtime_of(ctx), slug, revision), form)


def diff(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="SLUG|PATH", help="A module, or files.", show_default=False)],
    source: FromOption = "auto",
    revision: SinceOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say field by field what an import of files would change, or what changed in a module since a revision.

    What is there as a file or folder is taken for one. With the revision that a module is at, it says what other
    programs changed since.

    Examples:
        toolbox modules diff modules
        toolbox modules diff course.imscc --from imscc
        toolbox modules diff lab-safety
        toolbox modules diff lab-safety --revision 1 --format json
    """
    report = asking.diff(runtime_of(ctx), what, revision, source)
    render(runtime_of(ctx), asking.as_people_read(report) if form is Format.TABLE else report, form)
