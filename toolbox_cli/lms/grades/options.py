"""What the commands of `toolbox lms grades` ask for."""

from typing import Annotated

import typer

NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME...]", help="Integrations.", show_default="all")
]
GradesArgument = Annotated[list[str] | None, typer.Argument(metavar="[GRADE...]", help="Grades, by their ids.")]
AssignmentOption = Annotated[
    str | None, typer.Option("--assignment", metavar="ID", help="Those of this assignment, by its key there or here.")
]
IntegrationOption = Annotated[
    str | None, typer.Option("--integration", metavar="NAME", help="Those of this integration.")
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Send no more than that of each integration.", show_default="all")
]
SendNothingOption = Annotated[
    bool, typer.Option("--dry-run", help="Check what would be sent, and send and change nothing.")
]
DeadOption = Annotated[bool, typer.Option("--dead", help="List the grades that were given up, with the reason.")]
