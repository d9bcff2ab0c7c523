"""Content that is published to Roblox."""

import datetime
import uuid

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative
from toolbox_cli.models.toolboxai.base import ROBLOX_CONTENT_TYPE, Base, CreatedAt, RobloxContentType, UpdatedAt


class RobloxContent(Base):
    __tablename__ = "roblox_content"
    __table_args__ = (
        Index("idx_roblox_content_deployed", "is_deployed"),
        Index("idx_roblox_content_lesson", "lesson_id"),
        Index("idx_roblox_content_place", "place_id"),
        Index("idx_roblox_content_type", "content_type"),
        Index("idx_roblox_content_version", "version"),
        *not_negative("usage_count"),
        {"comment": "Scripts, models, terrain and other objects made for lessons in Roblox."},
    )

    id: Mapped[UuidKey]
    lesson_id: Mapped[uuid.UUID] = column("Lesson that uses it.", Privacy.NONE, ForeignKey("toolboxai.lessons.id"))
    template_id: Mapped[uuid.UUID | None] = column(
        "Template it was made from; null if from none.",
        Privacy.NONE,
        ForeignKey("toolboxai.roblox_templates.id"),
        index=True,
    )
    title: Mapped[str] = column("Name for teachers and authors.", Privacy.NONE, String(200))
    content_type: Mapped[RobloxContentType] = column("What kind of object it is.", Privacy.NONE, ROBLOX_CONTENT_TYPE)
    version: Mapped[str | None] = column("Edition, such as 1.2.0.", Privacy.NONE, String(20))
    place_id: Mapped[str | None] = column("Place where it is deployed; null if nowhere.", Privacy.NONE, String(100))
    asset_id: Mapped[str | None] = column("Its asset in Roblox; null if not uploaded.", Privacy.NONE, String(100))
    model_id: Mapped[str | None] = column("Its model in Roblox; null if it is none.", Privacy.NONE, String(100))
    script_content: Mapped[str | None] = column("Luau source of a script; null otherwise.", Privacy.NONE)
    content_data: Mapped[Json] = column("The object as a document, in the shape of its type.", Privacy.NONE)
    roblox_properties: Mapped[Json | None] = column("Properties to set in the engine, by name.", Privacy.NONE)
    educational_metadata: Mapped[Json | None] = column("Objectives and standards that it serves.", Privacy.NONE)
    ai_generated: Mapped[bool | None] = column("Whether a model made it.", Privacy.NONE, server_default=false())
    ai_model: Mapped[str | None] = column("Which model; null if none.", Privacy.NONE, String(100))
    generation_parameters: Mapped[Json | None] = column("Parameters given to the model.", Privacy.NONE)
    generation_prompt: Mapped[str | None] = column(
        "Prompt given to the model; a teacher's words may be in it.", Privacy.SENSITIVE
    )
    is_deployed: Mapped[bool | None] = column("Whether players can meet it now.", Privacy.NONE, server_default=false())
    deployed_at: Mapped[datetime.datetime | None] = column("When it was last deployed; null if never.", Privacy.NONE)
    deployment_hash: Mapped[str | None] = column(
        "Digest of what was deployed: another means that the row changed since.", Privacy.NONE, String(64)
    )
    usage_count: Mapped[int | None] = column("How many sessions used it.", Privacy.NONE, server_default=text("0"))
    performance_metrics: Mapped[Json | None] = column("Measured cost: parts, memory, time.", Privacy.NONE)
    user_feedback: Mapped[Json | None] = column("What teachers and students said of it.", Privacy.SENSITIVE)
    coppa_compliant: Mapped[bool | None] = column(
        "Whether somebody checked that children under 13 may use it.", Privacy.NONE, server_default=false()
    )
    content_rating: Mapped[str | None] = column("Age rating as shown in Roblox; open list.", Privacy.NONE, String(10))
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]
