"""The eight types of section."""

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from toolbox_cli.content.modules.shapes.configs import (
    ChecklistConfig,
    Criteria,
    GameConfig,
    GuidedStruggleConfig,
    ImageConfig,
    InteractiveConfig,
    SandboxConfig,
    TextConfig,
    VideoConfig,
)
from toolbox_cli.content.modules.shapes.parts import Address, Count, Line, Part, Slug, Title


class AnySection(Part):
    """What every section has."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["content", "content_file"]}})

    key: Annotated[
        Slug, Field(description="Names the section for good: progress of students stays with it, wherever it moves.")
    ]
    title: Title | None = None
    content: Annotated[str, Field(description="What the student reads, in Markdown.")] = ""
    content_file: Annotated[
        Line | None, Field(description="A Markdown file beside this one, in place of `content`.", exclude=True)
    ] = None
    media_url: Annotated[Address | None, Field(description="Address of the video or image.")] = None
    duration_seconds: Annotated[Count | None, Field(description="How long the section takes, in seconds.")] = None
    completion_criteria: Annotated[Criteria | None, Field(description="What makes the section complete.")] = None


class TextSection(AnySection):
    type: Literal["text"]
    section_config: TextConfig | None = None


class VideoSection(AnySection):
    type: Literal["video"]
    section_config: VideoConfig | None = None


class ImageSection(AnySection):
    type: Literal["image"]
    section_config: ImageConfig | None = None


class ChecklistSection(AnySection):
    type: Literal["checklist"]
    section_config: ChecklistConfig


class SandboxSection(AnySection):
    type: Literal["sandbox"]
    section_config: SandboxConfig


class GameSection(AnySection):
    type: Literal["game"]
    section_config: GameConfig


class InteractiveSection(AnySection):
    type: Literal["interactive"]
    section_config: InteractiveConfig


class GuidedStruggleSection(AnySection):
    type: Literal["guided_struggle"]
    section_config: GuidedStruggleConfig


Section = Annotated[
    TextSection | VideoSection | ImageSection | ChecklistSection | SandboxSection | GameSection | InteractiveSection
    | GuidedStruggleSection,
    Field(discriminator="type"),
]  # fmt: skip

SECTION_TYPES: Final = ("text", "video", "image", "checklist", "sandbox", "game", "interactive", "guided_struggle")
CRITERIA_TYPES: Final = ("time", "task", "score", "view")
