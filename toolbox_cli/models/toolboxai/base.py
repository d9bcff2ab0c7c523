"""What the tables of the learning platform share: `Base`, its enum types, column idioms and rules."""

import datetime
import uuid
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from sqlalchemy import CheckConstraint, Enum, Uuid, text
from sqlalchemy.orm import DeclarativeBase

from toolbox_cli.models.base import TYPE_MAP, column, now, platform_metadata
from toolbox_cli.models.privacy import Privacy


class Base(DeclarativeBase):
    metadata = platform_metadata("toolboxai")
    type_annotation_map = TYPE_MAP


class RobloxContentType(StrEnum):
    SCRIPT = "SCRIPT"
    MODEL = "MODEL"
    TERRAIN = "TERRAIN"
    GUI = "GUI"
    ANIMATION = "ANIMATION"
    SOUND = "SOUND"
    TEXTURE = "TEXTURE"
    MESH = "MESH"


class RobloxSessionStatus(StrEnum):
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    DISCONNECTED = "DISCONNECTED"
    ERROR = "ERROR"


class AchievementType(StrEnum):
    MILESTONE = "MILESTONE"
    STREAK = "STREAK"
    COMPLETION = "COMPLETION"
    MASTERY = "MASTERY"
    SPECIAL = "SPECIAL"


class DifficultyLevel(StrEnum):
    BEGINNER = "BEGINNER"
    INTERMEDIATE = "INTERMEDIATE"
    ADVANCED = "ADVANCED"
    EXPERT = "EXPERT"


def _enum(labels: type[StrEnum]) -> Enum:
    return Enum(labels, name=labels.__name__.lower(), metadata=Base.metadata)


# One object a type: tables share it, so that it is created once.
ROBLOX_CONTENT_TYPE = _enum(RobloxContentType)
ROBLOX_SESSION_STATUS = _enum(RobloxSessionStatus)
ACHIEVEMENT_TYPE = _enum(AchievementType)
DIFFICULTY_LEVEL = _enum(DifficultyLevel)

IpAddress = IPv4Address | IPv6Address

PersonRowKey = Annotated[
    uuid.UUID,
    column(
        "Key; other tables point with it to one person's row.",
        Privacy.IDENTIFIER,
        Uuid,
        primary_key=True,
        server_default=text("gen_random_uuid()"),
    ),
]
"""Random key of a row that belongs to one person and is referred to."""

CreatedAt = Annotated[
    datetime.datetime,
    column("When the row was written, by the database's clock.", Privacy.NONE, server_default=now()),
]
UpdatedAt = Annotated[
    datetime.datetime,
    column(
        "When the row was last changed; a trigger sets it where the statement does not.",
        Privacy.NONE,
        server_default=now(),
    ),
]
ActCreatedAt = Annotated[
    datetime.datetime,
    column(
        "When the row was written, by the database's clock; tells when the person was active.",
        Privacy.QUASI_IDENTIFIER,
        server_default=now(),
    ),
]
"""`CreatedAt` of a row that a person's act writes."""
ActUpdatedAt = Annotated[
    datetime.datetime,
    column(
        "When the row was last changed, so when the person was active; a trigger sets it where the statement does not.",
        Privacy.QUASI_IDENTIFIER,
        server_default=now(),
    ),
]
"""`UpdatedAt` of a row that a person's act changes."""


def not_negative(*names: str) -> tuple[CheckConstraint, ...]:
    """Refuse values below 0, one rule a column."""
    return tuple(CheckConstraint(f"{name} >= 0", name=name) for name in names)


def finite(*names: str) -> tuple[CheckConstraint, ...]:
    """Refuse values below 0, infinity and NaN, which count as greater than every number."""
    return tuple(CheckConstraint(f"{name} >= 0 AND {name} < 'Infinity'", name=name) for name in names)


def positive(*names: str) -> tuple[CheckConstraint, ...]:
    """Refuse values below 1, one rule a column."""
    return tuple(CheckConstraint(f"{name} > 0", name=name) for name in names)


def between(low: int, high: int, *names: str) -> tuple[CheckConstraint, ...]:
    """Refuse values outside low to high, both allowed; one rule a column."""
    return tuple(CheckConstraint(f"{name} BETWEEN {low} AND {high}", name=name) for name in names)


def ends_after(end: str, start: str) -> CheckConstraint:
    """Refuse an end before its start; equal is allowed, and either may be missing."""
    said = [name.removesuffix("_at").removesuffix("_date") for name in (end, start)]
    return CheckConstraint(f"{end} >= {start}", name="_after_".join(said))


def shaped(name: str, pattern: str) -> CheckConstraint:
    """Refuse text that the PostgreSQL regular expression does not match."""
    return CheckConstraint(f"{name} ~ '{pattern}'", name=name)


EMAIL_SHAPE = r"^[^@\s]+@[^@\s]+$"
COUNTRY_SHAPE = "^[A-Z]{2}$"
