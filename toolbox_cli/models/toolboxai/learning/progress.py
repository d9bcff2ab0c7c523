"""How far each person is with each content."""

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import finite, not_negative, one_of, within
from toolbox_cli.models.toolboxai.base import ActCreatedAt, ActUpdatedAt, Base, PersonRowKey


class UserProgress(Base):
    __tablename__ = "user_progress"
    __table_args__ = (
        UniqueConstraint("user_id", "content_id", "progress_type"),
        one_of("progress_type", "lesson", "quiz", "activity", "project"),
        one_of("mastery_level", "novice", "developing", "proficient", "advanced"),
        *within(0, 100, "completion_percentage"),
        *finite("best_score"),
        *not_negative("time_spent_seconds", "attempts_count", "current_streak", "max_streak"),
        {"comment": "Progress of a person with a content, one row for each kind of progress."},
    )

    id: Mapped[PersonRowKey]
    user_id: Mapped[uuid.UUID | None] = column("The student.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"))
    content_id: Mapped[uuid.UUID | None] = column(
        "What they work on.", Privacy.NONE, ForeignKey("toolboxai.educational_content.id"), index=True
    )
    progress_type: Mapped[str] = column("What is counted: lesson, quiz, activity or project.", Privacy.NONE, String(20))
    completion_percentage: Mapped[Decimal | None] = column(
        "How much is done, 0 to 100.", Privacy.SENSITIVE, Numeric(5, 2), server_default=text("0")
    )
    time_spent_seconds: Mapped[int | None] = column(
        "Seconds spent so far, all sessions together.", Privacy.SENSITIVE, server_default=text("0")
    )
    attempts_count: Mapped[int | None] = column("Tries so far.", Privacy.SENSITIVE, server_default=text("0"))
    best_score: Mapped[Decimal | None] = column(
        "Best result in percent of the points; bonus points can lift it over 100; null before the first.",
        Privacy.SENSITIVE,
        Numeric(5, 2),
    )
    current_streak: Mapped[int | None] = column(
        "Days in a row with activity, up to now; 0 after a missed day.", Privacy.SENSITIVE, server_default=text("0")
    )
    max_streak: Mapped[int | None] = column(
        "Longest run of days with activity so far.", Privacy.SENSITIVE, server_default=text("0")
    )
    difficulty_level: Mapped[str | None] = column(
        "Difficulty that the student is at, such as easy, medium or hard; open list.", Privacy.SENSITIVE, String(20)
    )
    mastery_level: Mapped[str | None] = column(
        "novice, developing, proficient or advanced; null before it was judged.", Privacy.SENSITIVE, String(20)
    )
    last_interaction: Mapped[datetime.datetime | None] = column(
        "Latest act of the student with the content; null before the first.", Privacy.QUASI_IDENTIFIER
    )
    next_recommended_content: Mapped[uuid.UUID | None] = column(
        "What a recommender proposes next; null if nothing.",
        Privacy.SENSITIVE,
        ForeignKey("toolboxai.educational_content.id"),
        index=True,
    )
    learning_style: Mapped[Json | None] = column(
        "Preference for visual, auditory or kinesthetic material, as observed.", Privacy.SENSITIVE
    )
    performance_trends: Mapped[Json | None] = column("Earlier results over time.", Privacy.SENSITIVE)
    recommendations: Mapped[list[Json] | None] = column(
        "Generated recommendations, newest last, one document each.", Privacy.SENSITIVE, ARRAY(JSONB)
    )
    created_at: Mapped[ActCreatedAt | None]
    updated_at: Mapped[ActUpdatedAt | None]
