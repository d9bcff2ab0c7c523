"""Errors to be looked into and the health of services."""

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, not_negative, one_of, positive, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt


class ErrorLog(Base):
    __tablename__ = "error_logs"
    __table_args__ = (
        one_of("error_type", "validation", "system", "network", "ai"),
        one_of("environment", "development", "staging", "production"),
        one_of("severity", "low", "medium", "high", "critical"),
        one_of("status", "new", "investigating", "resolved", "ignored"),
        *positive("occurrence_count"),
        ends_after("last_seen", "first_seen"),
        {"comment": "Errors, one row for all occurrences of the same, edited while people look into them."},
    )

    id: Mapped[UuidKey]
    error_type: Mapped[str] = column("validation, system, network or ai.", Privacy.NONE, String(50))
    error_code: Mapped[str | None] = column(
        "Code of the program that failed; null without one.", Privacy.NONE, String(50)
    )
    error_message: Mapped[str] = column("What failed; may quote what a person entered.", Privacy.SENSITIVE)
    error_hash: Mapped[str | None] = column("Digest by which the same error is known again.", Privacy.NONE, String(64))
    user_id: Mapped[uuid.UUID | None] = column(
        "Who met it first; null for a program.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    session_id: Mapped[uuid.UUID | None] = column(
        "Sign-in session in which it came up; null without one.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.user_sessions.id"),
        index=True,
    )
    agent_id: Mapped[uuid.UUID | None] = column(
        "Agent that failed; null if none was at work.", Privacy.NONE, ForeignKey("toolboxai.ai_agents.id"), index=True
    )
    task_id: Mapped[uuid.UUID | None] = column(
        "Task that failed; null if none was running.", Privacy.NONE, ForeignKey("toolboxai.agent_tasks.id"), index=True
    )
    endpoint: Mapped[str | None] = column(
        "Path of the request; may carry a key of a person.", Privacy.QUASI_IDENTIFIER, String(200)
    )
    method: Mapped[str | None] = column("HTTP method of the request.", Privacy.NONE, String(10))
    request_data: Mapped[Json | None] = column("What was asked, secrets left out.", Privacy.SENSITIVE)
    response_data: Mapped[Json | None] = column("What was answered, secrets left out.", Privacy.SENSITIVE)
    stack_trace: Mapped[str | None] = column("Where in the program it happened; may show values.", Privacy.SENSITIVE)
    environment: Mapped[str | None] = column("development, staging or production.", Privacy.NONE, String(20))
    service_name: Mapped[str | None] = column("Service that failed; open list.", Privacy.NONE, String(50))
    service_version: Mapped[str | None] = column("Its version then.", Privacy.NONE, String(20))
    severity: Mapped[str | None] = column(
        "low, medium, high or critical.", Privacy.NONE, String(20), server_default="medium"
    )
    status: Mapped[str | None] = column(
        "new, investigating, resolved or ignored.", Privacy.NONE, String(20), server_default="new"
    )
    assigned_to: Mapped[str | None] = column(
        "Person or team that looks into it; null if nobody.", Privacy.IDENTIFIER, String(100)
    )
    resolved_at: Mapped[datetime.datetime | None] = column("When it was settled; null until then.", Privacy.NONE)
    resolution_notes: Mapped[str | None] = column(
        "How it was settled, in words; may speak of persons.", Privacy.SENSITIVE
    )
    first_seen: Mapped[datetime.datetime | None] = column("First occurrence.", Privacy.NONE, server_default=now())
    last_seen: Mapped[datetime.datetime | None] = column(
        "Latest occurrence, not before the first.", Privacy.NONE, server_default=now()
    )
    occurrence_count: Mapped[int | None] = column(
        "How often it was seen, at least once.", Privacy.NONE, server_default=text("1")
    )
    created_at: Mapped[CreatedAt | None]


class SystemHealthCheck(Base):
    __tablename__ = "system_health_checks"
    __table_args__ = (
        one_of("status", "healthy", "degraded", "unhealthy"),
        *within(0, 100, "overall_score", "cpu_usage_percent", "disk_usage_percent", "cache_hit_rate"),
        *not_negative("response_time_ms", "memory_usage_mb", "active_connections", "db_response_time_ms"),
        {"comment": "Results of health checks, one row a service and check."},
    )

    id: Mapped[UuidKey]
    service_name: Mapped[str] = column(
        "Service, such as fastapi, flask, ghost or dashboard; open list.", Privacy.NONE, String(50)
    )
    service_version: Mapped[str | None] = column("Its version then.", Privacy.NONE, String(20))
    instance_id: Mapped[str | None] = column("Which of its processes or machines.", Privacy.NONE, String(100))
    status: Mapped[str] = column("healthy, degraded or unhealthy.", Privacy.NONE, String(20))
    overall_score: Mapped[Decimal | None] = column(
        "Health as a score of 0 to 100, 100 is best.", Privacy.NONE, Numeric(5, 2)
    )
    response_time_ms: Mapped[int | None] = column("Milliseconds until the check was answered.", Privacy.NONE)
    memory_usage_mb: Mapped[int | None] = column("Memory of the service in megabytes.", Privacy.NONE)
    cpu_usage_percent: Mapped[Decimal | None] = column(
        "Processor load of its machine in percent, 0 to 100.", Privacy.NONE, Numeric(5, 2)
    )
    disk_usage_percent: Mapped[Decimal | None] = column(
        "Full part of its disk in percent, 0 to 100.", Privacy.NONE, Numeric(5, 2)
    )
    active_connections: Mapped[int | None] = column("Database connections it holds.", Privacy.NONE)
    db_response_time_ms: Mapped[int | None] = column("Milliseconds of a small query.", Privacy.NONE)
    cache_hit_rate: Mapped[Decimal | None] = column(
        "Reads answered from the cache in percent, 0 to 100.", Privacy.NONE, Numeric(5, 2)
    )
    external_services_status: Mapped[Json | None] = column(
        "State of each service that it depends on, by name.", Privacy.NONE
    )
    health_details: Mapped[Json | None] = column(
        "What else the check found, by name.", Privacy.NONE, server_default="{}"
    )
    error_messages: Mapped[list[str] | None] = column(
        "What is broken; null or empty if nothing.", Privacy.NONE, ARRAY(Text)
    )
    warnings: Mapped[list[str] | None] = column(
        "What may break soon; null or empty if nothing.", Privacy.NONE, ARRAY(Text)
    )
    checked_at: Mapped[datetime.datetime | None] = column("When it was checked.", Privacy.NONE, server_default=now())
