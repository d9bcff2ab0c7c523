"""Templates from which content for Roblox is made."""

import uuid

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, false, text, true
from sqlalchemy.orm import Mapped
from sqlalchemy.schema import conv

from toolbox_cli.models.base import Json, JsonList, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, within
from toolbox_cli.models.toolboxai.base import ROBLOX_CONTENT_TYPE, Base, CreatedAt, RobloxContentType, UpdatedAt


class RobloxTemplate(Base):
    __tablename__ = "roblox_templates"
    __table_args__ = (
        Index("idx_roblox_template_active", "is_active", "is_public", info={"serves": "WHERE is_active AND is_public"}),
        Index("idx_roblox_template_category", "category"),
        Index(
            "idx_roblox_template_grade",
            "grade_level_min",
            "grade_level_max",
            info={"serves": "WHERE $1 BETWEEN grade_level_min AND grade_level_max"},
        ),
        Index("idx_roblox_template_subject", "subject_area"),
        Index("idx_roblox_template_type", "template_type"),
        *within(1, 12, "grade_level_min", "grade_level_max"),
        # The name that a deployed rule over two columns carries.
        CheckConstraint("grade_level_min <= grade_level_max", name=conv("roblox_templates_check")),
        *within(0, 100, "success_rate"),
        *within(0, 5, "average_rating"),
        *not_negative("usage_count"),
        {"comment": "Templates for generating content: structure, prompts, limits, and how well they did."},
    )

    id: Mapped[UuidKey]
    creator_id: Mapped[uuid.UUID] = column("Author.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True)
    name: Mapped[str] = column("Name for teachers and authors.", Privacy.NONE, String(200))
    description: Mapped[str | None] = column("What it makes and when to choose it.", Privacy.NONE)
    category: Mapped[str] = column("Group in the catalogue; open list.", Privacy.NONE, String(100))
    subject_area: Mapped[str] = column("School subject; open list.", Privacy.NONE, String(100))
    grade_level_min: Mapped[int] = column("Lowest grade that it fits, 1 to 12.", Privacy.NONE)
    grade_level_max: Mapped[int] = column("Highest grade that it fits, 1 to 12, not below the lowest.", Privacy.NONE)
    template_type: Mapped[RobloxContentType] = column(
        "What kind of object it makes.", Privacy.NONE, ROBLOX_CONTENT_TYPE
    )
    base_structure: Mapped[Json] = column("The object before its gaps are filled.", Privacy.NONE)
    customization_points: Mapped[JsonList | None] = column("What a teacher may change.", Privacy.NONE)
    variable_definitions: Mapped[Json | None] = column(
        "Its variables with type, range and default, by name.", Privacy.NONE
    )
    learning_objectives_template: Mapped[Json | None] = column("Objectives with gaps for the subject.", Privacy.NONE)
    assessment_criteria: Mapped[Json | None] = column("How results are to be judged.", Privacy.NONE)
    difficulty_scales: Mapped[Json | None] = column("What each level of difficulty changes.", Privacy.NONE)
    adaptation_rules: Mapped[Json | None] = column("When and how it changes during play.", Privacy.NONE)
    required_assets: Mapped[JsonList | None] = column("Roblox assets that it needs.", Privacy.NONE)
    script_templates: Mapped[Json | None] = column("Luau sources with gaps, by name.", Privacy.NONE)
    ui_templates: Mapped[Json | None] = column("Screens with gaps, by name.", Privacy.NONE)
    model_specifications: Mapped[Json | None] = column("3D models that it needs or makes, by name.", Privacy.NONE)
    ai_generation_prompts: Mapped[Json | None] = column("Prompts for a language model, by step.", Privacy.NONE)
    parameter_constraints: Mapped[Json | None] = column("Limits of the generation's parameters, by name.", Privacy.NONE)
    quality_thresholds: Mapped[Json | None] = column(
        "Least scores with which a result is approved, by measure.", Privacy.NONE
    )
    usage_count: Mapped[int | None] = column("How often it was used.", Privacy.NONE, server_default=text("0"))
    success_rate: Mapped[float | None] = column(
        "Uses whose result was approved, in percent, 0 to 100; null before the first.", Privacy.NONE, Double()
    )
    average_rating: Mapped[float | None] = column(
        "Average of the teachers' ratings, 0 to 5; null before the first.", Privacy.NONE, Double()
    )
    performance_metrics: Mapped[Json | None] = column("Measured cost of what it makes.", Privacy.NONE)
    version: Mapped[str | None] = column("Edition, such as 1.2.0.", Privacy.NONE, String(20))
    is_active: Mapped[bool | None] = column(
        "False if nothing new is made from it.", Privacy.NONE, server_default=true()
    )
    is_public: Mapped[bool | None] = column(
        "Whether others than its author may use it.", Privacy.NONE, server_default=false()
    )
    coppa_compliant: Mapped[bool | None] = column(
        "Whether somebody checked that children under 13 may use what it makes.", Privacy.NONE, server_default=false()
    )
    age_appropriate_content: Mapped[bool | None] = column(
        "Whether somebody checked that its content suits its grades.", Privacy.NONE, server_default=false()
    )
    content_warnings: Mapped[JsonList | None] = column("What teachers should know before they use it.", Privacy.NONE)
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]
