"""Options that several commands share, each declared once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from toolbox_cli.core.findings import Severity
from toolbox_cli.core.output import Format
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.settings import PLATFORMS


class FailOn(StrEnum):
    """The least that fails a run."""

    WARNING = Severity.WARNING.value
    ERROR = Severity.ERROR.value


def _platform_names(incomplete: str) -> list[str]:
    return [name for name in PLATFORMS if name.startswith(incomplete)]


FormatOption = Annotated[Format, typer.Option("--format", help="How to print the report.", show_default=True)]
PlatformOption = Annotated[
    str | None,
    typer.Option(
        "--platform",
        metavar="PLATFORM",
        autocompletion=_platform_names,
        help=f"Only this one of {', '.join(PLATFORMS)}.",
    ),
]
FailOnOption = Annotated[FailOn, typer.Option("--fail-on", help="The least that ends with status 3.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write it to a file, whole or not at all.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Do all of it in a transaction that is rolled back, and show the result.")
]


def runtime_of(ctx: typer.Context) -> Runtime:
    """Give the world of the running command."""
    found: Runtime = ctx.find_root().obj
    return found
