"""What every command of `toolbox seed` asks for."""

from datetime import datetime
from typing import Annotated

import typer

from toolbox_cli.core.shipped import shipped
from toolbox_cli.seed.profiles.names import ENDING


def _profile_names(incomplete: str) -> list[str]:
    files = sorted((shipped("seeds") / "profiles").glob(f"*{ENDING}"))
    return [file.stem for file in files if file.stem.startswith(incomplete)]


ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME|FILE", autocompletion=_profile_names, help="How much of what: see toolbox seed list."
    ),
]
StudentsOption = Annotated[
    int | None, typer.Option(min=1, max=1_000_000, help="So many students.", show_default="the profile's")
]
SeedOption = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same rows.")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day that the rows take as today.", show_default="today"),
]
LocaleOption = Annotated[
    str | None, typer.Option(metavar="LOCALE", help="Names of this locale alone.", show_default="the profile's")
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TABLES", help="Only these tables, by comma, with those that they stand on.", show_default="all"
    ),
]
AppendOption = Annotated[bool, typer.Option("--append", help="Load beside rows that seeding did not make.")]
ResetOption = Annotated[bool, typer.Option("--reset", help="First delete what seeding made, and nothing else.")]
BulkOption = Annotated[
    bool, typer.Option("--bulk", help="Build indexes and keys after loading empty tables: faster, locks them.")
]
