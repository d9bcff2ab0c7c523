"""Errors of programs and the health of services."""

from typing import Final

from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.datasets.values import SIGN_IN, TASK, USER
from toolbox_cli.analytics.masking.masks import Cut, PathPattern, Pseudonym
from toolbox_cli.models.toolboxai.operations import ErrorLog as Error
from toolbox_cli.models.toolboxai.operations import SystemHealthCheck as Check

ERRORS: Final = Dataset(
    name="errors",
    platform="toolboxai",
    version=2,
    title="One error, with all its occurrences, without its message.",
    columns=(
        Column("error_id", Error.id, Pseudonym("toolboxai.error_log")),
        Column("error_type", Error.error_type),
        Column("error_code", Error.error_code),
        # a digest of the message, which may quote a person, can be guessed
        Column("error", Error.error_hash, Pseudonym("toolboxai.error")),
        Column("severity", Error.severity),
        Column("status", Error.status),
        Column("user", Error.user_id, USER),
        Column("session", Error.session_id, SIGN_IN),
        Column("agent_id", Error.agent_id),
        Column("task_id", Error.task_id, TASK),
        Column("endpoint", Error.endpoint, PathPattern()),
        Column("method", Error.method),
        Column("environment", Error.environment),
        Column("service_name", Error.service_name),
        Column("service_version", Error.service_version),
        Column("occurrence_count", Error.occurrence_count),
        # beside a user's pseudonym they would tell when exactly that person was there
        Column("first_seen_at", Error.first_seen, Cut()),
        Column("last_seen_at", Error.last_seen, Cut()),
        Column("resolved_at", Error.resolved_at, Cut()),
    ),
    key=("error_id",),
    time="first_seen_at",
    grows=Grows.IN_PLACE,
    person="user",
    by=("error_type", "severity"),
    measures=(Measure("mean_occurrences", "occurrence_count", "Mean number of occurrences."),),
)

HEALTH_CHECKS: Final = Dataset(
    name="health-checks",
    platform="toolboxai",
    title="One check of a service's health.",
    columns=(
        Column("check_id", Check.id),
        Column("service_name", Check.service_name),
        Column("service_version", Check.service_version),
        Column("instance_id", Check.instance_id),
        Column("status", Check.status),
        Column("overall_score", Check.overall_score),
        Column("response_time_ms", Check.response_time_ms),
        Column("memory_usage_mb", Check.memory_usage_mb),
        Column("cpu_usage_percent", Check.cpu_usage_percent),
        Column("disk_usage_percent", Check.disk_usage_percent),
        Column("active_connections", Check.active_connections),
        Column("db_response_time_ms", Check.db_response_time_ms),
        Column("cache_hit_rate", Check.cache_hit_rate),
        Column("checked_at", Check.checked_at),
    ),
    key=("check_id",),
    time="checked_at",
    grows=Grows.BY_EVENTS,
    by=("service_name", "status"),
    measures=(Measure("mean_response_ms", "response_time_ms", "Mean milliseconds until checks were answered."),),
)

DATASETS: Final = (ERRORS, HEALTH_CHECKS)
