"""What `toolbox lms sync` asks for."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LogFormat(StrEnum):
    """How a job tells of each run on stderr."""

    TEXT = "text"
    JSON = "json"


NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="The integrations, due or not.", show_default="those that are due"),
]
AllOption = Annotated[bool, typer.Option("--all", help="Every integration that is not paused, due or not.")]
FullOption = Annotated[bool, typer.Option("--full", help="Read everything, even where what changed would do.")]
ApproveOption = Annotated[
    int | None, typer.Option("--approve", metavar="RUN", min=1, help="Apply exactly what this held run was to change.")
]
LimitsOption = Annotated[
    str | None,
    typer.Option(
        "--limits", metavar="PROFILE", help="Limits by their name in the settings.", show_default="the integration's"
    ),
]
NotifyUrlOption = Annotated[
    str | None,
    typer.Option(
        "--notify-url", metavar="URL", help="Webhook to tell of a held or failed run.", show_default="notify.url"
    ),
]
MetricsFileOption = Annotated[
    Path | None, typer.Option("--metrics-file", metavar="FILE", help="Write figures for Prometheus, whole or not.")
]
LogFormatOption = Annotated[
    LogFormat, typer.Option("--log-format", help="json: one line a run on stderr, and no table.")
]
