"""What became of agents' work: SPARC states, measurements, and what people thought of it."""

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Identity, Numeric, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, Trigger, UuidKey, column, now, programs
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, not_negative, one_of, shaped, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt


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


class AgentReview(Base):
    __tablename__ = "agent_reviews"
    __table_args__ = (
        shaped("content_sha256", SHA256),
        {"comment": "What persons thought of what agents made. Append-only: a later judgement is a row of its own."},
    )

    id: Mapped[int] = column(
        "Key, in the order of writing: of several judgements of the same the last one counts.",
        Privacy.NONE,
        BigInteger,
        Identity(always=True),
        primary_key=True,
    )
    task_id: Mapped[uuid.UUID] = column(
        "Task whose result was judged.", Privacy.NONE, ForeignKey("toolboxai.agent_tasks.id"), index=True
    )
    content_sha256: Mapped[str] = column(
        "SHA-256 of what was judged, 64 hexadecimal digits: the judgement is of nothing else.", Privacy.NONE
    )
    approved: Mapped[bool] = column("Whether it may be used.", Privacy.NONE)
    reviewed_by: Mapped[uuid.UUID] = column(
        "Person who judged.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    note: Mapped[str | None] = column("Why, in the person's words.", Privacy.SENSITIVE)
    reviewed_at: Mapped[datetime.datetime] = column(
        "When, by the database's clock.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )


programs(Base.metadata).triggers.append(
    Trigger(
        "append_only",
        "agent_reviews",
        """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON agent_reviews
FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
ALTER TABLE agent_reviews ENABLE ALWAYS TRIGGER append_only""",
    )
)
