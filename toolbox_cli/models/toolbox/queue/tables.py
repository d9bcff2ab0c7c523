"""The tables of the queue: jobs, what became of them, and who works on them."""

import datetime

from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped
from sqlalchemy.schema import conv

from toolbox_cli.models.base import BigIdentityKey, Json, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.toolbox.base import Base, RecordKey

JOB_STATUS = Enum(
    "todo",
    "doing",
    "succeeded",
    "failed",
    "cancelled",
    "aborting",
    "aborted",
    name="procrastinate_job_status",
    metadata=Base.metadata,
)
EVENT_TYPE = Enum(
    "deferred",
    "started",
    "deferred_for_retry",
    "failed",
    "succeeded",
    "cancelled",
    "abort_requested",
    "aborted",
    "scheduled",
    "retried",
    name="procrastinate_job_event_type",
    metadata=Base.metadata,
)

_TAKEN = text("worker_id IS NOT NULL AND status = 'doing'::procrastinate_job_status")
_OPEN = text("status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status])")


class QueueWorker(Base):
    __tablename__ = "procrastinate_workers"
    __table_args__ = (
        Index("idx_procrastinate_workers_last_heartbeat", "last_heartbeat"),
        {"comment": "Processes that take jobs from the queue."},
    )

    id: Mapped[RecordKey]
    last_heartbeat: Mapped[datetime.datetime] = column(
        "When it last said that it is alive.", Privacy.NONE, server_default=now()
    )


class QueueJob(Base):
    __tablename__ = "procrastinate_jobs"
    __table_args__ = (
        CheckConstraint(
            "NOT (status = 'todo' AND abort_requested = true)",
            name=conv("check_not_todo_abort_requested"),
        ),
        Index(
            "procrastinate_jobs_queueing_lock_idx_v1",
            "queueing_lock",
            unique=True,
            postgresql_where=text("status = 'todo'"),
        ),
        Index("procrastinate_jobs_lock_idx_v1", "lock", unique=True, postgresql_where=text("status = 'doing'")),
        Index("idx_procrastinate_jobs_worker_not_null", "worker_id", postgresql_where=_TAKEN),
        Index("procrastinate_jobs_queue_name_idx_v1", "queue_name"),
        Index("procrastinate_jobs_id_lock_idx_v1", "id", "lock", postgresql_where=_OPEN),
        Index(
            "procrastinate_jobs_priority_idx_v1",
            text("priority DESC"),
            text("id ASC"),
            postgresql_where=text("status = 'todo'::procrastinate_job_status"),
        ),
        {"comment": "Wake-up calls for work that waits: a job is gone when the work is done."},
    )

    id: Mapped[BigIdentityKey]
    queue_name: Mapped[str] = column("Queue that it stands in.", Privacy.NONE, String(128))
    task_name: Mapped[str] = column("Function that does it.", Privacy.NONE, String(128))
    priority: Mapped[int] = column("Higher goes first.", Privacy.NONE, server_default=text("0"))
    lock: Mapped[str | None] = column("Jobs that share one run one after the other.", Privacy.NONE)
    queueing_lock: Mapped[str | None] = column("At most one job that waits has it.", Privacy.NONE)
    args: Mapped[Json] = column("What the function is called with, an object.", Privacy.NONE, server_default="{}")
    status: Mapped[str] = column(
        "todo, doing, or how it ended; aborting is no longer used.", Privacy.NONE, JOB_STATUS, server_default="todo"
    )
    scheduled_at: Mapped[datetime.datetime | None] = column("Not before this; null for at once.", Privacy.NONE)
    attempts: Mapped[int] = column("How often it was tried.", Privacy.NONE, server_default=text("0"))
    abort_requested: Mapped[bool] = column("Whether its end was asked for.", Privacy.NONE, server_default=false())
    worker_id: Mapped[int | None] = column(
        "Worker that took it; null if none did, or it is gone.",
        Privacy.NONE,
        BigInteger,
        ForeignKey("toolbox.procrastinate_workers.id", ondelete="SET NULL", info={"keep": "package"}),
    )


class QueueSchedule(Base):
    __tablename__ = "procrastinate_periodic_defers"
    __table_args__ = (
        UniqueConstraint("task_name", "periodic_id", "defer_timestamp", name="procrastinate_periodic_defers_unique"),
        Index("procrastinate_periodic_defers_job_id_fkey_v1", "job_id"),
        {"comment": "Moments of schedules that a job was queued for."},
    )

    id: Mapped[BigIdentityKey]
    task_name: Mapped[str] = column("Function that is called by schedule.", Privacy.NONE, String(128))
    defer_timestamp: Mapped[int | None] = column("The moment, in seconds since 1970.", Privacy.NONE, BigInteger)
    job_id: Mapped[int | None] = column(
        "Job that was queued; null if it is gone.",
        Privacy.NONE,
        BigInteger,
        ForeignKey("toolbox.procrastinate_jobs.id", info={"unlinked": True}),  # by a trigger, before it would refuse
    )
    periodic_id: Mapped[str] = column(
        "Tells schedules of one function apart.", Privacy.NONE, String(128), server_default=""
    )


class QueueEvent(Base):
    __tablename__ = "procrastinate_events"
    __table_args__ = (
        Index("procrastinate_events_job_id_fkey_v1", "job_id"),
        {"comment": "Steps of jobs, as triggers record them."},
    )

    id: Mapped[BigIdentityKey]
    job_id: Mapped[int] = column(
        "Job that went on.",
        Privacy.NONE,
        BigInteger,
        ForeignKey("toolbox.procrastinate_jobs.id", ondelete="CASCADE"),
    )
    type: Mapped[str | None] = column("What happened to it.", Privacy.NONE, EVENT_TYPE)
    at: Mapped[datetime.datetime | None] = column(
        "When; of a job that is scheduled, when it is due.", Privacy.NONE, server_default=now()
    )
