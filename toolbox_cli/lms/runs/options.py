"""What the commands about runs ask for."""

from enum import StrEnum
from typing import Annotated

import typer


class FileForm(StrEnum):
    """The form of a file for people."""

    CSV = "csv"
    HTML = "html"


NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these integrations.", show_default="all")
]
NameArgument = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="Only this integration.", show_default="all")
]
RunArgument = Annotated[int, typer.Argument(metavar="RUN", min=1, help="The run's number.")]
CheckOption = Annotated[
    bool, typer.Option("--check", help="End with status 3 where one is overdue or held: for monitoring.")
]
LastOption = Annotated[int, typer.Option("--last", metavar="NUMBER", min=1, max=10_000, help="How many runs.")]
IssuesOption = Annotated[bool, typer.Option("--issues", help="What was wrong with records.")]
DiffOption = Annotated[bool, typer.Option("--diff", help="Each field before and after.")]
AsOption = Annotated[
    FileForm | None, typer.Option("--as", help="Write a file for people: csv or html.", show_default="the report")
]
PersonalOption = Annotated[
    bool, typer.Option("--personal", help="With names and addresses; who looked is written to the audit log.")
]
