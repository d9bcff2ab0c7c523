import datetime
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, UniqueConstraint, Uuid, true
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, finite, one_of, set_exactly_when
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, UpdatedAt


class LmsAssignment(Base):
    __tablename__ = "lms_assignments"
    __table_args__ = (
        UniqueConstraint("lms_course_id", "external_assignment_id"),
        *finite("points_possible"),
        ends_after("lock_date", "unlock_date"),
        one_of("status", "active", "removed"),
        set_exactly_when("removed_at", "status = 'removed'"),
        {"comment": "Assignments of those courses, and what of ours they stand for."},
    )

    id: Mapped[UuidKey]
    lms_course_id: Mapped[uuid.UUID | None] = column(
        "Course it belongs to.", Privacy.NONE, ForeignKey("toolboxai.lms_courses.id")
    )
    external_assignment_id: Mapped[str] = column("Its key there, unique in the course.", Privacy.NONE, String(100))
    title: Mapped[str] = column("Its name there.", Privacy.NONE, String(200))
    description: Mapped[str | None] = column("Its instructions there.", Privacy.NONE)
    assignment_type: Mapped[str | None] = column(
        "Kind as named there, such as quiz, project or discussion; open list.", Privacy.NONE, String(50)
    )
    points_possible: Mapped[Decimal | None] = column(
        "Points of a full result, 0 or more; null if it is not graded.", Privacy.NONE, Numeric(8, 2)
    )
    due_date: Mapped[datetime.datetime | None] = column("When it should be handed in; null if open.", Privacy.NONE)
    unlock_date: Mapped[datetime.datetime | None] = column(
        "From when students see it; null means at once.", Privacy.NONE
    )
    lock_date: Mapped[datetime.datetime | None] = column(
        "From when nothing is accepted, not before unlock_date; null means never.", Privacy.NONE
    )
    toolboxai_content_id: Mapped[uuid.UUID | None] = column(
        "Our content that it stands for; null if not linked.",
        Privacy.NONE,
        ForeignKey("toolboxai.educational_content.id"),
        index=True,
    )
    toolboxai_quiz_id: Mapped[uuid.UUID | None] = column(
        "Our quiz whose results are its grades; null if not linked.",
        Privacy.NONE,
        ForeignKey("toolboxai.quizzes.id"),
        index=True,
    )
    grade_passback_enabled: Mapped[bool | None] = column(
        "Whether its results are sent back.", Privacy.NONE, server_default=true()
    )
    last_synced_at: Mapped[datetime.datetime | None] = column(
        "When it was last read there; null before the first.", Privacy.NONE
    )
    raw_data: Mapped[Json | None] = column("The answer as it was read; may name people.", Privacy.SENSITIVE)
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]
    status: Mapped[str] = column("active, or removed: no longer there.", Privacy.NONE, server_default="active")
    removed_at: Mapped[datetime.datetime | None] = column(
        "When a sync found it gone; null while it is active.", Privacy.NONE
    )
    sync_hash: Mapped[uuid.UUID | None] = column(
        "First half of the digest of what was last read: the same means unchanged.", Privacy.NONE, Uuid
    )
