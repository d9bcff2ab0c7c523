from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import SerialKey, column, now
from toolbox_cli.models.pas_in_peace.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, finite, not_negative


class QuestProgress(Base):
    """How far a child came, mirrored from inner_edu; written only while the child's consent is live."""

    __tablename__ = "quest_progress"
    __table_args__ = (
        Index("ix_quest_progress_user_quest", "user_id", "quest_id", unique=True),
        Index(
            "ix_quest_progress_last_played",
            "last_played_at",
            info={"serves": "WHERE last_played_at >= $1 ORDER BY last_played_at DESC"},
        ),
        *not_negative("current_step", "session_count"),
        *finite("total_time_minutes"),
        ends_after("completed_at", "started_at", name="completed_at"),
        {"comment": "How far a child came in a quest; written only while the child's consent to share it is live."},
    )

    id: Mapped[SerialKey]
    user_id: Mapped[int] = column(
        "The parent whose child plays.", Privacy.IDENTIFIER, ForeignKey("pas_in_peace.users.id", ondelete="CASCADE")
    )
    quest_id: Mapped[int] = column(
        "The quest.", Privacy.NONE, ForeignKey("pas_in_peace.quests.id", ondelete="CASCADE"), index=True
    )
    current_step: Mapped[int | None] = column("Steps done.", Privacy.SENSITIVE, server_default=text("0"))
    completed: Mapped[bool | None] = column(
        "Whether the child reached the end.", Privacy.SENSITIVE, server_default=text("false")
    )
    session_count: Mapped[int | None] = column(
        "Times that the child played.", Privacy.SENSITIVE, server_default=text("0")
    )
    total_time_minutes: Mapped[float | None] = column(
        "Minutes played in all.", Privacy.SENSITIVE, Double, server_default=text("0.0")
    )
    started_at: Mapped[datetime] = column("When the child first played.", Privacy.SENSITIVE, server_default=now())
    completed_at: Mapped[datetime | None] = column("When the child reached the end.", Privacy.SENSITIVE)
    last_played_at: Mapped[datetime | None] = column("When the child last played.", Privacy.SENSITIVE)
