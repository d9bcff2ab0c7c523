"""Whether agents are well: their queue, their workers, their tasks; each look is a row of system_health_checks."""

from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, LiteralString

from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.agents.database import Connection, rows
from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.agents.engine.worker import name_of_worker
from toolbox_cli.agents.serving import left
from toolbox_cli.core.database.queue import has_queue

SERVICE: Final = "agents"
DEAD_WITHIN: Final = "1 day"

_LOOK: Final[LiteralString] = """
SELECT
    (SELECT count(*) FROM ai_agents WHERE is_active IS NOT false) AS agents,
    (SELECT count(*) FROM toolbox.procrastinate_workers
        WHERE last_heartbeat >= now() - make_interval(secs => %(stalled)s)) AS workers,
    (SELECT count(*) FROM agent_tasks WHERE status = 'pending' AND coalesce(run_after, now()) <= now()) AS pending,
    (SELECT count(*) FROM agent_tasks WHERE status = 'waiting') AS waiting,
    (SELECT count(*) FROM agent_tasks WHERE status = 'running') AS running,
    (SELECT coalesce(extract(epoch FROM now() - min(coalesce(run_after, created_at))), 0)::integer FROM agent_tasks
        WHERE status = 'pending' AND coalesce(run_after, now()) <= now()) AS oldest_s,
    (SELECT count(*) FROM agent_tasks_lost(%(stalled)s, %(overdue)s)) AS lost,
    (SELECT count(*) FROM agent_tasks WHERE status = 'dead_letter' AND completed_at >= now() - %(within)s::interval)
        AS dead_letters"""
_WRITE: Final[LiteralString] = """
INSERT INTO system_health_checks (service_name, service_version, instance_id, status, overall_score, response_time_ms,
    db_response_time_ms, health_details, error_messages, warnings)
VALUES (%(service)s, %(version)s, %(instance)s, %(status)s, %(score)s, %(ms)s, %(ms)s, %(details)s, %(errors)s,
    %(warnings)s)"""


@dataclass(frozen=True, slots=True)
class Health:
    """What one look found.

    Attributes:
        status: healthy, degraded or unhealthy.
        score: 0 to 100.
        response_ms: of the queries that looked.
        details: what was counted.
        errors: why nothing goes on.
        warnings: what somebody should look at.
    """

    status: str
    score: int
    response_ms: int
    details: dict[str, Any]
    errors: list[str]
    warnings: list[str]


def look(connection: Connection, pace: Pace) -> Health:
    """Look how agents are.

    Args:
        connection: with the platform's schema as search path.
        pace: says after how long a worker counts as gone.
    """
    began = monotonic()
    if not has_queue(connection):
        return Health("unhealthy", 0, _ms(began), {}, ["the database has no queue: toolbox db upgrade"], [])
    told = {"stalled": pace.stalled_s, "overdue": pace.overdue_s, "within": DEAD_WITHIN}
    (found,) = rows(connection, _LOOK, told)
    errors, warnings = _errors(found), _warnings(found)
    if not errors and (unserved := left(connection, pace.overdue_s)):
        warnings.append(f"tasks wait, and no worker does those of {', '.join(unserved)}: toolbox agents worker")
    status = "unhealthy" if errors else "degraded" if warnings else "healthy"
    score = max(0, 100 - 60 * len(errors) - 15 * len(warnings))
    return Health(status, score, _ms(began), found, errors, warnings)


def write(connection: Connection, health: Health) -> None:
    """Keep what was found.

    Effects: one row in system_health_checks; never commits.
    """
    connection.execute(_WRITE, {
        "service": SERVICE, "version": __version__[:20], "instance": name_of_worker()[:100], "status": health.status,
        "score": health.score, "ms": health.response_ms, "details": Jsonb(health.details), "errors": health.errors,
        "warnings": health.warnings,
    })  # fmt: skip


def _errors(found: dict[str, Any]) -> list[str]:
    if found["pending"] and not found["workers"]:
        return [f"no worker is alive, and tasks are pending, {found['pending']:,} in all: toolbox agents worker"]
    return []


def _warnings(found: dict[str, Any]) -> list[str]:
    said = []
    if not found["agents"]:
        said.append("no agent is active: toolbox agents register")
    if found["lost"]:
        said.append(f"tasks are lost with their workers, {found['lost']:,} in all: toolbox agents rescue")
    if found["dead_letters"]:
        said.append(f"dead letters of the last day, {found['dead_letters']:,} in all: toolbox agents dead-letter list")
    return said


def _ms(began: float) -> int:
    return round((monotonic() - began) * 1000)
