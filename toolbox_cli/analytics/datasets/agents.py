"""Agents, the tasks that they are given, and how they do."""

from typing import Final

from sqlalchemy import Double, cast, func, select
from sqlalchemy.orm import aliased

from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.datasets.kinds import Kind, Money
from toolbox_cli.analytics.datasets.values import AUTHOR, TASK, WORKFLOW, json_number, seconds_between
from toolbox_cli.analytics.masking.masks import Cut, Pseudonym, RowKey
from toolbox_cli.models.toolboxai.agents.agents import AiAgent as Agent
from toolbox_cli.models.toolboxai.agents.states import AgentMetric as Metric
from toolbox_cli.models.toolboxai.agents.states import AgentReview as Review
from toolbox_cli.models.toolboxai.agents.tasks import AgentTask as Task
from toolbox_cli.models.toolboxai.agents.tasks import AgentTaskAttempt as Try

AGENTS: Final = Dataset(
    name="agents",
    platform="toolboxai",
    title="One agent that can be given tasks.",
    columns=(
        Column("agent_id", Agent.id),
        Column("name", Agent.name),
        Column("agent_type", Agent.agent_type),
        Column("agent_version", Agent.version),
        Column("priority", Agent.priority),
        Column("max_concurrent_tasks", Agent.max_concurrent_tasks),
        Column("timeout_seconds", Agent.timeout_seconds),
        Column("is_active", Agent.is_active),
        Column("created_at", Agent.created_at),
    ),
    key=("agent_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    by=("agent_type",),
)

_OF_ITS_WORKFLOW: Final = aliased(Task)
_WORKFLOW_BEGAN: Final = (
    select(func.min(_OF_ITS_WORKFLOW.created_at))
    .where(_OF_ITS_WORKFLOW.workflow_id == Task.workflow_id)
    .correlate(Task)
    .scalar_subquery()
)

AGENT_TASKS: Final = Dataset(
    name="agent-tasks",
    platform="toolboxai",
    version=2,
    title="One task that was given to an agent, without what was asked and answered.",
    columns=(
        Column("task_id", Task.id, TASK),
        Column("agent_id", Task.agent_id),
        Column("parent_task_id", Task.parent_task_id, TASK),
        Column("workflow_id", Task.workflow_id, WORKFLOW),
        Column("task_type", Task.task_type),
        Column("status", Task.status),
        Column("priority", Task.priority),
        Column("asker", Task.created_by, AUTHOR),
        Column("retry_count", Task.retry_count),
        Column("attempt", Task.attempt),
        Column("progress_percentage", Task.progress_percentage),
        Column("duration_seconds", Task.duration_seconds),
        Column(
            "waited_seconds",
            seconds_between(Task.created_at, Task.started_at),
            doc="Seconds from when it was asked for to when its latest try began; null before the first.",
            made_from=(Task.created_at, Task.started_at),
        ),
        Column(
            "workflow_seconds",
            cast(func.extract("epoch", Task.completed_at - _WORKFLOW_BEGAN), Double),
            doc="Seconds from when the first task of its workflow was asked for to when this one ended;"
            " null until then, and where it is part of none.",
            made_from=(Task.created_at, Task.completed_at, Task.workflow_id),
        ),
        # beside whoever asked they would tell when exactly that person was there
        Column("created_at", Task.created_at, Cut()),
        Column("started_at", Task.started_at, Cut()),
        Column("completed_at", Task.completed_at, Cut()),
    ),
    key=("task_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="asker",
    by=("task_type", "status"),
    measures=(Measure("mean_seconds", "duration_seconds", "Mean seconds that tasks took."),),
)

AGENT_ATTEMPTS: Final = Dataset(
    name="agent-attempts",
    platform="toolboxai",
    version=2,
    title="One try of a task, with what it cost.",
    columns=(
        Column("task_id", Try.task_id, TASK),
        Column("attempt", Try.attempt),
        Column("outcome", Try.outcome),
        Column("backend", Try.backend),
        Column("fallback", Try.fallback),
        Column("model", Try.model),
        Column("tokens_in", Try.tokens_in),
        Column("tokens_out", Try.tokens_out),
        Column("cost_usd", Try.cost_usd, kind=Money()),
        Column(
            "duration_seconds",
            seconds_between(Try.started_at, Try.ended_at),
            doc="Seconds from its beginning to its end; null while it runs.",
            made_from=(Try.started_at, Try.ended_at),
        ),
        # a task has somebody who asked for it: its moments are as coarse wherever they stand
        Column("started_at", Try.started_at, Cut()),
        Column("ended_at", Try.ended_at, Cut()),
    ),
    key=("task_id", "attempt"),
    time="started_at",
    grows=Grows.BY_EVENTS,
    by=("outcome", "backend"),
    measures=(Measure("mean_seconds", "duration_seconds", "Mean seconds that tries took."),),
)

AGENT_METRICS: Final = Dataset(
    name="agent-metrics",
    platform="toolboxai",
    version=2,
    title="One measurement of an agent.",
    columns=(
        Column("metric_id", Metric.id, RowKey("toolboxai.agent_metric")),
        Column("agent_id", Metric.agent_id),
        Column("task_id", Metric.task_id, TASK),
        Column("metric_type", Metric.metric_type),
        Column("metric_value", Metric.metric_value),
        Column("benchmark_value", Metric.benchmark_value),
        Column(
            "tokens",
            json_number(Metric.context, "tokens"),
            doc="Tokens that a language model took for it; null where nobody counted.",
            made_from=(Metric.context,),
            kind=Kind.REAL,
        ),
        Column("recorded_at", Metric.recorded_at, Cut()),
    ),
    key=("metric_id",),
    time="recorded_at",
    grows=Grows.BY_EVENTS,
    by=("metric_type",),
    measures=(Measure("mean_value", "metric_value", "Mean of the measurements, in the unit of their type."),),
)

AGENT_REVIEWS: Final = Dataset(
    name="agent-reviews",
    platform="toolboxai",
    version=2,
    title="One judgement of a person of what agents made; of several of the same the last one counts.",
    columns=(
        Column("review_id", Review.id, Pseudonym("toolboxai.agent_review")),
        Column("task_id", Review.task_id, TASK),
        Column("approved", Review.approved),
        Column("reviewer", Review.reviewed_by, AUTHOR),
        Column("reviewed_at", Review.reviewed_at, Cut()),
    ),
    key=("review_id",),
    time="reviewed_at",
    grows=Grows.BY_EVENTS,
    person="reviewer",
    by=("approved",),
)

DATASETS: Final = (AGENTS, AGENT_TASKS, AGENT_ATTEMPTS, AGENT_METRICS, AGENT_REVIEWS)
