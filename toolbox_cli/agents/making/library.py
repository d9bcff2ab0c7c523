"""What the generators know: objectives, lessons, templates and tables for teaching, from the files that ship."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from toolbox_cli.content.reference.base import Grade, Line, Part, Text50, Text100
from toolbox_cli.content.reference.learning import Achievement, ActivityKind, Lesson, Material, Objective, Subject
from toolbox_cli.content.reference.studio import Template
from toolbox_cli.core.documents import read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.shipped import shipped

Shape = Literal["plain", "hills", "valley", "canyon", "mountain", "craters", "coast", "island", "archipelago"]
Phase = Literal["begin", "learn", "use", "end"]
_Made = TypeVar("_Made")


class Claim(Part):
    """What is so, what many believe in its place, and why that is wrong."""

    right: Line
    wrong: Line
    why: Line


class Sorts(Part):
    """Things of several kinds, none of two."""

    ask: Annotated[Line, Field(pattern=r"\{kind\}")]
    kinds: Annotated[dict[Line, Annotated[list[Line], Field(min_length=2)]], Field(min_length=2)]

    @model_validator(mode="after")
    def _tells_apart(self) -> Self:
        things = [thing.casefold() for kind in self.kinds.values() for thing in kind]
        if len(set(things)) < len(things):
            raise ValueError("a thing is of two kinds")
        return self


class Pairs(Part):
    """Things, and what is true of each of them and of no other one."""

    ask: Annotated[Line, Field(pattern=r"\{value\}")]
    of: Annotated[dict[Line, Line], Field(min_length=4)]


class Knowledge(Part):
    """What is known of an objective.

    Attributes:
        words: by which people ask for it.
        terms: word to meaning.
    """

    words: list[Line]
    terms: Annotated[dict[Text50, Line], Field(min_length=4)]
    claims: list[Claim] = []
    sorts: list[Sorts] = []
    pairs: list[Pairs] = []


class Place(Part):
    """Where a lesson can play.

    Attributes:
        where: as it stands in a title, such as "on the island".
        ground: material low down, in the middle and high up.
    """

    where: Text50
    words: list[Line]
    scene: Line
    shape: Shape
    biome: Text50
    ground: Annotated[list[Material], Field(min_length=3, max_length=3)]
    water: bool
    spots: Annotated[list[Text50], Field(min_length=4)]
    things: Annotated[list[Text50], Field(min_length=3)]
    caves: bool = False


class Idea(Part):
    """An activity for any place.

    Attributes:
        after: name of the activity that it comes back to.
    """

    phase: Phase
    kind: ActivityKind
    name: Text100
    text: Line
    subjects: list[Subject] = []
    least_grade: Grade = 1
    after: Text100 | None = None


@dataclass(frozen=True)
class Library:
    """All of it, each by its stable key."""

    objectives: Mapping[str, Objective]
    lessons: Mapping[str, Lesson]
    templates: Mapping[str, Template]
    achievements: Mapping[str, Achievement]
    knowledge: Mapping[str, Knowledge]
    places: Mapping[str, Place]
    ideas: Mapping[str, Idea]

    @cached_property
    def place_words(self) -> Mapping[str, str]:
        """Words of places, longest first, each with its place."""
        words = {key: key for key in self.places}
        for key, place in self.places.items():
            words |= {word: key for word in place.words if word not in words}
        return dict(sorted(words.items(), key=lambda pair: (-len(pair[0]), pair[0])))

    def lessons_for(self, objective: str) -> list[tuple[str, Lesson]]:
        """Give the lessons that serve an objective, by key."""
        return sorted((key, one) for key, one in self.lessons.items() if objective in one.objectives)


_HEADINGS: Final[Mapping[str, TypeAdapter[Any]]] = {
    "learning_objectives": TypeAdapter(dict[str, Objective]),
    "educational_content": TypeAdapter(dict[str, Lesson]),
    "roblox_templates": TypeAdapter(dict[str, Template]),
    "achievements": TypeAdapter(dict[str, Achievement]),
    "knowledge": TypeAdapter(dict[str, Knowledge]),
    "places": TypeAdapter(dict[str, Place]),
    "activities": TypeAdapter(dict[str, Idea]),
}


@cache
def library(folder: Path | None = None) -> Library:
    """Read what ships, once a process.

    Args:
        folder: of the platform's reference data; what ships when None.

    Raises:
        InputError: a file is not usable.
    """
    root = folder or shipped("seeds") / "reference" / "toolboxai"
    found: dict[str, dict[str, Any]] = {heading: {} for heading in _HEADINGS}
    for file in sorted((*root.glob("*.yaml"), *(root / "teaching").glob("*.yaml"))):
        for heading, entries in _read(file):
            found[heading].update(entries)
    objectives, lessons, templates, achievements, knowledge, places, ideas = found.values()
    return Library(objectives, lessons, templates, achievements, knowledge, places, ideas)


def _read(file: Path) -> Iterable[tuple[str, dict[str, Any]]]:
    document = read_document(file)
    for heading, given in document.content.items():
        if adapter := _HEADINGS.get(heading):
            try:
                yield heading, adapter.validate_python(given)
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                place = ".".join(map(str, (heading, *first["loc"])))
                raise InputError(f"{file.name}: {place}: {first['msg']}") from error
