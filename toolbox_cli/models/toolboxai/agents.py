"""Agents that make and review content: their tasks, states and measurements."""

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint, false, text, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, not_negative, one_of, positive, within
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


class AgentTask(Base):
    __tablename__ = "agent_tasks"
    __table_args__ = (
        one_of("status", "waiting", "pending", "running", "completed", "failed", "cancelled", "dead_letter"),
        *within(0, 10, "priority"),
        *within(0, 100, "progress_percentage"),
        *not_negative("duration_seconds", "retry_count"),
        ends_after("completed_at", "started_at"),
        CheckConstraint("parent_task_id <> id", name="not_own_parent"),
        {"comment": "Work given to agents: the record of truth about each task."},
    )

    id: Mapped[UuidKey]
    agent_id: Mapped[uuid.UUID | None] = column(
        "Agent that does it; null until one is chosen.", Privacy.NONE, ForeignKey("toolboxai.ai_agents.id"), index=True
    )
    parent_task_id: Mapped[uuid.UUID | None] = column(
        "Task that it is a part of; null for a whole one.",
        Privacy.NONE,
        ForeignKey("toolboxai.agent_tasks.id"),
        index=True,
    )
    workflow_id: Mapped[uuid.UUID | None] = column(
        "Shared by all tasks of one request; null for a single task.", Privacy.NONE
    )
    task_type: Mapped[str] = column("What is asked for, such as generate_quiz; open list.", Privacy.NONE, String(50))
    task_name: Mapped[str] = column("What is asked for, in words for operators.", Privacy.NONE, String(200))
    input_data: Mapped[Json] = column("The request; a teacher's free text may speak of persons.", Privacy.SENSITIVE)
    output_data: Mapped[Json | None] = column("The result; null until completed.", Privacy.SENSITIVE)
    status: Mapped[str | None] = column(
        "waiting (for other tasks), pending, running, completed, failed, cancelled or dead_letter (given up).",
        Privacy.NONE,
        String(20),
        server_default="pending",
    )
    priority: Mapped[int | None] = column(
        "0 to 10, 5 as usual; higher goes first.", Privacy.NONE, server_default=text("5")
    )
    created_by: Mapped[uuid.UUID | None] = column(
        "Who asked for it; null if a program did.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    assigned_at: Mapped[datetime.datetime | None] = column("When an agent was chosen; null until then.", Privacy.NONE)
    started_at: Mapped[datetime.datetime | None] = column(
        "When the latest try began; null before the first.", Privacy.NONE
    )
    completed_at: Mapped[datetime.datetime | None] = column(
        "When it ended, well or not; never before started_at; null until then.", Privacy.NONE
    )
    duration_seconds: Mapped[int | None] = column(
        "Seconds from started_at to completed_at; null until then.", Privacy.NONE
    )
    retry_count: Mapped[int | None] = column(
        "How often it was tried again so far.", Privacy.NONE, server_default=text("0")
    )
    error_message: Mapped[str | None] = column("Why the latest try failed; may quote the input.", Privacy.SENSITIVE)
    error_details: Mapped[Json | None] = column(
        "Kind, place and data of that failure; may quote the input.", Privacy.SENSITIVE
    )
    progress_percentage: Mapped[int | None] = column(
        "How much of it is done, 0 to 100.", Privacy.NONE, server_default=text("0")
    )
    intermediate_results: Mapped[Json | None] = column("What a long task has so far.", Privacy.SENSITIVE)
    context_data: Mapped[Json | None] = column(
        "What SPARC (situation to context) knows of the request.", Privacy.SENSITIVE
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class AgentState(Base):
    __tablename__ = "agent_states"
    __table_args__ = (
        UniqueConstraint("workflow_id", "state_type", "sequence_number"),
        one_of("state_type", "situation", "problem", "action", "result", "context"),
        *not_negative("sequence_number"),
        *within(0, 1, "quality_score", "confidence_score"),
        {"comment": "SPARC states of a workflow in order, with what a reviewing agent thought of them."},
    )

    id: Mapped[UuidKey]
    agent_id: Mapped[uuid.UUID | None] = column(
        "Agent that wrote the state.", Privacy.NONE, ForeignKey("toolboxai.ai_agents.id"), index=True
    )
    workflow_id: Mapped[uuid.UUID] = column("Workflow it belongs to, as agent_tasks.workflow_id.", Privacy.NONE)
    state_type: Mapped[str] = column("situation, problem, action, result or context.", Privacy.NONE, String(50))
    state_data: Mapped[Json] = column("The state itself; may quote the request.", Privacy.SENSITIVE)
    sequence_number: Mapped[int] = column("Order among the workflow's states of this type, from 0.", Privacy.NONE)
    quality_score: Mapped[Decimal | None] = column(
        "How good the reviewer found it, a ratio of 0 to 1; null without review.", Privacy.NONE, Numeric(3, 2)
    )
    confidence_score: Mapped[Decimal | None] = column(
        "How sure the reviewer was, a ratio of 0 to 1; null without review.", Privacy.NONE, Numeric(3, 2)
    )
    reviewed_by: Mapped[uuid.UUID | None] = column(
        "Agent that reviewed it; null without review.", Privacy.NONE, ForeignKey("toolboxai.ai_agents.id"), index=True
    )
    approved: Mapped[bool | None] = column(
        "Whether the review lets the workflow build on it.", Privacy.NONE, server_default=false()
    )
    created_at: Mapped[CreatedAt | None]


class AgentMetric(Base):
    __tablename__ = "agent_metrics"
    __table_args__ = {"comment": "Measurements of agents, one row each."}

    id: Mapped[UuidKey]
    agent_id: Mapped[uuid.UUID | None] = column(
        "Agent that was measured.", Privacy.NONE, ForeignKey("toolboxai.ai_agents.id"), index=True
    )
    task_id: Mapped[uuid.UUID | None] = column(
        "Task that was measured; null for a figure over many.",
        Privacy.NONE,
        ForeignKey("toolboxai.agent_tasks.id"),
        index=True,
    )
    metric_type: Mapped[str] = column(
        "What was measured, such as execution_time (seconds), success_rate or quality_score (ratios); open list.",
        Privacy.NONE,
        String(50),
    )
    metric_value: Mapped[Decimal] = column("The measurement, in the unit of its type.", Privacy.NONE, Numeric(10, 4))
    benchmark_value: Mapped[Decimal | None] = column(
        "What it is compared with, in the same unit; null if with nothing.", Privacy.NONE, Numeric(10, 4)
    )
    context: Mapped[Json | None] = column("What else bears on the figure: model, tokens, cost.", Privacy.NONE)
    recorded_at: Mapped[datetime.datetime | None] = column("When it was measured.", Privacy.NONE, server_default=now())
