"""What stories are made of. Marks in angle quotes stay until a family's quest is written: see `blank`."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Theme(NamedTuple):
    """A world that a child is interested in.

    Attributes:
        place: the quest's `location`.
        companion: who goes along.
        thing: what is looked for.
    """

    place: str
    companion: str
    thing: str


THEMES: Final[Mapping[str, Theme]] = {
    "dinosaurs": Theme("Fossil Valley", "a small triceratops", "amber stone"),
    "space": Theme("Moon Harbour", "a shy robot", "lost antenna"),
    "sea": Theme("Coral Gate", "an old sea turtle", "humming shell"),
    "trains": Theme("Cloud Station", "a night conductor", "golden whistle"),
    "music": Theme("Echo Hall", "an owl that hums", "missing note"),
    "drawing": Theme("Ink Garden", "a paper fox", "seventh colour"),
    "football": Theme("Star Stadium", "a muddy goalkeeper", "lucky scarf"),
    "baking": Theme("Crumb Castle", "a floury bear", "first recipe"),
    "maps": Theme("Folded Forest", "a careful mole", "blank map"),
    "cats": Theme("Rooftop Row", "a one-eared cat", "silver bell"),
}


class School(NamedTuple):
    """A school of therapy, as a child meets it in a story.

    Attributes:
        skill: what the child tries.
        worry: what is hard.
        kind_way: an answer without blame.
        brave_way: an answer that tries the skill.
    """

    skill: str
    worry: str
    kind_way: str
    brave_way: str


SCHOOLS: Final[Mapping[str, School]] = {
    "CBT": School(
        "look at the thought like a detective", "a thought that says: it will all go wrong",
        "Say: that is only a thought", "Look for what the thought left out",
    ),
    "DBT": School(
        "breathe in for four and out for six", "a feeling as big as a wave",
        "Let the wave pass under you", "Breathe with the companion",
    ),
    "IFS": School(
        "listen to the part that is afraid", "a part of you that hides",
        "Sit down beside that part", "Ask that part what it needs",
    ),
    "ACT": School(
        "carry the worry along and walk on", "a worry that wants to decide",
        "Give the worry a seat at the back", "Do what matters, worry and all",
    ),
}  # fmt: skip

MEMORIES: Final = (
    "the rainy day at the lake", "the picnic on the hill", "the night with the torches", "the long train ride",
    "the pancakes that stuck", "the snowman with two hats", "the ferry in the fog", "the tent in the living room",
)  # fmt: skip
JOKES: Final = ("the duck with the umbrella", "Captain Noodle", "left is the other right", "the sock that got away")
SPOTS: Final = ("the bench by the river", "the old playground", "the corner bakery", "the tree with the swing")
HEROES: Final = ("Captain Comet", "the Explorer", "Pip", "the Map Reader", "Juniper")
"""What a public quest calls the child: a name from home would tell strangers who plays."""
