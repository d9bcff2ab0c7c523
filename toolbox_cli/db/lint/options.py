"""The arguments and options of `toolbox db lint`."""

from enum import StrEnum
from typing import Annotated

import typer


class Form(StrEnum):
    """The form of the report."""

    TABLE = "table"
    JSON = "json"
    SARIF = "sarif"


RevisionsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="REVISION", help="Look at these; otherwise at those that the database lacks."),
]
FormOption = Annotated[Form, typer.Option("--format", help="How to print the report.")]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Ask no database: tables may be of any size. Needs a REVISION.")
]
NoSquawkOption = Annotated[bool, typer.Option("--no-squawk", help="By toolbox's own rules alone.")]
