"""Settings that each type of section needs, as document 004 has them, and what completes a section."""

from typing import Annotated, Literal

from pydantic import Field, Tag

from toolbox_cli.content.modules.shapes.parts import (
    OR_LINE,
    WHOLE,
    WHOLE_NUMBER,
    Address,
    Count,
    Line,
    Number,
    Part,
    Percent,
    PlainAddress,
    PlainLine,
    Positive,
    Prose,
    Word,
)


class TextConfig(Part):
    """How the content is written; Markdown where nothing is said."""

    format: Literal["markdown", "html", "plain"] | None = None


class VideoConfig(Part):
    captions: Annotated[Address | None, Field(description="Address of the captions, or `required`.")] = None
    transcript: Prose | None = None
    start_seconds: Count | None = None
    end_seconds: Positive | None = None


class ImageConfig(Part):
    alternative_text: Annotated[Line | None, Field(description="What is told to who can't see the image.")] = None
    caption: Line | None = None


class ChecklistConfig(Part):
    items: Annotated[list[Line], Field(min_length=1, description="What is ticked off, in this order.")]


class File(Part):
    name: Word
    text: str


class SandboxConfig(Part):
    language: Annotated[Word, Field(description="Programming language, such as python.")]
    files: Annotated[list[File], Field(description="What the student begins with.")]
    runnable: Annotated[bool, Field(description="Whether the student can run it.")]
    expected_output: Prose | None = None


class Challenge(Part):
    ask: Line
    answer: Line
    choices: Annotated[list[Line], Field(min_length=2)] | None = None
    points: Positive | None = None


class GameConfig(Part):
    game_type: Word
    difficulty_levels: Annotated[list[Line], Field(min_length=1)]
    time_limit: Annotated[Positive | None, Field(description="In seconds.")] = None
    challenges: Annotated[list[Challenge], Field(min_length=1)]


class Asset(Part):
    """A file that an environment needs."""

    name: Address
    media_type: Line | None = None
    size_bytes: Annotated[int, Field(ge=0), WHOLE_NUMBER] | None = None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class Hotspot(Part):
    """A place in an environment that tells something; its corner and size are shares of the whole, 0 to 1."""

    name: Word
    text: Line
    x: Annotated[Number, Field(ge=0, le=1)] | None = None
    y: Annotated[Number, Field(ge=0, le=1)] | None = None
    width: Annotated[Number, Field(ge=0, le=1)] | None = None
    height: Annotated[Number, Field(ge=0, le=1)] | None = None


class Choice(Part):
    text: Prose
    correct: bool
    feedback: Prose | None = None
    weight: Annotated[Number, Field(ge=-1, le=1, description="Share of the points that it gives.")] | None = None


class Pair(Part):
    left: Prose
    right: Prose


class Question(Part):
    """A task that is answered.

    `choices` belong to single_choice, multiple_choice and true_false; `answers` are the texts or numbers that count as
    right for short_text and numeric, and the right order for ordering; `pairs` belong to matching.
    """

    kind: Literal[
        "single_choice", "multiple_choice", "true_false", "short_text", "numeric", "matching", "ordering", "essay"
    ]
    prompt: Prose
    name: Line | None = None
    choices: Annotated[list[Choice], Field(min_length=1)] | None = None
    answers: Annotated[list[Prose], Field(min_length=1)] | None = None
    tolerance: Annotated[Number, Field(ge=0)] | None = None
    pairs: Annotated[list[Pair], Field(min_length=1)] | None = None
    points: Annotated[Number, Field(ge=0)] | None = None
    feedback: Prose | None = None


AssetOrAddress = Annotated[PlainAddress | Annotated[Asset, Tag(WHOLE)], OR_LINE]
TaskOrLine = Annotated[PlainLine | Annotated[Question, Tag(WHOLE)], OR_LINE]


class InteractiveConfig(Part):
    environment_type: Annotated[Word, Field(description="Such as room, diagram, quiz, scorm or h5p.")]
    assets: Annotated[list[AssetOrAddress] | None, Field(description="What the environment is made of.")] = None
    hotspots: Annotated[list[Hotspot] | None, Field(description="Places in it that tell something.")] = None
    tasks: Annotated[list[TaskOrLine] | None, Field(description="What the student does or answers.")] = None
    launch: Annotated[Address | None, Field(description="Asset that a package begins with.")] = None


class GuidedStruggleConfig(Part):
    problem_type: Word
    hints: Annotated[list[Line], Field(min_length=1, description="From the least that helps to the most.")]
    buddy_personality: Annotated[Word, Field(description="How the study buddy talks.")]
    solution: Prose | None = None


class ByTime(Part):
    """Complete after some seconds."""

    type: Literal["time"]
    value: Positive


class ByTask(Part):
    """Complete when these tasks are done."""

    type: Literal["task"]
    tasks: Annotated[list[Line], Field(min_length=1)]


class ByScore(Part):
    """Complete with so many percent of the points."""

    type: Literal["score"]
    value: Percent


class ByView(Part):
    """Complete when so many percent were seen."""

    type: Literal["view"]
    value: Percent


Criteria = Annotated[ByTime | ByTask | ByScore | ByView, Field(discriminator="type")]
