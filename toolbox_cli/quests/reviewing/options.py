"""What `toolbox quests review` asks for."""

from enum import StrEnum
from typing import Annotated

import typer


class Standing(StrEnum):
    """How a quest stands with its review."""

    UNREVIEWED = "unreviewed"
    EDITED = "edited"
    """What was reviewed is no longer what is there."""
    REJECTED = "rejected"
    APPROVED = "approved"


def _score(option: str, meaning: str) -> object:
    return typer.Option(option, metavar="1-5", min=1, max=5, help=meaning, show_default=False)


def _text(option: str, meaning: str) -> object:
    return typer.Option(option, metavar="TEXT", help=meaning, show_default=False)


ReviewedArgument = Annotated[str | None, typer.Argument(metavar="[QUEST]", help="Name of a quest.", show_default="all")]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="USER", help="Who judges: id or messenger account.", show_default=False)
]
ApproveOption = Annotated[
    bool | None, typer.Option("--approve/--reject", help="Whether children may play it.", show_default=False)
]
SafetyOption = Annotated[int | None, _score("--safety", "How safe it is for the child's feelings.")]
CorrectnessOption = Annotated[int | None, _score("--therapy", "How right it is as therapy.")]
AgeOption = Annotated[int | None, _score("--age", "How well it fits the child's age.")]
RevealOption = Annotated[int | None, _score("--reveal", "How well the reveal is timed.")]
ContentOption = Annotated[
    str | None, _text("--content", "Hash of what was read, or its first 12 digits or more; needed to approve.")
]
CredentialsOption = Annotated[
    str | None, _text("--credentials", "Degrees and licences of who judges; needed to approve.")
]
NameOption = Annotated[str | None, _text("--name", "Name that the reviewer signs with.")]
StrengthsOption = Annotated[str | None, _text("--strengths", "What works well.")]
ConcernsOption = Annotated[str | None, _text("--concerns", "What worries the reviewer.")]
RecommendationsOption = Annotated[str | None, _text("--recommendations", "What the reviewer would improve.")]
ChangesOption = Annotated[str | None, _text("--changes", "What must change before approval.")]
MinutesOption = Annotated[
    int | None, typer.Option("--minutes", min=0, max=10_000, help="Minutes that it took.", show_default=False)
]
OnlyOption = Annotated[Standing | None, typer.Option("--only", help="Of all quests, those that stand so.")]
