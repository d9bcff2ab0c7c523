from datetime import datetime
from enum import StrEnum

from sqlalchemy import Double, Index, String, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, column
from toolbox_cli.models.pas_in_peace.base import Base, PersonSerialKey, labels
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import finite, not_negative, one_of


class ConversationState(StrEnum):
    START = "START"
    EMOTION_CHECK = "EMOTION_CHECK"
    CRISIS_INTERVENTION = "CRISIS_INTERVENTION"
    HIGH_DISTRESS = "HIGH_DISTRESS"
    MODERATE_SUPPORT = "MODERATE_SUPPORT"
    CASUAL_CHAT = "CASUAL_CHAT"
    LETTER_WRITING = "LETTER_WRITING"
    GOAL_TRACKING = "GOAL_TRACKING"
    TECHNIQUE_SELECTION = "TECHNIQUE_SELECTION"
    TECHNIQUE_EXECUTION = "TECHNIQUE_EXECUTION"
    END_SESSION = "END_SESSION"


class TherapyPhase(StrEnum):
    CRISIS = "CRISIS"
    UNDERSTANDING = "UNDERSTANDING"
    ACTION = "ACTION"
    SUSTAINABILITY = "SUSTAINABILITY"


class UserMode(StrEnum):
    EDUCATIONAL = "educational"
    THERAPEUTIC = "therapeutic"


class RecoveryTrack(StrEnum):
    SELF_WORK = "self_work"
    CHILD_CONNECTION = "child_connection"
    NEGOTIATION = "negotiation"
    COMMUNITY = "community"


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_telegram_id", "telegram_id", unique=True),
        *finite("emotional_score", "crisis_level"),
        *not_negative("total_messages", "total_sessions", "crisis_incidents", "data_retention_days"),
        *not_negative("recovery_week", "recovery_day"),
        one_of("primary_track", *RecoveryTrack),
        {"comment": "Parents and psychologists who use the platform; a child has no row of its own."},
    )

    id: Mapped[PersonSerialKey]
    telegram_id: Mapped[str] = column(
        "Account at the messenger that the person writes from.", Privacy.IDENTIFIER, String(100)
    )
    current_state: Mapped[ConversationState | None] = column(
        "Where the conversation stands.", Privacy.SENSITIVE, labels(ConversationState, "conversationstateenum")
    )
    therapy_phase: Mapped[TherapyPhase | None] = column(
        "Where the person's support stands.", Privacy.SENSITIVE, labels(TherapyPhase, "therapyphaseenum")
    )
    emotional_score: Mapped[float | None] = column(
        "Emotional state as last estimated; 0 or more.", Privacy.SENSITIVE, Double
    )
    crisis_level: Mapped[float | None] = column(
        "Severity of a crisis as last estimated; 0 is none.", Privacy.SENSITIVE, Double
    )
    total_messages: Mapped[int | None] = column("Messages written so far.", Privacy.QUASI_IDENTIFIER)
    total_sessions: Mapped[int | None] = column("Conversations held so far.", Privacy.QUASI_IDENTIFIER)
    crisis_incidents: Mapped[int | None] = column("Crises noticed so far.", Privacy.SENSITIVE)
    created_at: Mapped[datetime] = column("When the person first wrote.", Privacy.QUASI_IDENTIFIER)
    last_activity: Mapped[datetime | None] = column("When the person last did anything.", Privacy.QUASI_IDENTIFIER)
    context: Mapped[Json | None] = column("What the conversation remembers of the person.", Privacy.SENSITIVE)
    consent_given: Mapped[bool | None] = column("Whether the person agreed to the processing.", Privacy.SENSITIVE)
    data_retention_days: Mapped[int | None] = column("Days that the person's data may be kept.", Privacy.NONE)
    recovery_tracks: Mapped[Json | None] = column(
        "Progress a track as first kept; `user_tracks` is its normal form.", Privacy.SENSITIVE, server_default="{}"
    )
    primary_track: Mapped[str | None] = column(
        "Recovery track in focus; a label of `recoverytrack`.",
        Privacy.SENSITIVE,
        String(50),
        server_default="self_work",
    )
    recovery_week: Mapped[int | None] = column(
        "Weeks since recovery began.", Privacy.SENSITIVE, server_default=text("0")
    )
    recovery_day: Mapped[int | None] = column("Day of recovery.", Privacy.SENSITIVE, server_default=text("0"))
    mode: Mapped[UserMode | None] = column(
        "What the person uses the platform for.",
        Privacy.SENSITIVE,
        labels(UserMode, "usermode"),
        server_default="educational",
    )
    parent_name: Mapped[str | None] = column("What the person wants to be called.", Privacy.IDENTIFIER, String(255))
    learning_profile: Mapped[Json | None] = column("The child's learning preferences and progress.", Privacy.SENSITIVE)
