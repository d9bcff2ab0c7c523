"""Arguments and options that several commands of this group share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.modules.foreign.forms import FORMS

AUTO, NATIVE = "auto", "native"
KNOWN = (AUTO, NATIVE, *FORMS)
"""What `--from` takes."""


class As(StrEnum):
    """The form of a module's file."""

    YAML = "yaml"
    JSON = "json"
    MARKDOWN = "markdown"


class Status(StrEnum):
    """How far a module is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class OnConflict(StrEnum):
    """What to do with modules that a file may not replace unasked."""

    FAIL = "fail"
    TAKE = "take"
    KEEP = "keep"


PathsArgument = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)]
SlugArgument = Annotated[str, typer.Argument(metavar="SLUG", help="The module's slug.", show_default=False)]
SlugsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[SLUG]...", help="Only these modules.", show_default="all")
]
FaultsFormOption = Annotated[Form, typer.Option("--format", help="How to print the report.")]


def _forms(incomplete: str) -> list[str]:
    return [form for form in KNOWN if form.startswith(incomplete)]


FromOption = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="FORM",
        autocompletion=_forms,
        help=f"Form of the files: {', '.join(KNOWN[:-1])} or {KNOWN[-1]}.",
    ),
]
LossesOption = Annotated[
    bool, typer.Option("--losses", help="Tell of each object of a package, not only how many were lost for a reason.")
]
ConflictOption = Annotated[
    OnConflict,
    typer.Option(
        "--on-conflict",
        help="Of modules edited elsewhere, or with no common section: stop, let the file win, or keep the database's.",
    ),
]
PublishOption = Annotated[
    bool, typer.Option("--publish", help="Publish the modules of these files, but for archived ones.")
]
ProcessesOption = Annotated[
    int | None,
    typer.Option("--processes", min=0, max=64, help="How many processes read files.", show_default="as many as fit"),
]
AsOption = Annotated[As, typer.Option("--as", help="Form of the files.")]
FolderOption = Annotated[
    Path | None, typer.Option("--output", metavar="FOLDER", help="Write a file a module here; stdout for one alone.")
]
StatusOption = Annotated[Status | None, typer.Option("--status", help="Only modules that are this far.")]
CategoryOption = Annotated[str | None, typer.Option("--category", help="Only modules of this category.")]
TagOption = Annotated[str | None, typer.Option("--tag", help="Only modules with this tag.")]
RevisionOption = Annotated[
    int | None, typer.Option("--revision", metavar="N", min=1, help="As it was then.", show_default="as it is now")
]
SinceOption = Annotated[
    int | None,
    typer.Option("--revision", metavar="N", min=1, help="Compare with this revision.", show_default="the one before"),
]
WithDatabaseOption = Annotated[
    bool, typer.Option("--with-database", help="Modules, authors and universities of the database count as known.")
]
