"""Live sessions: the record of a running Roblox server and its connection to the platform."""

import datetime
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, JsonList, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, not_negative, positive
from toolbox_cli.models.toolboxai.base import (
    ROBLOX_SESSION_STATUS,
    ActCreatedAt,
    ActUpdatedAt,
    Base,
    RobloxSessionStatus,
)


class RobloxSession(Base):
    __tablename__ = "roblox_sessions"
    __table_args__ = (
        Index(
            "idx_roblox_session_active",
            "websocket_connection_active",
            info={"serves": "WHERE websocket_connection_active"},
        ),
        Index("idx_roblox_session_last_activity", "last_activity_at"),
        Index("idx_roblox_session_lesson", "lesson_id"),
        Index("idx_roblox_session_status", "status"),
        Index("idx_roblox_session_teacher", "teacher_id"),
        Index("idx_roblox_session_universe", "universe_id", "place_id"),
        *positive("max_players"),
        CheckConstraint("current_players BETWEEN 0 AND max_players", name="current_players"),
        *not_negative("sync_frequency_seconds", "sync_errors"),
        ends_after("ended_at", "started_at"),
        {"comment": "Live sessions of lessons in Roblox; roblox_game_sessions are the planned classes."},
    )

    id: Mapped[UuidKey]
    lesson_id: Mapped[uuid.UUID] = column("Lesson that is played.", Privacy.NONE, ForeignKey("toolboxai.lessons.id"))
    teacher_id: Mapped[uuid.UUID] = column("Who leads it.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"))
    universe_id: Mapped[str] = column(
        "Roblox universe; the setting roblox.universe_id says which one is right.",
        Privacy.NONE,
        String(100),
        server_default="8505376973",
    )
    place_id: Mapped[str] = column("Place in that universe.", Privacy.NONE, String(100))
    server_id: Mapped[str | None] = column(
        "Roblox server that runs it; null before it starts.", Privacy.NONE, String(200)
    )
    job_id: Mapped[str | None] = column("Roblox's key of that run of the server.", Privacy.NONE, String(200))
    client_id: Mapped[str] = column(
        "OAuth2 client; the setting roblox.client_id says which one is right.",
        Privacy.NONE,
        String(100),
        server_default="2214511122270781418",
    )
    access_token_hash: Mapped[str | None] = column(
        "Hash of the OAuth2 access token, never the token itself.", Privacy.SECRET, String(255)
    )
    refresh_token_hash: Mapped[str | None] = column(
        "Hash of the OAuth2 refresh token, never the token itself.", Privacy.SECRET, String(255)
    )
    token_expires_at: Mapped[datetime.datetime | None] = column("From when the access token is refused.", Privacy.NONE)
    websocket_session_id: Mapped[str | None] = column(
        "Its WebSocket session, unique; null before it connects.", Privacy.NONE, String(200), unique=True
    )
    websocket_connection_active: Mapped[bool | None] = column(
        "Whether that connection is open; may be stale: see last_heartbeat.", Privacy.NONE, server_default=false()
    )
    last_heartbeat: Mapped[datetime.datetime | None] = column(
        "When it last proved to be alive; null if never.", Privacy.QUASI_IDENTIFIER
    )
    status: Mapped[RobloxSessionStatus | None] = column(
        "ACTIVE, PAUSED, COMPLETED, DISCONNECTED or ERROR.",
        Privacy.NONE,
        ROBLOX_SESSION_STATUS,
        server_default=RobloxSessionStatus.ACTIVE.value,
    )
    max_players: Mapped[int | None] = column(
        "How many may play at once, at least 1; null means no limit of ours.", Privacy.NONE
    )
    current_players: Mapped[int | None] = column(
        "How many play now, 0 to max_players.", Privacy.NONE, server_default=text("0")
    )
    sync_frequency_seconds: Mapped[int | None] = column(
        "Seconds between two exchanges of state; null means the program's own.", Privacy.NONE
    )
    last_sync_at: Mapped[datetime.datetime | None] = column(
        "When state was last exchanged; null if never.", Privacy.NONE
    )
    sync_errors: Mapped[int | None] = column(
        "Failed exchanges since the session began.", Privacy.NONE, server_default=text("0")
    )
    sync_data: Mapped[Json | None] = column("State as last exchanged; speaks of the players.", Privacy.SENSITIVE)
    coppa_consent_verified: Mapped[bool | None] = column(
        "Whether consent of every child's parent was checked before it began.",
        Privacy.SENSITIVE,
        server_default=false(),
    )
    audit_log: Mapped[JsonList | None] = column(
        "What happened in it, oldest first, as the programs append it.", Privacy.SENSITIVE
    )
    parental_consent_ids: Mapped[list[str] | None] = column(
        "Keys of the parents' consents that it rests on.", Privacy.SENSITIVE, ARRAY(String)
    )
    started_at: Mapped[datetime.datetime | None] = column("When play began; null before.", Privacy.QUASI_IDENTIFIER)
    ended_at: Mapped[datetime.datetime | None] = column(
        "When it ended, not before started_at; null until then.", Privacy.QUASI_IDENTIFIER
    )
    last_activity_at: Mapped[datetime.datetime | None] = column(
        "Latest act of any player; null before the first.", Privacy.QUASI_IDENTIFIER
    )
    created_at: Mapped[ActCreatedAt | None]
    updated_at: Mapped[ActUpdatedAt | None]
