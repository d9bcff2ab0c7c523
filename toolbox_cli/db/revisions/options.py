"""Arguments that the revision commands share."""

from typing import Annotated

import typer

GoalArgument = Annotated[
    str, typer.Argument(metavar="TARGET", help="heads, frames@head, frames@+1, or a revision.", show_default=True)
]
DocumentsOption = Annotated[
    str | None, typer.Option("--to", metavar="documents", help="Stop before toolbox's own revisions.")
]
