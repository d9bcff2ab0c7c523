"""A module as its author writes it."""

from typing import Annotated, Literal

from pydantic import Field

from toolbox_cli.content.modules.shapes.parts import (
    HASH,
    LISTED,
    MOST_REVISIONS,
    ONCE,
    WHOLE_NUMBER,
    Count,
    Free,
    Part,
    Slug,
    Tag,
    Title,
    Word,
)
from toolbox_cli.content.modules.shapes.sections import Section


class Module(Part):
    """A training module.

    `status`, `revision` and `content_hash` are no content: they say how it stood when it was written down.
    """

    slug: Annotated[Slug, Field(description="Names the module for good, in links and in other modules.")]
    title: Title
    description: Annotated[str | None, Field(description="What the module teaches.")] = None
    category: Literal["Safety", "Technical", "Orientation"] | None = None
    estimated_minutes: Count | None = 10
    created_by_id: Annotated[Word | None, Field(description="Key of the member of faculty who wrote it.")] = None
    university_id: Annotated[Word | None, Field(description="Key of the university that it belongs to.")] = None
    status: Annotated[
        Literal["draft", "published", "archived"] | None,
        Field(description="Of a module that is new to the database; later on, commands change it."),
    ] = None
    prerequisites: Annotated[
        list[Slug], Field(description="Modules to finish first.", max_length=LISTED, json_schema_extra=ONCE)
    ] = []
    related_modules: Annotated[
        list[Slug], Field(description="Modules on the same matter.", max_length=LISTED, json_schema_extra=ONCE)
    ] = []
    tags: Annotated[list[Tag], Field(max_length=LISTED, json_schema_extra=ONCE)] = []
    target_audience: Word | None = "incoming_students"
    module_type: Literal["text", "sandbox", "game", "interactive", "guided_struggle", "mixed"] | None = "text"
    interaction_level: Literal["low", "medium", "high"] | None = None
    required_components: Annotated[
        list[Tag],
        Field(description="Front-end components, such as monaco-editor.", max_length=LISTED, json_schema_extra=ONCE),
    ] = []
    difficulty_level: Annotated[
        Annotated[int, Field(ge=1, le=5), WHOLE_NUMBER] | None, Field(description="1 (easiest) to 5.")
    ] = 1
    adaptive_config: Annotated[
        Free | None, Field(description="How the difficulty adapts to the student; what the platform reads.")
    ] = None
    revision: Annotated[
        Annotated[int, Field(ge=1, le=MOST_REVISIONS), WHOLE_NUMBER] | None,
        Field(description="Revision that this was exported from."),
    ] = None
    content_hash: Annotated[
        str | None, Field(pattern=HASH, description="Of the content that this was exported from.")
    ] = None
    sections: Annotated[list[Section], Field(min_length=1, description="In the order in which they are read.")]
