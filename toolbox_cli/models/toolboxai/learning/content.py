"""Learning objectives and the content that serves them."""

import uuid

from sqlalchemy import ForeignKey, String, false, text, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, positive, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, UpdatedAt


class LearningObjective(Base):
    __tablename__ = "learning_objectives"
    __table_args__ = (
        *within(1, 12, "grade_level"),
        {"comment": "What a student should be able to do, aligned with a curriculum."},
    )

    id: Mapped[UuidKey]
    title: Mapped[str] = column("The objective in one line.", Privacy.NONE, String(200))
    description: Mapped[str | None] = column("The objective in full, for teachers.", Privacy.NONE)
    subject: Mapped[str] = column("School subject, such as Mathematics; open list.", Privacy.NONE, String(50))
    grade_level: Mapped[int | None] = column("School grade, 1 to 12; null fits every grade.", Privacy.NONE)
    bloom_level: Mapped[str | None] = column(
        "Level of Bloom's taxonomy, such as apply; open list, as its editions differ.", Privacy.NONE, String(20)
    )
    curriculum_standard: Mapped[str | None] = column(
        "Code of the standard in its curriculum, such as CCSS.MATH.5.NF.A.1.", Privacy.NONE, String(100)
    )
    measurable: Mapped[bool | None] = column(
        "Whether a quiz or task can show that it was met.", Privacy.NONE, server_default=true()
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class EducationalContent(Base):
    __tablename__ = "educational_content"
    __table_args__ = (
        *within(1, 12, "grade_level"),
        *not_negative("duration_minutes"),
        *positive("max_students", "version"),
        {"comment": "Learning environments and templates: what lessons, quizzes, scripts and terrain are made for."},
    )

    id: Mapped[UuidKey]
    title: Mapped[str] = column("Name shown to teachers and students.", Privacy.NONE, String(200))
    description: Mapped[str | None] = column("What it teaches and how, for teachers.", Privacy.NONE)
    subject: Mapped[str] = column("School subject, such as Science; open list.", Privacy.NONE, String(50))
    grade_level: Mapped[int] = column("School grade it is written for, 1 to 12.", Privacy.NONE)
    environment_type: Mapped[str] = column(
        "Kind of world it plays in, such as island or classroom; open list.", Privacy.NONE, String(50)
    )
    terrain_size: Mapped[str | None] = column(
        "Size of the world, such as small, medium or large; open list.",
        Privacy.NONE,
        String(20),
        server_default="medium",
    )
    difficulty_level: Mapped[str | None] = column(
        "How hard it is, such as easy, medium or hard; open list.", Privacy.NONE, String(20), server_default="medium"
    )
    duration_minutes: Mapped[int | None] = column("Planned length in minutes.", Privacy.NONE, server_default=text("30"))
    max_students: Mapped[int | None] = column(
        "How many students fit in at once, at least 1.", Privacy.NONE, server_default=text("30")
    )
    content_data: Mapped[Json] = column("The whole content as a document: plan, activities, texts.", Privacy.NONE)
    generated_scripts: Mapped[list[Json] | None] = column(
        "Generated Lua scripts, one document each, before they become roblox_scripts.", Privacy.NONE, ARRAY(JSONB)
    )
    terrain_config: Mapped[Json | None] = column("How the terrain is to be built.", Privacy.NONE)
    game_mechanics: Mapped[Json | None] = column("Rules, rewards and interactions of the game.", Privacy.NONE)
    accessibility_features: Mapped[bool | None] = column(
        "Whether it works with captions, readers and simple controls.", Privacy.NONE, server_default=false()
    )
    multilingual: Mapped[bool | None] = column(
        "Whether its texts exist in more than one language.", Privacy.NONE, server_default=false()
    )
    version: Mapped[int | None] = column(
        "Edition, from 1; each revision counts one up.", Privacy.NONE, server_default=text("1")
    )
    is_template: Mapped[bool | None] = column(
        "True if other content is made from it and nobody plays it itself.", Privacy.NONE, server_default=false()
    )
    created_by: Mapped[uuid.UUID | None] = column(
        "Author; the account toolbox-reference for content that came with the platform.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class ContentObjective(Base):
    __tablename__ = "content_objectives"
    __table_args__ = {"comment": "Which content serves which learning objective."}

    content_id: Mapped[uuid.UUID] = column(
        "The content; the pair goes with it.",
        Privacy.NONE,
        ForeignKey("toolboxai.educational_content.id", ondelete="CASCADE"),
        primary_key=True,
    )
    objective_id: Mapped[uuid.UUID] = column(
        "The objective that it serves; the pair goes with it.",
        Privacy.NONE,
        ForeignKey("toolboxai.learning_objectives.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
