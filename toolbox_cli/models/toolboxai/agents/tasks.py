"""Tasks of agents, what they need, and each try."""

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, text, true
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, Trigger, UuidKey, column, now, programs
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, ends_after, finite, not_negative, one_of, positive, shaped, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, UpdatedAt


class AgentTask(Base):
    __tablename__ = "agent_tasks"
    __table_args__ = (
        one_of("status", "waiting", "pending", "running", "completed", "failed", "cancelled", "dead_letter"),
        *within(0, 10, "priority"),
        *within(0, 100, "progress_percentage"),
        *not_negative("duration_seconds", "retry_count", "attempt"),
        ends_after("completed_at", "started_at"),
        CheckConstraint("parent_task_id <> id", name="not_own_parent"),
        CheckConstraint("job_id IS NULL OR status IN ('pending', 'running')", name="job_id"),
        Index(
            "agent_tasks_ready_idx",
            "agent_id",
            text("priority DESC NULLS LAST"),
            "created_at",
            "id",
            postgresql_where=text("status = 'pending' AND job_id IS NULL"),
        ),
        Index("agent_tasks_held_idx", "agent_id", postgresql_where=text("job_id IS NOT NULL")),
        Index("agent_tasks_workflow_id_idx", "workflow_id", "created_at"),
        Index("agent_tasks_dead_letter_idx", "completed_at", postgresql_where=text("status = 'dead_letter'")),
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
    attempt: Mapped[int] = column(
        "Number of the latest try, 0 before the first; only who has it may write a result.",
        Privacy.NONE,
        server_default=text("0"),
    )
    job_id: Mapped[int | None] = column(
        "Job of the queue that holds a place among the agent's concurrent tasks; null if it has none.",
        Privacy.NONE,
        BigInteger,
    )
    run_after: Mapped[datetime.datetime | None] = column("Not before this; null for at once.", Privacy.NONE)
    cancel_requested_at: Mapped[datetime.datetime | None] = column(
        "When somebody asked to cancel it while it ran; null if nobody did.", Privacy.NONE
    )
    blocked_by: Mapped[uuid.UUID | None] = column(
        "Task whose failure cancelled it; null if none did.",
        Privacy.NONE,
        ForeignKey("toolboxai.agent_tasks.id", ondelete="SET NULL"),
        index=True,
    )


class AgentTaskNeed(Base):
    __tablename__ = "agent_task_needs"
    __table_args__ = ({"comment": "Which tasks wait for which others."},)

    task_id: Mapped[uuid.UUID] = column(
        "Task that waits.", Privacy.NONE, ForeignKey("toolboxai.agent_tasks.id", ondelete="CASCADE"), primary_key=True
    )
    needs_id: Mapped[uuid.UUID] = column(
        "Task that it waits for.",
        Privacy.NONE,
        ForeignKey("toolboxai.agent_tasks.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    must_succeed: Mapped[bool] = column(
        "True if it is cancelled where the other does not complete; false if any end will do.",
        Privacy.NONE,
        server_default=true(),
    )


class AgentTaskAttempt(Base):
    __tablename__ = "agent_task_attempts"
    __table_args__ = (
        one_of("outcome", "completed", "failed", "timed_out", "cancelled", "lost", "waited"),
        CheckConstraint("(outcome IS NOT NULL) = (ended_at IS NOT NULL)", name="outcome_with_end"),
        ends_after("ended_at", "started_at"),
        *positive("attempt"),
        CheckConstraint("fallback IS NULL OR backend = 'offline'", name="fallback"),
        *not_negative("tokens_in", "tokens_out"),
        *finite("cost_usd"),
        shaped("prompt_sha256", SHA256),
        Index("agent_task_attempts_ended_at_idx", "ended_at"),
        {"comment": "Every try of a task. Append-only, but for its end."},
    )

    task_id: Mapped[uuid.UUID] = column(
        "Task that was tried.",
        Privacy.NONE,
        ForeignKey("toolboxai.agent_tasks.id", ondelete="CASCADE"),
        primary_key=True,
    )
    attempt: Mapped[int] = column("Number of the try, from 1.", Privacy.NONE, primary_key=True, autoincrement=False)
    worker: Mapped[str] = column("Machine and process that tried.", Privacy.NONE)
    started_at: Mapped[datetime.datetime] = column("When it began.", Privacy.NONE, server_default=now())
    ended_at: Mapped[datetime.datetime | None] = column("When it ended; null while it runs.", Privacy.NONE)
    outcome: Mapped[str | None] = column(
        "completed, failed, timed_out, cancelled, lost (with its worker) or waited (for other tasks).", Privacy.NONE
    )
    error: Mapped[str | None] = column("Why it did not complete; may quote the input.", Privacy.SENSITIVE)
    backend: Mapped[str | None] = column(
        "Whose result stands: offline (our generators), or model (a language model's proposal).", Privacy.NONE
    )
    fallback: Mapped[str | None] = column(
        "Why the offline generator's result stands although a model was to be asked; null if none was, or its proposal "
        "was taken.",
        Privacy.NONE,
    )
    model: Mapped[str | None] = column("Language model that was asked; null if none was.", Privacy.NONE)
    prompt_sha256: Mapped[str | None] = column(
        "SHA-256 of what the model was asked, 64 hexadecimal digits; null if none was.", Privacy.NONE
    )
    tokens_in: Mapped[int | None] = column("Tokens that the model read.", Privacy.NONE)
    tokens_out: Mapped[int | None] = column("Tokens that the model wrote.", Privacy.NONE)
    cost_usd: Mapped[Decimal | None] = column("What the model cost, in US dollars.", Privacy.NONE, Numeric(12, 6))


programs(Base.metadata).triggers.append(
    Trigger(
        "ended_stays",
        "agent_task_attempts",
        """
CREATE TRIGGER ended_stays BEFORE UPDATE ON agent_task_attempts
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_history_change();
ALTER TABLE agent_task_attempts ENABLE ALWAYS TRIGGER ended_stays""",
    )
)
