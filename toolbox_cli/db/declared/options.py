"""Options of the commands that tell of the models."""

from typing import Annotated, Final

import typer

from toolbox_cli.core.settings import PLATFORMS, RECORDS

_NAMES: Final = (*PLATFORMS, RECORDS)


def _names(incomplete: str) -> list[str]:
    return [name for name in _NAMES if name.startswith(incomplete)]


SchemaOption = Annotated[
    str | None,
    typer.Option(
        "--platform", metavar="PLATFORM", autocompletion=_names, help=f"Only this one of {', '.join(_NAMES)}."
    ),
]
