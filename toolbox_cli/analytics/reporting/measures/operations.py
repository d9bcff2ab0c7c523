"""How the services run: endpoints, errors, health, agents, scripts, syncs."""

from typing import Any, Final

from toolbox_cli.analytics.reporting.measures.measure import (
    counted,
    mean,
    measure,
    percentile,
    ratio,
    real_of,
    total,
)  # fmt: skip

GENERATING: Final = ("generate_script", "generate_scripts")
"""Types of the tasks that make scripts, as our agents and earlier ones name them."""


@measure("usage-events")
def endpoints(events: Any) -> Any:
    """Tell requests, persons, failures and times of each endpoint."""
    told = events.filter(events.endpoint.notnull())
    told = told.mutate(method=told.method.fill_null(""))
    return told.group_by("method", "endpoint").aggregate(
        calls=told.count(),
        persons=told.user.nunique(),
        failed=counted((told.status_code >= 500).fill_null(False)),
        refused=counted(((told.status_code >= 400) & (told.status_code < 500)).fill_null(False)),
        p50=percentile(told.response_time_ms, 0.5),
        p95=percentile(told.response_time_ms, 0.95),
    )


@measure("errors")
def errors(found: Any) -> Any:
    """Count errors and their occurrences by kind and severity."""
    return found.group_by("error_type", "severity").aggregate(
        errors=found.count(),
        occurrences=total(found.occurrence_count),
        open=counted(found.status.isin(("new", "investigating")).fill_null(False)),
    )


@measure("health-checks")
def health(checks: Any) -> Any:
    """Tell of each service how often it was there when it was asked, and how fast."""
    up = checks.status != "unhealthy"
    return checks.group_by("service_name").aggregate(
        checks=checks.count(),
        available=counted(up),
        healthy=counted(checks.status == "healthy"),
        p50=percentile(checks.response_time_ms, 0.5),
        p95=percentile(checks.response_time_ms, 0.95),
        database_p95=percentile(checks.db_response_time_ms, 0.95),
    )


@measure("agent-tasks")
def tasks(given: Any) -> Any:
    """Tell of each type of task how many were given, what became of them and how long they took."""
    return given.group_by("task_type").aggregate(
        tasks=given.count(),
        completed=counted((given.status == "completed").fill_null(False)),
        failed=counted(given.status.isin(("failed", "dead_letter")).fill_null(False)),
        retries=total(given.retry_count),
        waited=percentile(given.waited_seconds, 0.5),
        p50=percentile(given.duration_seconds, 0.5),
        p95=percentile(given.duration_seconds, 0.95),
    )


@measure("generated-scripts")
def verdicts(made: Any) -> Any:
    """Count scripts by what the scan said of them, with tests and deployments."""
    told = made.mutate(scan_verdict=made.scan_verdict.fill_null("not scanned"))
    return told.group_by("scan_verdict").aggregate(
        scripts=told.count(),
        tested=counted(told.tested.fill_null(False)),
        deployed=counted(told.deployed_to_studio.fill_null(False)),
    )


@measure("agent-reviews")
def judgements(given: Any) -> Any:
    """Count what persons judged, and how much of it they approved."""
    return given.aggregate(
        judged=given.count(), approved=counted(given.approved.fill_null(False)), persons=given.reviewer.nunique()
    )


@measure("agent-attempts")
def cost(tries: Any) -> Any:
    """Tell how many tries there were, whose result stood, and what language models took."""
    told = tries.mutate(backend=tries.backend.fill_null("none"))
    return told.group_by("backend").aggregate(
        tries=told.count(),
        completed=counted((told.outcome == "completed").fill_null(False)),
        lost=counted(told.outcome.isin(("lost", "timed_out")).fill_null(False)),
        tokens=total(told.tokens_in.fill_null(0) + told.tokens_out.fill_null(0)),
        micro_usd=(told.cost_usd * 1_000_000).cast("int64").sum().coalesce(0).cast("int64"),
    )


@measure("lms-sync-runs")
def syncs(runs: Any) -> Any:
    """Tell of each kind of sync how many there were, how they ended and how long they took."""
    return runs.group_by("mode").aggregate(
        runs=runs.count(),
        succeeded=counted(runs.status == "success"),
        partial=counted(runs.status == "partial"),
        failed=counted(runs.status == "failed"),
        held=counted(runs.status.isin(("held", "discarded"))),
        issues=total(runs.issues),
        p50=percentile(runs.duration_seconds, 0.5),
        p95=percentile(runs.duration_seconds, 0.95),
    )


@measure("agent-tasks")
def generating(given: Any) -> Any:
    """Tell how long tasks that make scripts took."""
    told = given.filter(given.task_type.isin(GENERATING) & (given.status == "completed"))
    return told.aggregate(
        tasks=told.count(),
        quick=counted((told.duration_seconds < 2).fill_null(False)),
        p95=percentile(told.duration_seconds, 0.95),
    )


@measure("agent-tasks")
def environments(given: Any) -> Any:
    """Tell how long whole workflows took, from the first task asked for to the last one ended."""
    told = given.filter(given.workflow_id.notnull())
    each = told.group_by("workflow_id").aggregate(
        seconds=told.workflow_seconds.max(), open=counted(told.completed_at.isnull())
    )
    ended = each.filter((each.open == 0) & each.seconds.notnull())
    return ended.aggregate(
        workflows=ended.count(),
        quick=counted(ended.seconds < real_of(ended, 60.0)),
        p95=percentile(ended.seconds, 0.95),
    )


@measure("usage-events")
def database(events: Any) -> Any:
    """Tell how long requests were in the database."""
    told = events.filter(events.database_query_time_ms.notnull())
    return told.aggregate(
        requests=told.count(),
        quick=counted(told.database_query_time_ms < 100),
        share=ratio(counted(told.database_query_time_ms < 100), told.count()),
        p95=percentile(told.database_query_time_ms, 0.95),
    )


@measure("usage-events")
def content_requests(events: Any) -> Any:
    """Tell how long requests for content took."""
    told = events.filter((events.event_type == "content_generation") & events.response_time_ms.notnull())
    return told.aggregate(
        requests=told.count(), mean=mean(told.response_time_ms), p95=percentile(told.response_time_ms, 0.95)
    )


@measure("usage-events")
def deployments(events: Any) -> Any:
    """Count requests that deploy something, and those that were answered well."""
    told = events.filter(events.endpoint.contains("deploy") & (events.method != "GET") & events.status_code.notnull())
    return told.aggregate(requests=told.count(), succeeded=counted(told.status_code < 400))
