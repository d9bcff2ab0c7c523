"""The kinds of events that modules send: what each means, and what it must carry. Taken from document 004.

The names and what they mean are the document's; what each must carry is ours, and no more than its meaning needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Family(StrEnum):
    """Which modules send it; the document's own headings."""

    NAVIGATION = "Navigation"
    INTERACTION = "Interaction"
    SANDBOX = "Sandbox"
    GAME = "Game"
    INTERACTIVE = "Interactive"
    GUIDED_STRUGGLE = "Guided Struggle"


class Holds(StrEnum):
    """What a part of `event_data` is."""

    WHOLE = "whole number"
    NUMBER = "number"
    TEXT = "text"
    TRUTH = "true or false"


@dataclass(frozen=True, slots=True)
class Part:
    """A key of `event_data`.

    Attributes:
        name: the key.
        holds: its type.
        doc: what it says, with its unit.
        least: of a number.
        most: of a number, or characters of a text.
    """

    name: str
    holds: Holds
    doc: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event.

    Attributes:
        name: as `event_type` has it.
        family: which modules send it.
        means: what happened, a sentence.
        verb: last part of its verb in xAPI.
        in_section: it happens in a section, so `section_number` must be there.
        must: parts of `event_data` that must be there.
        may: parts that are checked where they are there; others are kept as they come.
    """

    name: str
    family: Family
    means: str
    verb: str
    in_section: bool = True
    must: tuple[Part, ...] = ()
    may: tuple[Part, ...] = ()


def _count(name: str, doc: str, *, least: int = 0) -> Part:
    return Part(name, Holds.WHOLE, doc, least=least)


def _name(name: str, doc: str) -> Part:
    return Part(name, Holds.TEXT, doc, most=200)


_NAVIGATION: Final = (
    EventType("section_view", Family.NAVIGATION, "A section was loaded.", "experienced"),
    EventType("section_complete", Family.NAVIGATION, "A section was finished.", "completed"),
    EventType(
        "module_start", Family.NAVIGATION, "The first thing that a student did in the module.", "initialized",
        in_section=False,
    ),
    EventType("module_complete", Family.NAVIGATION, "All sections are done.", "completed", in_section=False),
    EventType(
        "pause", Family.NAVIGATION, "Nothing was done for more than 30 seconds, or the student left.", "suspended",
        in_section=False, may=(Part("idle_seconds", Holds.NUMBER, "Seconds since the last act.", least=0),),
    ),
    EventType("resume", Family.NAVIGATION, "The student returned from a pause.", "resumed", in_section=False),
)  # fmt: skip
_INTERACTION: Final = (
    EventType(
        "click", Family.INTERACTION, "An element was clicked.", "interacted",
        must=(_name("element", "Name of the element."),),
    ),
    EventType(
        "scroll", Family.INTERACTION, "The page was scrolled.", "interacted",
        must=(Part("depth_percent", Holds.NUMBER, "How far down, of 0 to 100.", least=0, most=100),),
    ),
    EventType(
        "input", Family.INTERACTION, "Text was entered; not the text itself.", "interacted",
        must=(_count("characters", "How many characters there are."),), may=(_name("field", "Name of the field."),),
    ),
)  # fmt: skip
_SANDBOX: Final = (
    EventType(
        "code_run", Family.SANDBOX, "Code was run.", "interacted",
        must=(Part("ok", Holds.TRUTH, "Whether it ended without an error."),),
        may=(Part("duration_ms", Holds.NUMBER, "How long it ran, in milliseconds.", least=0),),
    ),
    EventType(
        "error_encountered", Family.SANDBOX, "Code ended with an error.", "interacted",
        must=(_name("error", "Kind of the error, such as SyntaxError."),),
        may=(_count("line", "Line of the code.", least=1),),
    ),
    EventType(
        "code_change", Family.SANDBOX, "Code was edited.", "interacted",
        must=(_count("lines", "How many lines changed."),),
    ),
    EventType(
        "hint_used", Family.SANDBOX, "A hint was shown.", "interacted",
        must=(_count("hint", "Which hint, from 1.", least=1),),
    ),
)  # fmt: skip
_GAME: Final = (
    EventType(
        "game_start", Family.GAME, "A game was begun.", "initialized",
        may=(_count("level", "Level of the game, from 1.", least=1),),
    ),
    EventType(
        "game_complete", Family.GAME, "A game was played to its end.", "completed",
        must=(Part("passed", Holds.TRUTH, "Whether it was won."),),
        may=(_count("level", "Level of the game, from 1.", least=1),),
    ),
    EventType(
        "score", Family.GAME, "Points were given.", "scored", in_section=False,
        must=(Part("score", Holds.NUMBER, "The points.", least=-1e9, most=1e9),),
    ),
    EventType(
        "retry", Family.GAME, "It was tried once more.", "attempted",
        must=(_count("try", "Which try this is, from 2.", least=2),),
    ),
)  # fmt: skip
_INTERACTIVE: Final = (
    EventType(
        "hotspot_click", Family.INTERACTIVE, "A place of a scene was clicked.", "interacted",
        must=(_name("hotspot", "Name of the place."),),
    ),
    EventType(
        "object_drag", Family.INTERACTIVE, "An object was dragged.", "interacted",
        must=(_name("object", "Name of the object."),),
    ),
    EventType(
        "task_complete", Family.INTERACTIVE, "A task of a scene was done.", "completed",
        must=(_name("task", "Name of the task."),),
    ),
)  # fmt: skip
_GUIDED: Final = (
    EventType(
        "buddy_message", Family.GUIDED_STRUGGLE, "The buddy said something; not what.", "interacted",
        must=(_count("characters", "How many characters it said."),),
    ),
    EventType(
        "student_message", Family.GUIDED_STRUGGLE, "The student said something; not what.", "interacted",
        must=(_count("characters", "How many characters they said."),),
    ),
    EventType(
        "solution_attempted", Family.GUIDED_STRUGGLE, "A solution was handed in.", "answered",
        must=(Part("accepted", Holds.TRUTH, "Whether it was right."),),
    ),
)  # fmt: skip

TYPES: Final[Mapping[str, EventType]] = {
    one.name: one for one in (*_NAVIGATION, *_INTERACTION, *_SANDBOX, *_GAME, *_INTERACTIVE, *_GUIDED)
}
"""All kinds, in the document's order."""

EVENT_TYPES: Final = tuple(TYPES)
