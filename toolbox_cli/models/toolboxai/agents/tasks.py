"""Tasks of agents, what they need, and each try."""

import datetime
import uuid
from decimal import Decimal
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, text, true
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Function, Json, Trigger, UuidKey, column, now, pinned, programs
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
    task_name: Mapped[str] = column("What is asked for, in words for operators.", Privacy.SENSITIVE, String(200))
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
        CheckConstraint("fallback IS NULL OR backend = 'offline'", name="fallback"),
        *positive("attempt"),
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


_KEEP: Final = pinned(
    "keep_agent_task_attempts",
    "Refuses to delete tries of a task that still stands.",
    """
CREATE FUNCTION keep_agent_task_attempts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM agent_tasks WHERE id = OLD.task_id) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'insufficient_privilege',
            MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
            HINT = 'Delete the task itself, and its tries go with it.';
    END IF;
    RETURN OLD;
END
$$""",
)

_KEEP_OPEN: Final = Function(
    "keep_open_agent_tasks",
    """
CREATE FUNCTION keep_open_agent_tasks() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' keeps open tasks: ' || TG_OP || ' is refused',
        HINT = 'Others wait for it, or a worker does it: cancel it first.';
END
$$""",
    "Refuses to delete a task that others wait for, or that a worker does.",
)

programs(Base.metadata).functions.extend((_KEEP, _KEEP_OPEN))
programs(Base.metadata).triggers.extend(
    (
        Trigger(
            "open_stays",
            "agent_tasks",
            """
CREATE TRIGGER open_stays BEFORE DELETE ON agent_tasks
FOR EACH ROW WHEN (OLD.status IN ('waiting', 'pending', 'running')) EXECUTE FUNCTION keep_open_agent_tasks()""",
        ),
        Trigger(
            "ended_stays",
            "agent_task_attempts",
            """
CREATE TRIGGER ended_stays BEFORE UPDATE ON agent_task_attempts
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL
    OR (NEW.task_id, NEW.attempt, NEW.worker, NEW.started_at)
        IS DISTINCT FROM (OLD.task_id, OLD.attempt, OLD.worker, OLD.started_at))
EXECUTE FUNCTION refuse_history_change();
ALTER TABLE agent_task_attempts ENABLE ALWAYS TRIGGER ended_stays""",
        ),
        Trigger(
            "kept",
            "agent_task_attempts",
            """
CREATE TRIGGER kept BEFORE DELETE ON agent_task_attempts
FOR EACH ROW EXECUTE FUNCTION keep_agent_task_attempts();
ALTER TABLE agent_task_attempts ENABLE ALWAYS TRIGGER kept""",
        ),
        Trigger(
            "kept_whole",
            "agent_task_attempts",
            """
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON agent_task_attempts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
ALTER TABLE agent_task_attempts ENABLE ALWAYS TRIGGER kept_whole""",
        ),
    )
)
