"""What the commands about tracks ask for."""

from enum import StrEnum
from typing import Annotated

import typer


class Track(StrEnum):
    """A recovery track; the labels of the database's `recoverytrack`."""

    SELF_WORK = "self_work"
    CHILD_CONNECTION = "child_connection"
    NEGOTIATION = "negotiation"
    COMMUNITY = "community"


class Phase(StrEnum):
    """A phase of a track; the labels of the database's `trackphase`, in their order."""

    AWARENESS = "awareness"
    EXPRESSION = "expression"
    ACTION = "action"
    MASTERY = "mastery"


UserArgument = Annotated[
    str, typer.Argument(metavar="USER", help="A parent: id or messenger account.", show_default=False)
]
TrackOption = Annotated[Track | None, typer.Option("--track", help="Only this track.")]
PhaseOption = Annotated[Phase | None, typer.Option("--phase", help="Only those in this phase.")]
AdvanceOption = Annotated[bool, typer.Option("--advance", help="Go on to the next phase of the track.")]
SetPhaseOption = Annotated[
    Phase | None, typer.Option("--set-phase", help="Put the track into this phase, an earlier one too.")
]
