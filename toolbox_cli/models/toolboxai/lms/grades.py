import datetime
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import finite, not_negative, one_of, within
from toolbox_cli.models.toolboxai.base import ActCreatedAt, ActUpdatedAt, Base


class LmsGradePassback(Base):
    __tablename__ = "lms_grade_passbacks"
    __table_args__ = (
        one_of("status", "pending", "success", "failed", "dead", "superseded"),
        *finite("score", "points_possible"),
        *within(0, 100, "percentage"),
        *not_negative("attempt_count"),
        {"comment": "Grades to send back, sent, or given up."},
    )

    id: Mapped[UuidKey]
    lms_assignment_id: Mapped[uuid.UUID | None] = column(
        "Assignment that is graded.", Privacy.NONE, ForeignKey("toolboxai.lms_assignments.id"), index=True
    )
    user_id: Mapped[uuid.UUID | None] = column(
        "The student here.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    external_user_id: Mapped[str] = column("The student's key there.", Privacy.IDENTIFIER, String(255))
    score: Mapped[Decimal | None] = column(
        "Points reached; may pass points_possible by bonus.", Privacy.SENSITIVE, Numeric(8, 2)
    )
    points_possible: Mapped[Decimal | None] = column(
        "Points of a full result when the grade was made.", Privacy.NONE, Numeric(8, 2)
    )
    percentage: Mapped[Decimal | None] = column(
        "Result in percent of points_possible, 0 to 100.", Privacy.SENSITIVE, Numeric(5, 2)
    )
    letter_grade: Mapped[str | None] = column(
        "Letter by the institution's scale; null without one.", Privacy.SENSITIVE, String(5)
    )
    status: Mapped[str | None] = column(
        "pending, success, failed (will be tried again), dead (given up) or superseded (a later grade goes in its "
        "place).",
        Privacy.NONE,
        String(20),
        server_default="pending",
    )
    attempt_count: Mapped[int | None] = column("How often sending was tried.", Privacy.NONE, server_default=text("0"))
    last_attempt_at: Mapped[datetime.datetime | None] = column(
        "When it was last tried; null before the first.", Privacy.NONE
    )
    error_message: Mapped[str | None] = column("Why the latest try failed; may quote the answer.", Privacy.SENSITIVE)
    quiz_attempt_id: Mapped[uuid.UUID | None] = column(
        "Attempt that the grade comes from; null if from progress.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.quiz_attempts.id"),
        index=True,
    )
    progress_id: Mapped[uuid.UUID | None] = column(
        "Progress that the grade comes from; null if from an attempt.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.user_progress.id"),
        index=True,
    )
    created_at: Mapped[ActCreatedAt | None]
    updated_at: Mapped[ActUpdatedAt | None]
    roblox_quiz_result_id: Mapped[uuid.UUID | None] = column(
        "Result in Roblox that the grade comes from, where it is no attempt yet; null otherwise.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.roblox_quiz_results.id"),
        index=True,
    )
    graded_at: Mapped[datetime.datetime | None] = column(
        "When the result was reached; null where nobody said.", Privacy.QUASI_IDENTIFIER
    )
