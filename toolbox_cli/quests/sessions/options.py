"""What the commands about builder sessions ask for."""

from enum import StrEnum
from typing import Annotated

import typer


class Stage(StrEnum):
    """A stage of making a quest; the builder's six, in their order."""

    GREETING = "greeting"
    COLLECTING_INFO = "collecting_info"
    CLARIFYING = "clarifying"
    GENERATING = "generating"
    REVIEWING = "reviewing"
    QUEST_READY = "quest_ready"


SessionArgument = Annotated[int, typer.Argument(metavar="SESSION", min=1, help="The session's number.")]
UserOption = Annotated[
    str | None, typer.Option("--user", metavar="USER", help="Only of this parent: id or messenger account.")
]
StageOption = Annotated[Stage | None, typer.Option("--stage", help="Only those at this stage.")]
QuestOption = Annotated[
    str, typer.Option("--quest", metavar="NAME", help="Name that the quest gets.", show_default=False)
]
TitleOption = Annotated[
    str | None, typer.Option("--title", metavar="TEXT", help="Its title.", show_default="what the session says")
]
OlderOption = Annotated[
    str,
    typer.Option("--older-than", metavar="AGE", help="Since the last change, such as 90d or 12h.", show_default=False),
]
