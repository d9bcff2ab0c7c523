"""What `toolbox lms purge` asks for."""

from typing import Annotated

import typer

NameArgument = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="Only this integration.", show_default="all")
]
KeepOption = Annotated[
    str | None,
    typer.Option(
        "--keep", metavar="DURATION", help="What is older goes, such as 90d.", show_default="setting lms.keep_days"
    ),
]
BeforeOption = Annotated[
    str | None, typer.Option("--before", metavar="DAY", help="What is from before this day, in UTC, goes.")
]
PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="ID", help="Forget this person, by a key there or here.")
]
