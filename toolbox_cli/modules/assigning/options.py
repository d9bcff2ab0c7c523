"""What `toolbox modules assign` is asked with."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Kind(StrEnum):
    """How binding an assignment is."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    RECOMMENDED = "recommended"


SlugsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[SLUG]...", help="Slugs of published modules.", show_default=False)
]
ToOption = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="KIND:NAME",
        help="student:ID or E-MAIL, team:ID or NAME, university:ID or NAME, rule:NAME; may be repeated.",
    ),
]
FileOption = Annotated[
    Path | None,
    typer.Option("--from-file", metavar="FILE", help="A student or KIND:NAME a line; - is stdin.", show_default=False),
]
DueOption = Annotated[
    str | None,
    typer.Option(
        "--due",
        metavar="DATE|+DAYS|none",
        help="Last day to finish it; +14 is 14 days from the day of the assignment.",
        show_default="none, or as it was",
    ),
]
KindOption = Annotated[
    Kind | None, typer.Option("--as", help="How binding it is.", show_default="required, or as it was")
]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="FACULTY", help="Who of the faculty assigns it: id or e-mail address.")
]
UniversityOption = Annotated[
    str | None, typer.Option("--university", metavar="ID", help="Whose students the rule is for.", show_default="all")
]
SubsystemOption = Annotated[
    str | None, typer.Option("--subsystem", metavar="NAME", help="Whose teams the rule subsystem_specific is for.")
]
RulesOption = Annotated[
    bool, typer.Option("--rules", help="Run the rules again, of these modules or all; for cron: silent if nothing new.")
]
RemoveOption = Annotated[bool, typer.Option("--remove", help="Take the assignments back, or stop the rule.")]
WithAssignedOption = Annotated[
    bool, typer.Option("--with-assigned", help="Of a rule that is stopped, also take back what it assigned.")
]
BegunOption = Annotated[
    bool, typer.Option("--even-begun", help="Also where students have begun: their progress is left without it.")
]
