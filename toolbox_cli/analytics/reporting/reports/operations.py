"""The report on operations."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from toolbox_cli.analytics.reporting.measures import operations as measures
from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry
from toolbox_cli.analytics.reporting.reports.persons import enough, share
from toolbox_cli.analytics.reporting.told import HIDDEN, Chart, Field, Figure, Section, Shape, Unit

TITLE: Final = "Operations"
DATASETS: Final = (
    "usage-events", "errors", "health-checks", "agent-tasks", "agent-attempts", "agent-reviews", "generated-scripts",
    "lms-sync-runs",
)  # fmt: skip

_P50_MS: Final = Field("p50", "p50", Unit.MS)
_P95_MS: Final = Field("p95", "p95", Unit.MS)
_P50_S: Final = Field("p50", "p50", Unit.SECONDS)
_P95_S: Final = Field("p95", "p95", Unit.SECONDS)
_SEVERITIES: Final = ("critical", "high", "medium", "low", None)
_VERDICTS: Final = ("deny", "unverifiable", "review", "advice", "clean", "other", "not scanned")
_MODES: Final = {
    "full": "Full", "delta": "Changes", "undo": "Taken back", "manual": "By hand",
}  # fmt: skip


def tell(inquiry: Inquiry) -> tuple[tuple[Figure, ...], tuple[Section, ...]]:
    """Give its figures and sections."""
    endpoints, health = _calls(inquiry), inquiry.rows(measures.health, by=["service_name"])
    sections = (
        _endpoints(endpoints), _errors(inquiry), _health(health), _tasks(inquiry), _backends(inquiry),
        _verdicts(inquiry), _syncs(inquiry),
    )  # fmt: skip
    return tuple(_figures(inquiry, endpoints, health)), sections


def _figures(inquiry: Inquiry, endpoints: list[dict[str, Any]], health: list[dict[str, Any]]) -> Iterator[Figure]:
    if endpoints:
        told = [row for row in endpoints if row["calls"] is not HIDDEN]  # the others' would be the difference
        calls, failed = (sum(row[name] for row in told) for name in ("calls", "failed"))
        yield Figure("requests", "Requests", calls, note="to endpoints")
        yield Figure("failed", "Failed", share(failed, calls), Unit.RATIO, "of them, by our fault")
    if health:
        checks, there = (sum(row[name] for row in health) for name in ("checks", "available"))
        yield Figure("available", "Availability", share(there, checks), Unit.RATIO, "of health checks")
    judged = inquiry.row(measures.judgements)
    if judged and judged["judged"]:
        approved = share(judged["approved"], judged["judged"])
        yield Figure("approved", "Approved", approved, Unit.RATIO, f"of {judged['judged']:,} judged by persons")


def _calls(inquiry: Inquiry) -> list[dict[str, Any]]:
    found = inquiry.rows(measures.endpoints, by=["endpoint", "method"])
    told = [_guarded(row) for row in found]
    return sorted(told, key=lambda row: 1 if row["calls"] is HIDDEN else -row["calls"])


def _guarded(row: dict[str, Any]) -> dict[str, Any]:
    """Tell nothing of an endpoint that few persons called, but that it was called."""
    persons = row.pop("persons")
    return {name: value if name in {"method", "endpoint"} else enough(value, persons) for name, value in row.items()}


def _endpoints(rows: list[dict[str, Any]]) -> Section:
    told = tuple(
        {
            **row, "request": f"{row['method']} {row['endpoint']}".strip(),
            "failing": share(row["failed"], row["calls"]),
        }
        for row in rows
    )  # fmt: skip
    fields = (
        Field("request", "Endpoint", Unit.WORD), Field("calls", "Calls"), Field("failed", "Failed"),
        Field("failing", "Failing", Unit.RATIO), Field("refused", "Refused"), _P50_MS, _P95_MS,
    )  # fmt: skip
    return Section(
        "endpoints", "Endpoints",
        "Requests by endpoint, the busiest first: failed ones were answered 500 or more, refused ones 400 to 499; half "
        "of the answers came within p50, 95 of 100 within p95. What few persons called is hidden, and in no sum.",
        fields, told, Chart(Shape.INTERVALS, "request", ("p50", "p95"), "Response times of each endpoint, p50 to p95."),
    )  # fmt: skip


def _errors(inquiry: Inquiry) -> Section:
    found = inquiry.rows(measures.errors, by=["error_type"])
    ordered = sorted(found, key=lambda row: _SEVERITIES.index(row["severity"]))
    told = tuple({**row, "what": f"{row['severity'] or 'unrated'}, {row['error_type']}"} for row in ordered)
    fields = (
        Field("what", "Severity and kind", Unit.WORD), Field("errors", "Errors"), Field("occurrences", "Occurrences"),
        Field("open", "Open"),
    )  # fmt: skip
    return Section(
        "errors", "Errors", "Errors that were first seen in the period, and how many of them nobody has settled.",
        fields, told, Chart(Shape.BARS, "what", ("occurrences",), "Occurrences of errors by severity and kind."),
    )  # fmt: skip


def _health(rows: list[dict[str, Any]]) -> Section:
    told = tuple({**row, "availability": share(row["available"], row["checks"])} for row in rows)
    fields = (
        Field("service_name", "Service", Unit.WORD), Field("checks", "Checks"),
        Field("availability", "Available", Unit.RATIO), Field("healthy", "Healthy"), _P50_MS, _P95_MS,
        Field("database_p95", "Database p95", Unit.MS),
    )  # fmt: skip
    return Section(
        "health", "Health of services", "Health checks; a service that is degraded is still there.", fields, told,
        Chart(Shape.INTERVALS, "service_name", ("p50", "p95"), "Response times of health checks, p50 to p95."),
    )  # fmt: skip


def _tasks(inquiry: Inquiry) -> Section:
    found = inquiry.rows(measures.tasks, by=["task_type"])
    told = tuple({**row, "finished": share(row["completed"], row["tasks"])} for row in found)
    fields = (
        Field("task_type", "Task", Unit.WORD), Field("tasks", "Given"), Field("completed", "Completed"),
        Field("failed", "Failed"), Field("finished", "Completed share", Unit.RATIO), Field("retries", "Retries"),
        Field("waited", "Waited, p50", Unit.SECONDS), _P50_S, _P95_S,
    )  # fmt: skip
    return Section(
        "tasks", "Agents at work", "Tasks that were given in the period, what became of them, and how long they took.",
        fields, told, Chart(Shape.INTERVALS, "task_type", ("p50", "p95"), "Seconds that tasks took, p50 to p95."),
    )  # fmt: skip


def _backends(inquiry: Inquiry) -> Section:
    found = inquiry.rows(measures.cost, by=["backend"])
    told = tuple({**row, "cost": Decimal(row["micro_usd"]) / 1_000_000} for row in found)
    fields = (
        Field("backend", "Whose result", Unit.WORD), Field("tries", "Tries"), Field("completed", "Completed"),
        Field("lost", "Lost or too late"), Field("tokens", "Tokens"), Field("cost", "Cost, US$", Unit.MONEY),
    )  # fmt: skip
    return Section("tries", "Tries and language models", "Every try of a task, and what models took.", fields, told)


def _verdicts(inquiry: Inquiry) -> Section:
    found = inquiry.rows(measures.verdicts)
    ordered = sorted(found, key=lambda row: _VERDICTS.index(row["scan_verdict"]))
    whole = sum(row["scripts"] for row in ordered)
    told = tuple({**row, "share": share(row["scripts"], whole)} for row in ordered)
    fields = (
        Field("scan_verdict", "Verdict", Unit.WORD), Field("scripts", "Scripts"), Field("share", "Share", Unit.RATIO),
        Field("tested", "Tested"), Field("deployed", "Deployed"),
    )  # fmt: skip
    return Section(
        "verdicts", "Scripts and their scan", "Generated scripts by the worst that the scan of Luau found in them.",
        fields, told, Chart(Shape.BARS, "scan_verdict", ("scripts",), "Generated scripts by verdict of the scan."),
    )  # fmt: skip


def _syncs(inquiry: Inquiry) -> Section:
    found = inquiry.rows(measures.syncs, by=["mode"])
    told = tuple({**row, "sync": _MODES.get(row["mode"], row["mode"])} for row in found)
    fields = (
        Field("sync", "Sync", Unit.WORD), Field("runs", "Runs"), Field("succeeded", "Succeeded"),
        Field("partial", "Partial"), Field("failed", "Failed"), Field("held", "Held"),
        Field("issues", "Faulty records"), _P50_S, _P95_S,
    )  # fmt: skip
    return Section(
        "syncs", "Syncs with schools' systems", "Runs that began in the period; held ones waited for a person's yes.",
        fields, told, Chart(Shape.INTERVALS, "sync", ("p50", "p95"), "Seconds that syncs took, p50 to p95."),
    )  # fmt: skip
