"""What the commands that tie courses and assignments ask for."""

from enum import StrEnum
from typing import Annotated

import typer


class Kind(StrEnum):
    """What ties are suggested for."""

    COURSE = "course"
    ASSIGNMENT = "assignment"


TargetArgument = Annotated[
    str,
    typer.Argument(metavar="COURSE|ASSIGNMENT", help="Its key here, INTEGRATION:ID or INTEGRATION:COURSE:ASSIGNMENT."),
]
ContentOption = Annotated[
    list[str] | None,
    typer.Option("--content", metavar="CONTENT", help="Content by key or title; for a course may be repeated."),
]
QuizOption = Annotated[str | None, typer.Option("--quiz", metavar="QUIZ", help="Quiz by key or title.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="In place of what the assignment is linked with.")]
NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these integrations.", show_default="all")
]
KindOption = Annotated[Kind | None, typer.Option("--only", help="Only for these.")]
LeastOption = Annotated[float, typer.Option("--least", min=0, max=1, help="Lowest score, 0 to 1.")]
BestOption = Annotated[int, typer.Option("--best", min=1, max=20, help="How many for each, content and quizzes apart.")]
