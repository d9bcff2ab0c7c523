"""Lessons and the achievements that students can earn: the documents refer to both and define neither."""

import datetime
import uuid

from sqlalchemy import ForeignKey, String, text, true
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SLUG, ends_after, not_negative, one_of, shaped, within
from toolbox_cli.models.toolboxai.base import (
    ACHIEVEMENT_TYPE,
    DIFFICULTY_LEVEL,
    AchievementType,
    Base,
    CreatedAt,
    DifficultyLevel,
    UpdatedAt,
)


class Lesson(Base):
    __tablename__ = "lessons"
    __table_args__ = (
        one_of("status", "draft", "scheduled", "active", "completed", "archived"),
        *within(1, 12, "grade_level"),
        ends_after("ends_at", "starts_at"),
        {"comment": "A teacher's use of content in class: what Roblox sessions, content and progress belong to."},
    )

    id: Mapped[UuidKey]
    content_id: Mapped[uuid.UUID | None] = column(
        "What is taught; null until the teacher has chosen.",
        Privacy.NONE,
        ForeignKey("toolboxai.educational_content.id"),
        index=True,
    )
    teacher_id: Mapped[uuid.UUID | None] = column(
        "Who teaches it; null until somebody is assigned.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    title: Mapped[str] = column("Name shown to the class.", Privacy.NONE, String(200))
    description: Mapped[str | None] = column("What the class will do, in the teacher's words.", Privacy.NONE)
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]
    status: Mapped[str | None] = column(
        "draft, scheduled, active, completed or archived.", Privacy.NONE, String(20), server_default="draft"
    )
    subject: Mapped[str | None] = column("School subject; null means that of the content.", Privacy.NONE, String(50))
    grade_level: Mapped[int | None] = column(
        "School grade of the class, 1 to 12; null means that of the content.", Privacy.NONE
    )
    difficulty: Mapped[DifficultyLevel | None] = column(
        "Level it is taught at; null means that of the content.", Privacy.NONE, DIFFICULTY_LEVEL
    )
    starts_at: Mapped[datetime.datetime | None] = column(
        "Planned start; null while it is not scheduled.", Privacy.QUASI_IDENTIFIER
    )
    ends_at: Mapped[datetime.datetime | None] = column(
        "Planned end, not before starts_at; null if open.", Privacy.QUASI_IDENTIFIER
    )


class Achievement(Base):
    __tablename__ = "achievements"
    __table_args__ = (
        shaped("slug", SLUG),
        *not_negative("points"),
        {"comment": "What can be earned on the whole platform; roblox_achievements says who earned it and where."},
    )

    id: Mapped[UuidKey]
    name: Mapped[str] = column("Name shown to students.", Privacy.NONE, String(200))
    description: Mapped[str | None] = column("What has to be done for it, in words for students.", Privacy.NONE)
    achievement_type: Mapped[AchievementType] = column(
        "What kind of effort it rewards.", Privacy.NONE, ACHIEVEMENT_TYPE
    )
    points: Mapped[int | None] = column("Points that earning it gives, 0 or more; null gives none.", Privacy.NONE)
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]
    slug: Mapped[str | None] = column(
        "Stable key for programs, lower case with hyphens, unique; null for one that only people use.",
        Privacy.NONE,
        String(100),
        unique=True,
    )
    criteria: Mapped[Json | None] = column(
        "Conditions that a program checks, by measure; empty means that a person awards it.",
        Privacy.NONE,
        server_default=text("'{}'"),
    )
    icon_url: Mapped[str | None] = column(
        "Address of its picture; null shows the type's own.", Privacy.NONE, String(500)
    )
    is_active: Mapped[bool | None] = column(
        "False if it can no longer be earned; earned ones stay.", Privacy.NONE, server_default=true()
    )
