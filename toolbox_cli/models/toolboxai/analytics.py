"""What happened on the platform and what was learned, as events: partitioned by month."""

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column, now, programs
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import COUNTRY, not_negative, one_of, shaped, within
from toolbox_cli.models.toolboxai.base import Base, IpAddress

MONTHLY = "RANGE (recorded_at)"


class UsageAnalytics(Base):
    __tablename__ = "usage_analytics"
    __table_args__ = (
        one_of("event_category", "user_action", "system_event", "error"),
        one_of("device_type", "desktop", "mobile", "tablet"),
        shaped("country", COUNTRY),
        *within(100, 599, "status_code"),
        *within(0, 100, "cpu_usage_percent"),
        *not_negative("response_time_ms", "request_size_bytes", "response_size_bytes", "memory_usage_mb"),
        *not_negative("database_query_time_ms", "ai_processing_time_ms"),
        {"comment": "Usage events, one row each; partitioned by recorded_at.", "postgresql_partition_by": MONTHLY},
    )

    id: Mapped[UuidKey]
    event_type: Mapped[str] = column(
        "Kind of event, such as page_view, content_generation or quiz_attempt; open list.", Privacy.NONE, String(50)
    )
    event_category: Mapped[str] = column("user_action, system_event or error.", Privacy.NONE, String(50))
    event_name: Mapped[str] = column("Which event of its kind; open list.", Privacy.NONE, String(100))
    user_id: Mapped[uuid.UUID | None] = column(
        "Who acted; null for a program or an anonymous visitor.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    session_id: Mapped[uuid.UUID | None] = column(
        "Sign-in session of the act; null without one.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.user_sessions.id"),
        index=True,
    )
    content_id: Mapped[uuid.UUID | None] = column(
        "Content that it concerned; null if none.",
        Privacy.NONE,
        ForeignKey("toolboxai.educational_content.id"),
        index=True,
    )
    agent_id: Mapped[uuid.UUID | None] = column(
        "Agent that it concerned; null if none.", Privacy.NONE, ForeignKey("toolboxai.ai_agents.id"), index=True
    )
    endpoint: Mapped[str | None] = column(
        "Path of the request; may carry a key of a person.", Privacy.QUASI_IDENTIFIER, String(200)
    )
    method: Mapped[str | None] = column("HTTP method of the request.", Privacy.NONE, String(10))
    status_code: Mapped[int | None] = column(
        "HTTP status of the answer, 100 to 599; null without an answer.", Privacy.NONE
    )
    response_time_ms: Mapped[int | None] = column("Milliseconds from request to answer.", Privacy.NONE)
    request_size_bytes: Mapped[int | None] = column("Size of the request's body in bytes.", Privacy.NONE)
    response_size_bytes: Mapped[int | None] = column("Size of the answer's body in bytes.", Privacy.NONE)
    ip_address: Mapped[IpAddress | None] = column("Network address of the client.", Privacy.IDENTIFIER, INET)
    country: Mapped[str | None] = column(
        "ISO 3166-1 alpha-2 code in upper case, from the address; null if unknown.", Privacy.QUASI_IDENTIFIER, String(2)
    )
    user_agent: Mapped[str | None] = column("User-Agent header of the client.", Privacy.QUASI_IDENTIFIER)
    device_type: Mapped[str | None] = column(
        "desktop, mobile or tablet; null if unknown.", Privacy.QUASI_IDENTIFIER, String(20)
    )
    browser: Mapped[str | None] = column("Browser's name from the User-Agent.", Privacy.QUASI_IDENTIFIER, String(50))
    os: Mapped[str | None] = column(
        "Operating system's name from the User-Agent.", Privacy.QUASI_IDENTIFIER, String(50)
    )
    properties: Mapped[Json | None] = column(
        "What else the event says, by name; may speak of the person.", Privacy.SENSITIVE, server_default="{}"
    )
    tags: Mapped[list[Json] | None] = column(
        "Labels for grouping; none by default.", Privacy.NONE, ARRAY(JSONB), server_default="{}"
    )
    memory_usage_mb: Mapped[int | None] = column("Memory of the serving process in megabytes.", Privacy.NONE)
    cpu_usage_percent: Mapped[Decimal | None] = column(
        "Processor load of the serving machine in percent, 0 to 100.", Privacy.NONE, Numeric(5, 2)
    )
    database_query_time_ms: Mapped[int | None] = column("Milliseconds of it spent in the database.", Privacy.NONE)
    ai_processing_time_ms: Mapped[int | None] = column("Milliseconds of it spent in a language model.", Privacy.NONE)
    recorded_at: Mapped[datetime.datetime] = column(
        "When it happened; decides the partition.", Privacy.QUASI_IDENTIFIER, primary_key=True, server_default=now()
    )


