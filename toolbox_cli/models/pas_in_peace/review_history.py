from datetime import datetime

from sqlalchemy import Double, ForeignKey, String
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, column, now
from toolbox_cli.models.pas_in_peace.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import positive


class PsychologistReviewHistory(Base):
    """An earlier judgement of a quest, whole; the triggers of `judgements` write it, and keep it as it is."""

    __tablename__ = "psychologist_review_history"
    __table_args__ = (
        *positive("number"),
        {"comment": "Earlier judgements of each quest, as they were. Append-only: they go with their quest alone."},
    )

    quest_id: Mapped[int] = column(
        "The quest.", Privacy.NONE, ForeignKey("pas_in_peace.quests.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = column(
        "Place among the quest's judgements, from 1.", Privacy.NONE, primary_key=True, autoincrement=False
    )
    reviewer_name: Mapped[str | None] = column("Name that the reviewer signed with.", Privacy.IDENTIFIER, String(255))
    reviewer_credentials: Mapped[str | None] = column(
        "Degrees and licences of the reviewer.", Privacy.IDENTIFIER, String(500)
    )
    emotional_safety_score: Mapped[int] = column("How safe it is for the child's feelings, 1 to 5.", Privacy.NONE)
    therapeutic_correctness_score: Mapped[int] = column("How right it is as therapy, 1 to 5.", Privacy.NONE)
    age_appropriateness_score: Mapped[int] = column("How well it fits the child's age, 1 to 5.", Privacy.NONE)
    reveal_timing_score: Mapped[int] = column("How well the reveal is timed, 1 to 5.", Privacy.NONE)
    overall_score: Mapped[float | None] = column("Mean of the four scores, 1 to 5.", Privacy.NONE, Double)
    is_approved: Mapped[bool | None] = column("Whether children might play what was reviewed.", Privacy.NONE)
    strengths: Mapped[str | None] = column("What works well.", Privacy.SENSITIVE)
    concerns: Mapped[str | None] = column("What worries the reviewer.", Privacy.SENSITIVE)
    recommendations: Mapped[str | None] = column("What the reviewer would improve.", Privacy.SENSITIVE)
    modification_notes: Mapped[str | None] = column("What must change before approval.", Privacy.SENSITIVE)
    review_duration_minutes: Mapped[int | None] = column("Minutes that the review took.", Privacy.NONE)
    created_at: Mapped[datetime] = column("When the review was begun.", Privacy.QUASI_IDENTIFIER)
    reviewed_at: Mapped[datetime] = column("When the judgement was made.", Privacy.QUASI_IDENTIFIER)
    content_hash: Mapped[str | None] = column("Hash of the content that was reviewed.", Privacy.NONE)
    reviewer_id: Mapped[int | None] = column(
        "Who reviewed.", Privacy.IDENTIFIER, ForeignKey("pas_in_peace.users.id", ondelete="SET NULL"), index=True
    )
    open_errors: Mapped[int | None] = column(
        "Errors that the checks of the graph found in what was reviewed; NULL where they were not run.", Privacy.NONE
    )
    content: Mapped[Json | None] = column("What was reviewed; NULL where it was not kept.", Privacy.SENSITIVE)
    superseded_at: Mapped[datetime] = column(
        "When another judgement took its place, or it was taken back.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
