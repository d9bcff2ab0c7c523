from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import SerialKey, column, now, programs, touch_trigger
from toolbox_cli.models.pas_in_peace.base import Base, labels
from toolbox_cli.models.pas_in_peace.users import RecoveryTrack
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, within


class TrackPhase(StrEnum):
    """Phases of a recovery track, in their order."""

    AWARENESS = "awareness"
    EXPRESSION = "expression"
    ACTION = "action"
    MASTERY = "mastery"


class UserTrack(Base):
    __tablename__ = "user_tracks"
    __table_args__ = (
        Index("ix_user_tracks_user_track", "user_id", "track_type", unique=True),
        *within(0, 100, "completion_percentage"),
        *not_negative("weeks_active", "days_active", "total_activities", "completed_activities"),
        CheckConstraint("completed_activities <= total_activities", name="activities"),
        {"comment": "How far a parent came on each recovery track."},
    )

    id: Mapped[SerialKey]
    user_id: Mapped[int] = column(
        "The parent.", Privacy.IDENTIFIER, ForeignKey("pas_in_peace.users.id", ondelete="CASCADE")
    )
    track_type: Mapped[RecoveryTrack] = column("The track.", Privacy.SENSITIVE, labels(RecoveryTrack, "recoverytrack"))
    current_phase: Mapped[TrackPhase | None] = column(
        "Phase that the parent is in.",
        Privacy.SENSITIVE,
        labels(TrackPhase, "trackphase"),
        server_default=TrackPhase.AWARENESS,
    )
    completion_percentage: Mapped[int | None] = column(
        "Part of the track that is done, 0 to 100.", Privacy.SENSITIVE, server_default=text("0")
    )
    weeks_active: Mapped[int | None] = column("Weeks with an activity.", Privacy.SENSITIVE, server_default=text("0"))
    days_active: Mapped[int | None] = column("Days with an activity.", Privacy.SENSITIVE, server_default=text("0"))
    total_activities: Mapped[int | None] = column("Activities given.", Privacy.SENSITIVE, server_default=text("0"))
    completed_activities: Mapped[int | None] = column(
        "Activities done, of those given.", Privacy.SENSITIVE, server_default=text("0")
    )
    last_activity_at: Mapped[datetime | None] = column("When the last activity was.", Privacy.SENSITIVE)
    started_at: Mapped[datetime] = column("When the track was begun.", Privacy.QUASI_IDENTIFIER, server_default=now())
    updated_at: Mapped[datetime | None] = column(
        "When the row last changed.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )


programs(Base.metadata).triggers.append(touch_trigger("user_tracks"))
