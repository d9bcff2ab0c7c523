"""Roblox Studio: plugins, and what is generated for it."""

import datetime
import uuid

from sqlalchemy import ForeignKey, String, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, one_of, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, UpdatedAt


class RobloxPlugin(Base):
    __tablename__ = "roblox_plugins"
    __table_args__ = (
        UniqueConstraint("studio_id", "user_id"),
        *within(1, 65535, "port"),
        one_of("status", "active", "inactive", "error"),
        {"comment": "Studio plugins that registered with the platform."},
    )

    id: Mapped[UuidKey]
    studio_id: Mapped[str] = column("Key of the Studio installation, a device.", Privacy.IDENTIFIER, String(100))
    user_id: Mapped[uuid.UUID | None] = column(
        "Who uses it there.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    plugin_version: Mapped[str] = column("Version of the plugin.", Privacy.NONE, String(20))
    port: Mapped[int | None] = column(
        "TCP port on which it listens on its own machine, 1 to 65535.", Privacy.NONE, server_default=text("64989")
    )
    capabilities: Mapped[list[Json] | None] = column("What it can do, one document each.", Privacy.NONE, ARRAY(JSONB))
    registered_at: Mapped[datetime.datetime | None] = column(
        "When it first registered.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    last_heartbeat: Mapped[datetime.datetime | None] = column(
        "When it last proved to be alive; null if never.", Privacy.QUASI_IDENTIFIER
    )
    status: Mapped[str | None] = column("active, inactive or error.", Privacy.NONE, String(20), server_default="active")
    error_message: Mapped[str | None] = column("What is wrong while status is error.", Privacy.SENSITIVE)
    connection_metadata: Mapped[Json | None] = column("What it reports of its machine and network.", Privacy.SENSITIVE)


class RobloxScript(Base):
    __tablename__ = "roblox_scripts"
    __table_args__ = (
        one_of("script_type", "server", "client", "module"),
        {"comment": "Generated Luau scripts with their tests and review."},
    )

    id: Mapped[UuidKey]
    content_id: Mapped[uuid.UUID | None] = column(
        "Content that it belongs to.", Privacy.NONE, ForeignKey("toolboxai.educational_content.id"), index=True
    )
    name: Mapped[str] = column("Name of the script object in Studio.", Privacy.NONE, String(200))
    script_type: Mapped[str] = column(
        "Where it runs: server, client, or module (required by others).", Privacy.NONE, String(20)
    )
    content: Mapped[str] = column("Luau source.", Privacy.NONE)
    dependencies: Mapped[list[Json] | None] = column(
        "Modules that it requires, one document each.", Privacy.NONE, ARRAY(JSONB)
    )
    description: Mapped[str | None] = column("What it does, in words.", Privacy.NONE)
    roblox_version: Mapped[str | None] = column("Engine version that it was written for.", Privacy.NONE, String(20))
    performance_metrics: Mapped[Json | None] = column("Measured cost: time, memory, network.", Privacy.NONE)
    tested: Mapped[bool | None] = column("Whether its tests were run.", Privacy.NONE, server_default=false())
    test_results: Mapped[Json | None] = column("What they found; null if not run.", Privacy.NONE)
    deployed_to_studio: Mapped[bool | None] = column(
        "Whether a plugin has put it into a place.", Privacy.NONE, server_default=false()
    )
    created_by: Mapped[uuid.UUID | None] = column(
        "Who asked for it; null if a program did.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    reviewed_by: Mapped[uuid.UUID | None] = column(
        "Agent that reviewed it; null without review.", Privacy.NONE, ForeignKey("toolboxai.ai_agents.id"), index=True
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class RobloxTerrain(Base):
    __tablename__ = "roblox_terrain"
    __table_args__ = (
        *not_negative("complexity_score"),
        {"comment": "Generated terrain and how to build it."},
    )

    id: Mapped[UuidKey]
    content_id: Mapped[uuid.UUID | None] = column(
        "Content that plays on it.", Privacy.NONE, ForeignKey("toolboxai.educational_content.id"), index=True
    )
    name: Mapped[str] = column("Name for teachers and authors.", Privacy.NONE, String(200))
    terrain_type: Mapped[str] = column("Kind of landscape, such as island; open list.", Privacy.NONE, String(50))
    material: Mapped[str | None] = column(
        "Main Roblox material, by its name in the engine.", Privacy.NONE, String(50), server_default="Grass"
    )
    size: Mapped[str | None] = column(
        "Size, such as small, medium or large; open list.", Privacy.NONE, String(20), server_default="medium"
    )
    biome: Mapped[str | None] = column(
        "Climate that it imitates; open list.", Privacy.NONE, String(50), server_default="temperate"
    )
    features: Mapped[list[Json] | None] = column(
        "Hills, water, caves and the like, one document each.", Privacy.NONE, ARRAY(JSONB)
    )
    elevation_data: Mapped[Json | None] = column("Height map, in studs.", Privacy.NONE)
    generation_script: Mapped[str | None] = column("Luau source that builds it; null if built by hand.", Privacy.NONE)
    preview_image_url: Mapped[str | None] = column("Address of a picture of it.", Privacy.NONE, String(500))
    complexity_score: Mapped[int | None] = column(
        "How much it asks of a player's machine, 0 or more; 1 is plain.", Privacy.NONE, server_default=text("1")
    )
    educational_context: Mapped[Json | None] = column("What the landscape is to teach.", Privacy.NONE)
    performance_impact: Mapped[Json | None] = column("Measured cost: parts, memory, frame time.", Privacy.NONE)
    created_by: Mapped[uuid.UUID | None] = column(
        "Who asked for it; null if a program did.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    created_at: Mapped[CreatedAt | None]
