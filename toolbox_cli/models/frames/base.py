from typing import Final

from sqlalchemy.orm import DeclarativeBase

from toolbox_cli.models.base import TYPE_MAP, platform_metadata


class Base(DeclarativeBase):
    """The tables of FRAMES LMS."""

    metadata = platform_metadata("frames")
    type_annotation_map = TYPE_MAP


MODULE_TYPES: Final = ("text", "sandbox", "game", "interactive", "guided_struggle", "mixed")
SECTION_TYPES: Final = ("text", "video", "image", "checklist", "sandbox", "game", "interactive", "guided_struggle")
