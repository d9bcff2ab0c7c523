import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, SerialKey, column, now
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, not_negative, one_of, within


class ModuleProgress(Base):
    """How far a student is in a module."""

    __tablename__ = "module_progress"
    __table_args__ = (
        UniqueConstraint("module_id", "student_id"),
        one_of("status", "not_started", "in_progress", "completed", "skipped"),
        *within(0, 100, "progress_percent"),
        *within(0, 1, "mastery_score"),
        *not_negative("current_section", "total_time_seconds", "pause_count"),
        *not_negative("hint_count", "retry_count", "error_count"),
        ends_after("completed_at", "started_at", name="completed_at"),
        Index("idx_progress_student", "student_id"),
        Index("idx_progress_module", "module_id", info={"keep": "deployed"}),
        Index("idx_progress_status", "status"),
        {"comment": "How far each student is in each module."},
    )

    id: Mapped[SerialKey]
    module_id: Mapped[int] = column(
        "Module that is worked through.", Privacy.NONE, ForeignKey("frames.modules.id", ondelete="CASCADE")
    )
    student_id: Mapped[str] = column(
        "Student who works through it.",
        Privacy.IDENTIFIER,
        String,
        ForeignKey("frames.students.id", ondelete="CASCADE"),
    )
    status: Mapped[str | None] = column(
        "not_started, in_progress, completed or skipped.",
        Privacy.SENSITIVE,
        String(50),
        server_default="not_started",
    )
    progress_percent: Mapped[int | None] = column(
        "Share of the module that is done, in percent, 0 to 100.", Privacy.SENSITIVE, server_default=text("0")
    )
    current_section: Mapped[int | None] = column(
        "Number of the section that the student is at.", Privacy.SENSITIVE, server_default=text("1")
    )
    started_at: Mapped[datetime.datetime | None] = column("When the student began.", Privacy.QUASI_IDENTIFIER)
    completed_at: Mapped[datetime.datetime | None] = column(
        "When the student finished, not before beginning.", Privacy.QUASI_IDENTIFIER
    )
    last_accessed_at: Mapped[datetime.datetime | None] = column(
        "When the student last opened the module.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    total_time_seconds: Mapped[int | None] = column(
        "Time spent, in seconds, not negative.", Privacy.SENSITIVE, server_default=text("0")
    )
    pause_count: Mapped[int | None] = column(
        "Number of pauses, not negative.", Privacy.SENSITIVE, server_default=text("0")
    )
    hint_count: Mapped[int | None] = column(
        "Number of hints used, not negative.", Privacy.SENSITIVE, server_default=text("0")
    )
    retry_count: Mapped[int | None] = column(
        "Number of tries again, not negative.", Privacy.SENSITIVE, server_default=text("0")
    )
    error_count: Mapped[int | None] = column(
        "Number of errors met, not negative.", Privacy.SENSITIVE, server_default=text("0")
    )
    difficulty_adjustments: Mapped[Json | None] = column(
        "When and why the difficulty changed.", Privacy.SENSITIVE, JSONB
    )
    mastery_score: Mapped[Decimal | None] = column(
        "Mastery, a ratio of 0 to 1, from accuracy, speed and struggle.", Privacy.SENSITIVE, Numeric(3, 2)
    )
