"""Live connections and work done together."""

import datetime
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false, text, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, not_negative, one_of, positive
from toolbox_cli.models.toolboxai.base import ActCreatedAt, Base, CreatedAt, UpdatedAt


class WebsocketConnection(Base):
    __tablename__ = "websocket_connections"
    __table_args__ = (
        one_of("connection_type", "dashboard", "roblox", "plugin", "mobile"),
        *not_negative("message_count", "rate_limit_hits"),
        ends_after("disconnected_at", "connected_at"),
        {"comment": "WebSocket connections, open and past."},
    )

    id: Mapped[UuidKey]
    user_id: Mapped[uuid.UUID | None] = column(
        "Who is connected; null before they signed in.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    session_id: Mapped[uuid.UUID | None] = column(
        "Sign-in session it uses; null for a key of a program.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.user_sessions.id"),
        index=True,
    )
    connection_id: Mapped[str] = column(
        "Its key among all servers, unique.", Privacy.IDENTIFIER, String(100), unique=True
    )
    socket_id: Mapped[str] = column(
        "Its key in the server that holds it, unique.", Privacy.IDENTIFIER, String(100), unique=True
    )
    connection_type: Mapped[str] = column(
        "Which program connected: dashboard, roblox, plugin or mobile.", Privacy.NONE, String(20)
    )
    client_info: Mapped[Json | None] = column(
        "Browser, device and version as the client reports them.", Privacy.SENSITIVE
    )
    subscribed_channels: Mapped[list[Json] | None] = column(
        "Channels that it listens to.", Privacy.SENSITIVE, ARRAY(JSONB)
    )
    permissions: Mapped[Json | None] = column("What it may do in each channel.", Privacy.NONE)
    connected_at: Mapped[datetime.datetime | None] = column(
        "When it was opened.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    last_ping: Mapped[datetime.datetime | None] = column(
        "When it last proved to be alive.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    is_active: Mapped[bool | None] = column(
        "False once closed; true may be stale after a server died: see last_ping.", Privacy.NONE, server_default=true()
    )
    disconnected_at: Mapped[datetime.datetime | None] = column(
        "When it was closed, not before connected_at; null while open.", Privacy.QUASI_IDENTIFIER
    )
    disconnect_reason: Mapped[str | None] = column("Why it was closed; null while open.", Privacy.NONE, String(100))
    message_count: Mapped[int | None] = column(
        "Messages received through it.", Privacy.QUASI_IDENTIFIER, server_default=text("0")
    )
    last_message_at: Mapped[datetime.datetime | None] = column(
        "When the latest came; null before the first.", Privacy.QUASI_IDENTIFIER
    )
    rate_limit_hits: Mapped[int | None] = column(
        "How often it sent too fast and was held back.", Privacy.NONE, server_default=text("0")
    )


