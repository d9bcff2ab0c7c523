import datetime
import uuid

from sqlalchemy import BigInteger, Date, ForeignKey, String, UniqueConstraint, Uuid, false
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, one_of, set_exactly_when
from toolbox_cli.models.toolboxai.base import Base


class LmsEnrollment(Base):
    """Somebody in a course, in one role: a district has a million, so what has a fixed width comes first and no time
    of writing is kept. The runs and their changes have it.
    """

    __tablename__ = "lms_enrollments"
    __table_args__ = (
        UniqueConstraint("lms_course_id", "lms_identity_id", "role"),
        one_of("role", "student", "teacher", "assistant"),
        one_of("status", "active", "future", "ended", "inactive", "removed"),
        one_of("source", "sync", "manual"),
        ends_after("ends_on", "begins_on", name="ends_after_begins"),
        set_exactly_when("removed_at", "status = 'removed'"),
        {"comment": "Who is in which course of a learning management system, in which role."},
    )

    id: Mapped[UuidKey]
    lms_course_id: Mapped[uuid.UUID] = column(
        "Course that somebody is in.", Privacy.NONE, ForeignKey("toolboxai.lms_courses.id")
    )
    lms_identity_id: Mapped[uuid.UUID] = column(
        "Who is in it, by the account there.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.lms_identities.id"),
        index=True,
    )
    sync_hash: Mapped[uuid.UUID | None] = column(
        "First half of the digest of what was last read: the same means unchanged.", Privacy.NONE, Uuid
    )
    last_run_id: Mapped[int | None] = column(
        "Latest sync that changed the row, a key of lms_sync_runs; null for one made by hand.",
        Privacy.NONE,
        BigInteger,
    )
    removed_at: Mapped[datetime.datetime | None] = column(
        "When it was found gone or taken away; null while it stands.", Privacy.QUASI_IDENTIFIER
    )
    begins_on: Mapped[datetime.date | None] = column("First day; null if open.", Privacy.QUASI_IDENTIFIER, Date)
    ends_on: Mapped[datetime.date | None] = column(
        "Last day, not before the first; null if open.", Privacy.QUASI_IDENTIFIER, Date
    )
    is_primary: Mapped[bool] = column(
        "Whether this is the course's first teacher.", Privacy.QUASI_IDENTIFIER, server_default=false()
    )
    role: Mapped[str] = column("student, teacher or assistant.", Privacy.QUASI_IDENTIFIER)
    status: Mapped[str] = column(
        "active, future, ended, inactive (switched off there) or removed.",
        Privacy.QUASI_IDENTIFIER,
        server_default="active",
    )
    source: Mapped[str] = column(
        "sync, or manual: made here by hand, which no sync takes away.", Privacy.NONE, server_default="manual"
    )
    external_enrollment_id: Mapped[str | None] = column(
        "The enrollment's key there; null where it has none.", Privacy.IDENTIFIER, String(255)
    )
