import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import TOUCH_UPDATED_AT, Json, JsonList, SerialKey, column, now, programs, touch_trigger
from toolbox_cli.models.frames.base import MODULE_TYPES, SECTION_TYPES, Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, SLUG, not_negative, one_of, shaped, within

EMPTY_LIST = text("'[]'")


class Module(Base):
    """A training module."""

    __tablename__ = "modules"
    __table_args__ = (
        UniqueConstraint("module_id"),
        shaped("module_id", SLUG),
        one_of("category", "Safety", "Technical", "Orientation"),
        one_of("status", "draft", "published", "archived"),
        one_of("module_type", *MODULE_TYPES),
        one_of("interaction_level", "low", "medium", "high"),
        *within(1, 5, "difficulty_level"),
        *not_negative("estimated_minutes"),
        CheckConstraint("revision >= 1", name="revision"),
        shaped("content_hash", SHA256),
        shaped("source_hash", SHA256),
        Index("idx_modules_status", "status"),
        Index("idx_modules_category", "category"),
        Index("idx_modules_module_id", "module_id", info={"keep": "deployed"}),
        {"comment": "Training modules."},
    )

    id: Mapped[SerialKey]
    module_id: Mapped[str] = column(
        "Slug that links and other modules name it by: lower-case letters and digits, in words joined by hyphens.",
        Privacy.NONE,
        String(100),
    )
    title: Mapped[str] = column("Title that readers see.", Privacy.NONE, String(255))
    description: Mapped[str | None] = column("What the module teaches.", Privacy.NONE)
    category: Mapped[str | None] = column("Safety, Technical or Orientation.", Privacy.NONE, String(100))
    estimated_minutes: Mapped[int | None] = column(
        "How long the module takes, in minutes, not negative.", Privacy.NONE, server_default=text("10")
    )
    created_by_id: Mapped[str | None] = column(
        "Member of faculty who wrote the module.",
        Privacy.IDENTIFIER,
        String,
        ForeignKey("frames.faculty.id"),
        index=True,
    )
    university_id: Mapped[str | None] = column(
        "University that the module belongs to.",
        Privacy.NONE,
        String,
        ForeignKey("frames.universities.id"),
        index=True,
    )
    status: Mapped[str | None] = column(
        "draft, published or archived.", Privacy.NONE, String(50), server_default="draft"
    )
    prerequisites: Mapped[JsonList | None] = column(
        "List of the slugs of modules to finish first.", Privacy.NONE, server_default=EMPTY_LIST
    )
    related_modules: Mapped[JsonList | None] = column(
        "List of the slugs of modules on the same matter.", Privacy.NONE, server_default=EMPTY_LIST
    )
    tags: Mapped[JsonList | None] = column("List of tags.", Privacy.NONE, server_default=EMPTY_LIST)
    target_audience: Mapped[str | None] = column(
        "Whom the module is for, free text.", Privacy.NONE, String(100), server_default="incoming_students"
    )
    revision: Mapped[int | None] = column(
        "Number of the module's revision, from 1.", Privacy.NONE, server_default=text("1")
    )
    created_at: Mapped[datetime.datetime | None] = column(
        "When the module was made.", Privacy.NONE, server_default=now()
    )
    updated_at: Mapped[datetime.datetime | None] = column(
        "When the module was last changed.", Privacy.NONE, server_default=now()
    )
    published_at: Mapped[datetime.datetime | None] = column("When the module was published.", Privacy.NONE)
    module_type: Mapped[str | None] = column(
        "text, sandbox, game, interactive, guided_struggle or mixed.",
        Privacy.NONE,
        String(50),
        server_default="text",
    )
    interaction_level: Mapped[str | None] = column("low, medium or high.", Privacy.NONE, String(20))
    required_components: Mapped[JsonList | None] = column(
        "List of the front-end components that the module needs.", Privacy.NONE, server_default=EMPTY_LIST
    )
    difficulty_level: Mapped[int | None] = column(
        "Difficulty, 1 (easiest) to 5.", Privacy.NONE, server_default=text("1")
    )
    adaptive_config: Mapped[Json | None] = column("How the difficulty adapts to the student.", Privacy.NONE)
    content_hash: Mapped[str | None] = column(
        "SHA-256 of the content as it was imported last, in hexadecimal digits; null if it never was.",
        Privacy.NONE,
        String(64),
    )
    source_hash: Mapped[str | None] = column(
        "SHA-256 that tells whether the file imported last has changed since; null where that takes reading it.",
        Privacy.NONE,
        String(64),
    )


class ModuleSection(Base):
    """A page of a module."""

    __tablename__ = "module_sections"
    __table_args__ = (
        UniqueConstraint("module_id", "section_number"),
        UniqueConstraint("module_id", "section_key"),
        shaped("section_key", SLUG),
        one_of("section_type", *SECTION_TYPES),
        *not_negative("section_number", "duration_seconds"),
        Index("idx_sections_module", "module_id", info={"keep": "deployed"}),
        {"comment": "Sections of modules, like pages or slides."},
    )

    id: Mapped[SerialKey]
    module_id: Mapped[int] = column(
        "Module that the section belongs to.", Privacy.NONE, ForeignKey("frames.modules.id", ondelete="CASCADE")
    )
    section_number: Mapped[int] = column("Place in the module, not negative.", Privacy.NONE)
    section_type: Mapped[str] = column(
        "text, video, image, checklist, sandbox, game, interactive or guided_struggle.", Privacy.NONE, String(50)
    )
    title: Mapped[str | None] = column("Title that readers see.", Privacy.NONE, String(255))
    content: Mapped[str] = column("Content, Markdown or plain text.", Privacy.NONE)
    media_url: Mapped[str | None] = column("Address of the video or image.", Privacy.NONE, String(500))
    duration_seconds: Mapped[int | None] = column("How long the section takes, in seconds, not negative.", Privacy.NONE)
    section_config: Mapped[Json | None] = column("Settings that the section's type needs.", Privacy.NONE)
    completion_criteria: Mapped[Json | None] = column("What makes the section complete.", Privacy.NONE)
    section_key: Mapped[str] = column(
        "Names the section in its module for good, wherever it moves: written as the slugs of modules are.",
        Privacy.NONE,
        String(100),
        server_default=text("'section-' || gen_random_uuid()"),
    )


programs(Base.metadata).functions.append(TOUCH_UPDATED_AT)
programs(Base.metadata).triggers.append(touch_trigger("modules"))
