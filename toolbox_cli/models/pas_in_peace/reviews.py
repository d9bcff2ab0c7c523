from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, SerialKey, column, now
from toolbox_cli.models.pas_in_peace.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, not_negative, shaped, within


class PsychologistReview(Base):
    """The present judgement of a quest; bound to what was reviewed and to who reviewed it."""

    __tablename__ = "psychologist_reviews"
    __table_args__ = (
        Index("ix_psychologist_reviews_is_approved", "is_approved"),
        Index("ix_psychologist_reviews_reviewed_at", "reviewed_at"),
        *within(1, 5, "emotional_safety_score", "therapeutic_correctness_score", "age_appropriateness_score"),
        *within(1, 5, "reveal_timing_score", "overall_score"),
        *not_negative("review_duration_minutes", "open_errors"),
        CheckConstraint("NOT (is_approved AND open_errors > 0)", name="approved"),
        shaped("content_hash", SHA256),
        {"comment": "The present judgement of each quest by a psychologist; one a quest."},
    )

    id: Mapped[SerialKey]
    quest_id: Mapped[int] = column(
        "The quest.", Privacy.NONE, ForeignKey("pas_in_peace.quests.id", ondelete="CASCADE"), unique=True
    )
    reviewer_name: Mapped[str | None] = column("Name that the reviewer signs with.", Privacy.IDENTIFIER, String(255))
    reviewer_credentials: Mapped[str | None] = column(
        "Degrees and licences of the reviewer.", Privacy.IDENTIFIER, String(500)
    )
    emotional_safety_score: Mapped[int] = column("How safe it is for the child's feelings, 1 to 5.", Privacy.NONE)
    therapeutic_correctness_score: Mapped[int] = column("How right it is as therapy, 1 to 5.", Privacy.NONE)
    age_appropriateness_score: Mapped[int] = column("How well it fits the child's age, 1 to 5.", Privacy.NONE)
    reveal_timing_score: Mapped[int] = column("How well the reveal is timed, 1 to 5.", Privacy.NONE)
    overall_score: Mapped[float | None] = column("Mean of the four scores, 1 to 5.", Privacy.NONE, Double)
    is_approved: Mapped[bool | None] = column(
        "Whether children may play what was reviewed.", Privacy.NONE, server_default=text("false")
    )
    strengths: Mapped[str | None] = column("What works well.", Privacy.SENSITIVE)
    concerns: Mapped[str | None] = column("What worries the reviewer.", Privacy.SENSITIVE)
    recommendations: Mapped[str | None] = column("What the reviewer would improve.", Privacy.SENSITIVE)
    modification_notes: Mapped[str | None] = column("What must change before approval.", Privacy.SENSITIVE)
    review_duration_minutes: Mapped[int | None] = column("Minutes that the review took.", Privacy.NONE)
    created_at: Mapped[datetime] = column("When the review was begun.", Privacy.QUASI_IDENTIFIER, server_default=now())
    reviewed_at: Mapped[datetime] = column(
        "When the judgement was made.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    content_hash: Mapped[str | None] = column(
        "What `quest_content_hash` gave for the content that was reviewed; 64 hexadecimal digits.", Privacy.NONE
    )
    reviewer_id: Mapped[int | None] = column(
        "Who reviewed; a quest is public only by the judgement of someone other than its author.",
        Privacy.IDENTIFIER,
        ForeignKey("pas_in_peace.users.id", ondelete="SET NULL"),
        index=True,
    )
    open_errors: Mapped[int | None] = column(
        "Errors that the checks of the graph found in what was reviewed; NULL where they were not run.", Privacy.NONE
    )
    content: Mapped[Json | None] = column(
        "What was reviewed, to tell what changed since; NULL where it was not kept.", Privacy.SENSITIVE
    )