class EducationalAnalytics(Base):
    __tablename__ = "educational_analytics"
    __table_args__ = (
        one_of("metric_unit", "percentage", "seconds", "count", "score"),
        *within(1, 12, "grade_level"),
        *not_negative("session_duration_seconds", "time_to_completion_seconds", "attempts_before_success"),
        {
            "comment": "Measurements of learning, one row each; partitioned by recorded_at.",
            "postgresql_partition_by": MONTHLY,
        },
    )

    id: Mapped[UuidKey]
    user_id: Mapped[uuid.UUID | None] = column(
        "Student who was measured; null for a group.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    content_id: Mapped[uuid.UUID | None] = column(
        "Content that it concerns; null if none.",
        Privacy.NONE,
        ForeignKey("toolboxai.educational_content.id"),
        index=True,
    )
    quiz_id: Mapped[uuid.UUID | None] = column(
        "Quiz that it concerns; null if none.", Privacy.NONE, ForeignKey("toolboxai.quizzes.id"), index=True
    )
    learning_objective_id: Mapped[uuid.UUID | None] = column(
        "Objective that it concerns; null if none.",
        Privacy.NONE,
        ForeignKey("toolboxai.learning_objectives.id"),
        index=True,
    )
    metric_type: Mapped[str] = column(
        "What was measured, such as engagement, comprehension, retention or progress; open list.",
        Privacy.NONE,
        String(50),
    )
    metric_value: Mapped[Decimal] = column("The measurement, in metric_unit.", Privacy.SENSITIVE, Numeric(10, 4))
    metric_unit: Mapped[str | None] = column(
        "percentage (0 to 100), seconds, count or score; null means the usual one of its type.",
        Privacy.NONE,
        String(20),
    )
    subject: Mapped[str | None] = column("School subject; null if over all.", Privacy.NONE, String(50))
    grade_level: Mapped[int | None] = column(
        "School grade of the student then, 1 to 12; null if over all.", Privacy.QUASI_IDENTIFIER
    )
    difficulty_level: Mapped[str | None] = column(
        "Difficulty that the student was at; open list.", Privacy.SENSITIVE, String(20)
    )
    activity_type: Mapped[str | None] = column("What the student was doing; open list.", Privacy.NONE, String(50))
    session_duration_seconds: Mapped[int | None] = column("Length of the session in seconds.", Privacy.SENSITIVE)
    time_to_completion_seconds: Mapped[int | None] = column(
        "Seconds from first sight to done; null if not done.", Privacy.SENSITIVE
    )
    attempts_before_success: Mapped[int | None] = column(
        "Failed tries before the first that worked; null if none did.", Privacy.SENSITIVE
    )
    peer_average: Mapped[Decimal | None] = column(
        "Average of the peer group then, in metric_unit.", Privacy.NONE, Numeric(10, 4)
    )
    historical_average: Mapped[Decimal | None] = column(
        "This student's own average until then, in metric_unit.", Privacy.SENSITIVE, Numeric(10, 4)
    )
    benchmark_value: Mapped[Decimal | None] = column(
        "Target, in metric_unit; null without one.", Privacy.NONE, Numeric(10, 4)
    )
    context_data: Mapped[Json | None] = column(
        "What else bears on the figure, by name; may speak of the person.", Privacy.SENSITIVE, server_default="{}"
    )
    calculated_at: Mapped[datetime.datetime | None] = column(
        "When a program worked it out.", Privacy.NONE, server_default=now()
    )
    recorded_at: Mapped[datetime.datetime] = column(
        "When what it measures took place; decides the partition.",
        Privacy.QUASI_IDENTIFIER,
        primary_key=True,
        server_default=now(),
    )


programs(Base.metadata).default_partitions.update(
    usage_analytics="usage_analytics_default", educational_analytics="educational_analytics_default"
)
