from typing import Final

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import DeclarativeBase

from toolbox_cli.models.base import TYPE_MAP, platform_metadata


class Base(DeclarativeBase):
    """The tables of FRAMES LMS."""

    metadata = platform_metadata("frames")
    type_annotation_map = TYPE_MAP


MODULE_TYPES: Final = ("text", "sandbox", "game", "interactive", "guided_struggle", "mixed")
SECTION_TYPES: Final = ("text", "video", "image", "checklist", "sandbox", "game", "interactive", "guided_struggle")


def not_negative(*names: str) -> tuple[CheckConstraint, ...]:
    """Refuse negative counts, durations and positions."""
    return tuple(CheckConstraint(f"{name} >= 0", name=name) for name in names)


def within(low: int, high: int, *names: str) -> tuple[CheckConstraint, ...]:
    """Refuse what lies outside a closed range."""
    return tuple(CheckConstraint(f"{name} BETWEEN {low} AND {high}", name=name) for name in names)


def email_shape(name: str) -> CheckConstraint:
    """Refuse what can't be an e-mail address; whether mail arrives is not looked at."""
    return CheckConstraint(rf"{name} ~ '^[^@\s]+@[^@\s]+$'", name=name)
