"""Agents that make and review content."""

import datetime

from sqlalchemy import String, text, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, one_of, positive, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, UpdatedAt


class AiAgent(Base):
    __tablename__ = "ai_agents"
    __table_args__ = (
        one_of("agent_type", "supervisor", "content", "quiz", "terrain", "script", "review"),
        *within(0, 10, "priority"),
        *positive("max_concurrent_tasks"),
        *not_negative("timeout_seconds", "retry_count"),
        {"comment": "Agents that can be given tasks, with their limits."},
    )

    id: Mapped[UuidKey]
    name: Mapped[str] = column("Name that operators use, unique.", Privacy.NONE, String(100), unique=True)
    agent_type: Mapped[str] = column(
        "What it does: supervisor, content, quiz, terrain, script or review.", Privacy.NONE, String(50)
    )
    description: Mapped[str | None] = column("What it is for, in words for operators.", Privacy.NONE)
    version: Mapped[str] = column("Version of its program or prompt.", Privacy.NONE, String(20))
    model_config: Mapped[Json] = column("Model and framework settings; names secrets, never holds them.", Privacy.NONE)
    capabilities: Mapped[list[Json] | None] = column(
        "What it can be asked for, one document each.", Privacy.NONE, ARRAY(JSONB)
    )
    dependencies: Mapped[list[Json] | None] = column(
        "Agents whose results it needs first, one document each.", Privacy.NONE, ARRAY(JSONB)
    )
    priority: Mapped[int | None] = column(
        "Priority of its tasks where a task has none, 0 to 10, 5 as usual; higher goes first.",
        Privacy.NONE,
        server_default=text("5"),
    )
    max_concurrent_tasks: Mapped[int | None] = column(
        "How many of its tasks may run at once over all workers, at least 1.", Privacy.NONE, server_default=text("3")
    )
    timeout_seconds: Mapped[int | None] = column(
        "Seconds after which a task counts as failed.", Privacy.NONE, server_default=text("300")
    )
    retry_count: Mapped[int | None] = column(
        "How often a failed task is tried again before it is a dead letter.", Privacy.NONE, server_default=text("3")
    )
    is_active: Mapped[bool | None] = column("False if it gets no new tasks.", Privacy.NONE, server_default=true())
    health_check_url: Mapped[str | None] = column(
        "Address that answers if it is well; null if it runs inside a worker.", Privacy.NONE, String(500)
    )
    last_health_check: Mapped[datetime.datetime | None] = column(
        "When it last answered a health check; null if never.", Privacy.NONE
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]
