"""Planned classes in Roblox and who took part; `live.py` holds the running sessions."""

import datetime
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, not_negative, one_of, positive
from toolbox_cli.models.toolboxai.base import Base, CreatedAt


class RobloxGameSession(Base):
    __tablename__ = "roblox_game_sessions"
    __table_args__ = (
        one_of("status", "planning", "active", "paused", "completed"),
        *positive("max_players"),
        CheckConstraint("current_players BETWEEN 0 AND max_players", name="current_players"),
        ends_after("ended_at", "started_at"),
        {"comment": "Planned classes in Roblox; roblox_sessions are the live records."},
    )

    id: Mapped[UuidKey]
    content_id: Mapped[uuid.UUID | None] = column(
        "What is played.", Privacy.NONE, ForeignKey("toolboxai.educational_content.id"), index=True
    )
    teacher_id: Mapped[uuid.UUID | None] = column(
        "Who leads the class.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    roblox_place_id: Mapped[int | None] = column("Place in Roblox; null until published.", Privacy.NONE, BigInteger)
    roblox_universe_id: Mapped[int | None] = column(
        "Universe of that place; null until published.", Privacy.NONE, BigInteger
    )
    session_name: Mapped[str] = column("Name shown to the class.", Privacy.NONE, String(200))
    max_players: Mapped[int | None] = column(
        "How many may play at once, at least 1.", Privacy.NONE, server_default=text("30")
    )
    current_players: Mapped[int | None] = column(
        "How many play now, 0 to max_players.", Privacy.NONE, server_default=text("0")
    )
    status: Mapped[str | None] = column(
        "planning, active, paused or completed.", Privacy.NONE, String(20), server_default="planning"
    )
    started_at: Mapped[datetime.datetime | None] = column(
        "When it began; null while planning.", Privacy.QUASI_IDENTIFIER
    )
    ended_at: Mapped[datetime.datetime | None] = column(
        "When it ended, not before started_at; null until then.", Privacy.QUASI_IDENTIFIER
    )
    session_data: Mapped[Json | None] = column("State of the game and of its players.", Privacy.SENSITIVE)
    analytics_data: Mapped[Json | None] = column("Measurements of the class.", Privacy.SENSITIVE)
    created_at: Mapped[CreatedAt | None]


class RobloxPlayerSession(Base):
    __tablename__ = "roblox_player_sessions"
    __table_args__ = (
        *not_negative("duration_seconds"),
        ends_after("left_at", "joined_at"),
        {"comment": "Each visit of a person to a planned class."},
    )

    id: Mapped[UuidKey]
    game_session_id: Mapped[uuid.UUID | None] = column(
        "The class.", Privacy.NONE, ForeignKey("toolboxai.roblox_game_sessions.id"), index=True
    )
    user_id: Mapped[uuid.UUID | None] = column(
        "Who visited; null until the Roblox account is linked.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    roblox_user_id: Mapped[int | None] = column("The person's account in Roblox.", Privacy.IDENTIFIER, BigInteger)
    joined_at: Mapped[datetime.datetime | None] = column(
        "When they came.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    left_at: Mapped[datetime.datetime | None] = column(
        "When they left, not before joined_at; null while playing.", Privacy.QUASI_IDENTIFIER
    )
    duration_seconds: Mapped[int | None] = column("Seconds played; null while playing.", Privacy.SENSITIVE)
    progress_data: Mapped[Json | None] = column("What they got done.", Privacy.SENSITIVE)
    achievements: Mapped[list[Json] | None] = column(
        "What they earned, one document each.", Privacy.SENSITIVE, ARRAY(JSONB)
    )
    performance_metrics: Mapped[Json | None] = column("How they did, by measure.", Privacy.SENSITIVE)
