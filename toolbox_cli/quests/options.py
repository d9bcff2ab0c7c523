"""Arguments and options that several commands of this group share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from toolbox_cli.content.faults.forms import Form


class As(StrEnum):
    """The form of a quest's file."""

    YAML = "yaml"
    JSON = "json"


class Drawn(StrEnum):
    """The language of a drawing."""

    MERMAID = "mermaid"
    DOT = "dot"


class OnConflict(StrEnum):
    """What to do with quests that were edited elsewhere."""

    FAIL = "fail"
    TAKE = "take"
    KEEP = "keep"


PathsArgument = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)]
QuestsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[QUEST]...", help="Only these quests.", show_default="all")
]
QuestArgument = Annotated[
    str, typer.Argument(metavar="QUEST|FILE", help="Name of a quest, or a file.", show_default=False)
]
AuthorOption = Annotated[
    str | None,
    typer.Option("--author", metavar="USER", help="Whose new quests are: id or messenger account.", show_default=False),
]
ConflictOption = Annotated[
    OnConflict,
    typer.Option("--on-conflict", help="Of quests edited elsewhere: stop, let the file win, or keep the database's."),
]
FaultsFormOption = Annotated[Form, typer.Option("--format", help="How to print the report.")]
AsOption = Annotated[As, typer.Option("--as", help="Form of the files.")]
DrawnOption = Annotated[Drawn, typer.Option("--as", help="Language of the drawing.")]
FolderOption = Annotated[
    Path | None, typer.Option("--output", metavar="FOLDER", help="Write a file a quest here; stdout for one alone.")
]
PersonalOption = Annotated[
    bool, typer.Option("--personal", help="With names and messages; who looked is written to the audit log.")
]
