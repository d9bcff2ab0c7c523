import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import JsonList, SerialKey, column, now
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import within


class ModuleFeedback(Base):
    """A student's opinion of a module."""

    __tablename__ = "module_feedback"
    __table_args__ = (
        UniqueConstraint("module_id", "student_id"),
        CheckConstraint("rating >= 1 AND rating <= 5", name="rating"),
        CheckConstraint("difficulty_rating >= 1 AND difficulty_rating <= 5", name="difficulty_rating"),
        *within(1, 5, "engagement_rating", "clarity_rating"),
        Index("idx_feedback_module", "module_id", info={"keep": "deployed"}),
        Index("idx_feedback_rating", "rating"),
        Index(None, "student_id"),
        {"comment": "What students say of modules."},
    )

    id: Mapped[SerialKey]
    module_id: Mapped[int] = column(
        "Module that is spoken of.", Privacy.NONE, ForeignKey("frames.modules.id", ondelete="CASCADE")
    )
    student_id: Mapped[str] = column(
        "Student who speaks; never shown to others where is_anonymous.",
        Privacy.IDENTIFIER,
        String,
        ForeignKey("frames.students.id", ondelete="CASCADE"),
    )
    rating: Mapped[int | None] = column("Rating of the module, 1 to 5.", Privacy.SENSITIVE)
    difficulty_rating: Mapped[int | None] = column("How difficult it was, 1 to 5.", Privacy.SENSITIVE)
    comment: Mapped[str | None] = column("Free text.", Privacy.SENSITIVE)
    created_at: Mapped[datetime.datetime | None] = column(
        "When the feedback was given.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    is_anonymous: Mapped[bool | None] = column(
        "Whether the student's name is kept from others.", Privacy.NONE, server_default=text("false")
    )
    engagement_rating: Mapped[int | None] = column("How engaging it was, 1 to 5.", Privacy.SENSITIVE)
    clarity_rating: Mapped[int | None] = column("How clear it was, 1 to 5.", Privacy.SENSITIVE)
    tags: Mapped[JsonList | None] = column("List of tags, such as helpful or confusing.", Privacy.SENSITIVE)
