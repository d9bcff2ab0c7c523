import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, column, now, programs
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, one_of, within


class ModuleAnalyticsEvent(Base):
    """One thing that a student did in a module; in monthly partitions."""

    __tablename__ = "module_analytics_events"
    __table_args__ = (
        one_of("device_type", "tablet", "phone", "desktop"),
        *within(0, 1, "struggle_signal"),
        *not_negative("section_number", "time_elapsed_seconds"),
        Index("idx_events_module_student", "module_id", "student_id"),
        Index("idx_events_type", "event_type"),
        Index("idx_events_timestamp", "timestamp"),
        Index(None, "student_id"),
        {
            "comment": "What students do in modules, event by event, in a partition a month.",
            "postgresql_partition_by": 'RANGE ("timestamp")',
        },
    )

    id: Mapped[int] = column(
        "Key, together with the time.", Privacy.NONE, Integer, primary_key=True, autoincrement=True
    )
    module_id: Mapped[int] = column(
        "Module that the event happened in.", Privacy.NONE, ForeignKey("frames.modules.id", ondelete="CASCADE")
    )
    student_id: Mapped[str] = column(
        "Student who did it.",
        Privacy.IDENTIFIER,
        String,
        ForeignKey("frames.students.id", ondelete="CASCADE"),
    )
    event_type: Mapped[str] = column(
        "Kind of event, open text: section_view, pause, hint_used, code_run and whatever a type of module adds.",
        Privacy.QUASI_IDENTIFIER,
        String(100),
    )
    event_data: Mapped[Json | None] = column("What this kind of event tells.", Privacy.SENSITIVE)
    section_number: Mapped[int | None] = column(
        "Section that the event happened in, not negative.", Privacy.QUASI_IDENTIFIER
    )
    session_id: Mapped[str | None] = column(
        "Session, the same for all events of one sitting.", Privacy.IDENTIFIER, String(255)
    )
    device_type: Mapped[str | None] = column("tablet, phone or desktop.", Privacy.QUASI_IDENTIFIER, String(50))
    timestamp: Mapped[datetime.datetime] = column(
        "When it happened; decides the partition.",
        Privacy.QUASI_IDENTIFIER,
        primary_key=True,
        server_default=now(),
    )
    time_elapsed_seconds: Mapped[int | None] = column(
        "Time since the module was begun, in seconds, not negative.", Privacy.QUASI_IDENTIFIER
    )
    struggle_signal: Mapped[Decimal | None] = column(
        "How much the student struggles, a ratio of 0 to 1.", Privacy.SENSITIVE, Numeric(3, 2)
    )
    pattern_detected: Mapped[str | None] = column(
        "Pattern found in the events, open text, such as confusion_loop or stuck.", Privacy.SENSITIVE, String(100)
    )


programs(Base.metadata).default_partitions["module_analytics_events"] = "module_analytics_events_default"