class CollaborationSession(Base):
    __tablename__ = "collaboration_sessions"
    __table_args__ = (
        one_of("session_type", "content_editing", "live_class", "review"),
        one_of("status", "planning", "active", "paused", "ended"),
        *positive("max_participants"),
        CheckConstraint("current_participants BETWEEN 0 AND max_participants", name="current_participants"),
        ends_after("ended_at", "started_at"),
        {"comment": "Sessions in which several people work on one content or sit in one class."},
    )

    id: Mapped[UuidKey]
    content_id: Mapped[uuid.UUID | None] = column(
        "Content that it is about; null if none.",
        Privacy.NONE,
        ForeignKey("toolboxai.educational_content.id"),
        index=True,
    )
    session_name: Mapped[str] = column("Name shown to participants.", Privacy.NONE, String(200))
    session_type: Mapped[str] = column("content_editing, live_class or review.", Privacy.NONE, String(20))
    owner_id: Mapped[uuid.UUID | None] = column(
        "Who opened it.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    max_participants: Mapped[int | None] = column(
        "How many may be in it at once, at least 1.", Privacy.NONE, server_default=text("30")
    )
    current_participants: Mapped[int | None] = column(
        "How many are in it now, 0 to max_participants.", Privacy.NONE, server_default=text("0")
    )
    require_approval: Mapped[bool | None] = column(
        "Whether the owner lets each one in.", Privacy.NONE, server_default=false()
    )
    status: Mapped[str | None] = column(
        "planning, active, paused or ended.", Privacy.NONE, String(20), server_default="planning"
    )
    started_at: Mapped[datetime.datetime | None] = column(
        "When it began; null while planning.", Privacy.QUASI_IDENTIFIER
    )
    ended_at: Mapped[datetime.datetime | None] = column(
        "When it ended, not before started_at; null until then.", Privacy.QUASI_IDENTIFIER
    )
    last_activity: Mapped[datetime.datetime | None] = column(
        "Latest act of any participant.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    shared_state: Mapped[Json | None] = column("What all participants see now.", Privacy.SENSITIVE, server_default="{}")
    change_log: Mapped[list[Json] | None] = column(
        "Changes in order, in short; collaboration_changes has them in full.",
        Privacy.SENSITIVE,
        ARRAY(JSONB),
        server_default="{}",
    )
    settings: Mapped[Json | None] = column("Settings of the session by name.", Privacy.NONE, server_default="{}")
    permissions: Mapped[Json | None] = column("What each role may do in it.", Privacy.NONE, server_default="{}")
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class CollaborationParticipant(Base):
    __tablename__ = "collaboration_participants"
    __table_args__ = (
        UniqueConstraint("session_id", "user_id"),
        one_of("role", "owner", "moderator", "participant", "observer"),
        *not_negative("duration_seconds", "contribution_count"),
        ends_after("left_at", "joined_at"),
        {"comment": "Who takes or took part in a session, one row a person."},
    )

    id: Mapped[UuidKey]
    session_id: Mapped[uuid.UUID | None] = column(
        "The session.", Privacy.NONE, ForeignKey("toolboxai.collaboration_sessions.id")
    )
    user_id: Mapped[uuid.UUID | None] = column(
        "The participant, once a session.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    role: Mapped[str | None] = column(
        "owner, moderator, participant or observer.", Privacy.NONE, String(20), server_default="participant"
    )
    joined_at: Mapped[datetime.datetime | None] = column(
        "When they first came.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    left_at: Mapped[datetime.datetime | None] = column(
        "When they last left, not before joined_at; null while in it.", Privacy.QUASI_IDENTIFIER
    )
    duration_seconds: Mapped[int | None] = column(
        "Seconds in it, all visits together; null while in it.", Privacy.SENSITIVE
    )
    contribution_count: Mapped[int | None] = column(
        "Changes that they made.", Privacy.SENSITIVE, server_default=text("0")
    )
    last_contribution: Mapped[datetime.datetime | None] = column(
        "When they made the latest; null before the first.", Privacy.QUASI_IDENTIFIER
    )
    permissions: Mapped[Json | None] = column("What they may do beyond their role.", Privacy.NONE, server_default="{}")
    is_active: Mapped[bool | None] = column(
        "Whether they are in it now.", Privacy.QUASI_IDENTIFIER, server_default=true()
    )
    muted: Mapped[bool | None] = column("Whether a moderator silenced them.", Privacy.SENSITIVE, server_default=false())


class CollaborationChange(Base):
    __tablename__ = "collaboration_changes"
    __table_args__ = (
        one_of("change_type", "content_edit", "script_update", "terrain_modify"),
        *not_negative("change_sequence"),
        {"comment": "Every change made in a session, in order."},
    )

    id: Mapped[UuidKey]
    session_id: Mapped[uuid.UUID | None] = column(
        "Session it was made in.", Privacy.NONE, ForeignKey("toolboxai.collaboration_sessions.id"), index=True
    )
    user_id: Mapped[uuid.UUID | None] = column(
        "Who made it; null for a program.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    change_type: Mapped[str] = column("content_edit, script_update or terrain_modify.", Privacy.NONE, String(50))
    target_object: Mapped[str | None] = column(
        "What was changed, by the program's own name.", Privacy.NONE, String(100)
    )
    change_data: Mapped[Json] = column("The change itself, enough to apply it again.", Privacy.SENSITIVE)
    previous_state: Mapped[Json | None] = column("The object before; null if it was new.", Privacy.SENSITIVE)
    new_state: Mapped[Json | None] = column("The object after; null if it was removed.", Privacy.SENSITIVE)
    change_sequence: Mapped[int] = column("Order in the session, from 0.", Privacy.NONE)
    applied: Mapped[bool | None] = column(
        "False if it lost against another change.", Privacy.NONE, server_default=true()
    )
    conflict_resolution: Mapped[Json | None] = column(
        "How a conflict was settled; null if there was none.", Privacy.SENSITIVE
    )
    created_at: Mapped[ActCreatedAt | None]
