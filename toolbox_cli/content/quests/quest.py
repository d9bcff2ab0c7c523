"""A quest: its graph, and what is said of it beside."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, JsonValue, StringConstraints

from toolbox_cli.content.quests.graph import DEEPEST, Graph, Part, Text, is_sound

QUEST_ID: Final = r"^[^\s/\\\x00-\x1f\x7f-\x9f.][^\s/\\\x00-\x1f\x7f-\x9f]*$"


def _sound(given: list[JsonValue]) -> list[JsonValue]:
    if not is_sound(given, DEEPEST):
        raise ValueError("is nested too deep, has a key that is too long, or a number that JSON has not")
    return given


Items = Annotated[list[JsonValue], AfterValidator(_sound)]


class About(Part):
    """What is said of a quest, as the columns of `quests` have it; what a file leaves out has its default.

    Attributes:
        age_range: such as 7-9; its first number is the youngest.
        reveal_threshold_percentage: a ratio.
    """

    title: Annotated[Text, Field(max_length=300)]
    description: str | None = None
    psychological_module: Annotated[str, Field(max_length=100)] | None = None
    location: Annotated[str, Field(max_length=100)] | None = None
    age_range: Annotated[str, Field(max_length=20)] | None = None
    difficulty_level: Annotated[str, Field(max_length=20)] | None = None
    child_name: Annotated[str, Field(max_length=100)] | None = None
    child_age: Annotated[int, Field(ge=0, le=18)] | None = None
    child_interests: Items | None = []
    family_photos: Items | None = []
    family_memories: Items | None = []
    family_jokes: Items | None = []
    familiar_locations: Items | None = []
    reveal_enabled: bool | None = True
    reveal_threshold_percentage: Annotated[float, Field(ge=0, le=1, strict=False)] | None = 0.8
    reveal_message: str | None = None

    @property
    def youngest(self) -> int | None:
        """Age in years of the child, or of the youngest that it is for; None where nothing says it."""
        if self.child_age is not None:
            return self.child_age
        found = re.search(r"\d{1,2}", self.age_range or "")
        return int(found[0]) if found else None


class Quest(Part):
    """A whole quest.

    Attributes:
        quest_id: its name at both platforms.
    """

    quest_id: Annotated[str, StringConstraints(pattern=QUEST_ID, max_length=200)]
    about: About
    graph: Graph

    def values(self) -> dict[str, Any]:
        """Give what is said of it by column, without the graph."""
        return self.about.model_dump(mode="json")
