"""What a quest's graph is made of."""

from collections.abc import Iterator
from enum import StrEnum
from math import isfinite
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool, StrictInt, StringConstraints, field_validator

LONGEST_ID: Final = 128
LONGEST_CHOICE: Final = 200
DEEPEST: Final = 30
"""Levels of what another program keeps."""
VARIABLE: Final = r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$"
LANGUAGE: Final = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class NodeType(StrEnum):
    """What a node is in the story."""

    START = "start"
    SCENE = "scene"
    CHOICE = "choice"
    REVEAL = "reveal"
    """Says who made the quest."""
    ENDING = "ending"


class Tag(StrEnum):
    """What a node means for the child's safety."""

    SAFE_EXIT = "safe_exit"
    """A place to rest or to stop."""
    ADULT = "adult"
    """Leads to a grown-up."""
    SENSITIVE = "sensitive"
    """Touches what may hurt."""
    NOTICE = "notice"
    """Says beforehand what is coming."""
    CRISIS = "crisis"
    """Speaks of danger to life or body; names help."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    own: ClassVar[frozenset[str]] = frozenset()
    """Names that `more` may not hold, beside those of the fields: they have a place of their own."""

    @field_validator("more", check_fields=False)
    @classmethod
    def _more(cls, given: dict[str, Any]) -> dict[str, Any]:
        if taken := sorted(given.keys() & {*cls.model_fields, *cls.own}):
            raise ValueError(f"{', '.join(taken)} has a place of its own")
        if not is_sound(given, DEEPEST):
            raise ValueError("is nested too deep, has a key that is too long, or a number that JSON has not")
        return given


Id = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID, pattern=r"^\S(.*\S)?$")]
Text = Annotated[str, StringConstraints(pattern=r"\S")]
Variable = Annotated[str, StringConstraints(pattern=VARIABLE)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]
Value = StrictBool | StrictInt | Annotated[str, StringConstraints(max_length=100)]
"""Of a variable."""
Key = Annotated[str, StringConstraints(max_length=LONGEST_ID)]
More = dict[Key, JsonValue]
"""What another program keeps beside what we know."""


class Medium(Part):
    """A picture, a sound or a film of a node.

    Attributes:
        alt: what it shows, for those who don't see it.
        transcript: what is said, for those who don't hear it.
    """

    kind: Literal["image", "audio", "video"]
    url: Text
    alt: str | None = None
    transcript: str | None = None


class Told(Part):
    """A node's words in another language."""

    label: str | None = None
    text: str | None = None


class Node(Part):
    """A node of a graph.

    Attributes:
        minutes: how long it takes, where counting words would not tell.
        visits: how often the child may come here; without it, as often as ways lead here.
        set: variables that get a value here.
        reveal_after: the fewest steps from the start after which it may be revealed.
        reveal_requires: nodes that the child has to have visited before.
        escalation: what to do in a crisis.
        contact: who helps, and how they are reached.
        translations: by language.
    """

    own: ClassVar[frozenset[str]] = frozenset({"choices", "next", "order"})

    id: Id
    type: NodeType = Field(strict=False)
    label: Annotated[Text, Field(max_length=200)]
    text: Text
    tags: tuple[Annotated[Tag, Field(strict=False)], ...] = Field((), strict=False)
    minutes: Annotated[float, Field(gt=0, le=600, strict=False)] | None = None
    visits: Annotated[int, Field(ge=1, le=1000)] | None = None
    set: dict[Variable, Value] = {}
    reveal_after: int | None = None
    reveal_requires: tuple[Id, ...] = Field((), strict=False)
    escalation: str | None = None
    contact: str | None = None
    media: tuple[Medium, ...] = Field((), strict=False)
    translations: dict[Language, Told] = {}
    more: More = {}

    def has(self, tag: Tag) -> bool:
        """Tell whether it has a tag."""
        return tag in self.tags


class Edge(Part):
    """A way from one node to another.

    Attributes:
        choice: what the child chooses; None where it goes on by itself.
        when: variables to the values of which they need one; a way without it is always open.
        set: variables that get a value on the way.
        judging: whether the choice judges somebody, as its author marked it.
        handle: of a choice that its node does not have.
        translations: of the choice, by language.
    """

    own: ClassVar[frozenset[str]] = frozenset({"id", "data", "label", "order"})

    source: str
    target: str
    choice: Annotated[Text, Field(max_length=LONGEST_CHOICE)] | None = None
    when: dict[Variable, Annotated[tuple[Value, ...], Field(strict=False, min_length=1)]] = {}
    set: dict[Variable, Value] = {}
    judging: bool = False
    handle: str | None = None
    translations: dict[Language, str] = {}
    more: More = {}


class Place(NamedTuple):
    """Where a node is drawn."""

    x: float
    y: float


class Graph(Part):
    """A graph, whether it makes sense or not.

    Attributes:
        edges: those of one source in the order in which the child is offered them.
        languages: that of the texts, then those of the translations.
        places: layout, by node; no content.
        more: what another program keeps beside the graph.
    """

    own: ClassVar[frozenset[str]] = frozenset({"viewport"})

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    languages: tuple[Language, ...] = ()
    places: dict[str, Place] = {}
    more: More = {}

    def ways(self) -> dict[str, list[Edge]]:
        """Give the edges of each source, in their order."""
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.source, []).append(edge)
        return found

    def starts(self) -> Iterator[Node]:
        """Give the nodes where it begins; there should be one."""
        return (node for node in self.nodes if node.type is NodeType.START)

    def bare(self) -> Self:
        """Give the same without layout."""
        return self.model_copy(update={"places": {}})


def is_sound(value: Any, levels: int) -> bool:
    """Tell whether a value can be kept as JSON, and is nested no deeper than so many levels."""
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, dict):
        return levels > 0 and all(
            len(name) <= LONGEST_ID and is_sound(part, levels - 1) for name, part in value.items()
        )
    return not isinstance(value, list) or (levels > 0 and all(is_sound(part, levels - 1) for part in value))
