import datetime
import uuid

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint, Uuid, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import EMAIL, ends_after, not_negative, one_of, set_exactly_when, shaped, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, UpdatedAt


class LmsCourse(Base):
    __tablename__ = "lms_courses"
    __table_args__ = (
        UniqueConstraint("lms_integration_id", "external_course_id"),
        *within(1, 12, "grade_level"),
        shaped("instructor_email", EMAIL),
        *not_negative("enrollment_count"),
        ends_after("end_date", "start_date"),
        one_of("status", "active", "removed"),
        set_exactly_when("removed_at", "status = 'removed'"),
        {"comment": "Courses as a learning management system has them."},
    )

    id: Mapped[UuidKey]
    lms_integration_id: Mapped[uuid.UUID | None] = column(
        "Connection it came through.", Privacy.NONE, ForeignKey("toolboxai.lms_integrations.id")
    )
    external_course_id: Mapped[str] = column("Its key there, unique in the connection.", Privacy.NONE, String(100))
    title: Mapped[str] = column("Its name there; may carry a teacher's name.", Privacy.QUASI_IDENTIFIER, String(200))
    description: Mapped[str | None] = column("Its description there.", Privacy.NONE)
    subject: Mapped[str | None] = column("School subject; null if not given.", Privacy.NONE, String(50))
    grade_level: Mapped[int | None] = column("School grade, 1 to 12; null for several or none.", Privacy.NONE)
    instructor_name: Mapped[str | None] = column("First teacher named there.", Privacy.IDENTIFIER, String(200))
    instructor_email: Mapped[str | None] = column(
        "That teacher's address, one @ and no blanks.", Privacy.IDENTIFIER, String(255)
    )
    enrollment_count: Mapped[int | None] = column(
        "Students enrolled at the latest sync.", Privacy.NONE, server_default=text("0")
    )
    start_date: Mapped[datetime.date | None] = column("First day; null if open.", Privacy.NONE, Date)
    end_date: Mapped[datetime.date | None] = column("Last day, not before the first; null if open.", Privacy.NONE, Date)
    last_synced_at: Mapped[datetime.datetime | None] = column(
        "When it was last read there; null before the first.", Privacy.NONE
    )
    sync_hash: Mapped[str | None] = column(
        "Digest of what was last read: the same means unchanged.", Privacy.NONE, String(64)
    )
    raw_data: Mapped[Json | None] = column("The answer as it was read; may name people.", Privacy.SENSITIVE)
    linked_content_ids: Mapped[list[uuid.UUID] | None] = column(
        "Keys of educational_content used in it.", Privacy.NONE, ARRAY(Uuid)
    )
    auto_sync_enabled: Mapped[bool | None] = column(
        "Whether planned syncs include it.", Privacy.NONE, server_default=true()
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]
    status: Mapped[str] = column("active, or removed: no longer there.", Privacy.NONE, server_default="active")
    removed_at: Mapped[datetime.datetime | None] = column(
        "When a sync found it gone; null while it is active.", Privacy.NONE
    )
    term: Mapped[str | None] = column("Term or school year as named there.", Privacy.NONE)
    school: Mapped[str | None] = column("School as named there.", Privacy.NONE)
