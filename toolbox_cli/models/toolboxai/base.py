"""What the tables of the learning platform share: `Base`, its enum types and column idioms."""

import datetime
import uuid
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from sqlalchemy import Enum, Uuid, text
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
