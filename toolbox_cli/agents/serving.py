"""Whether anybody takes tasks: a worker may be alive, and yet serve other agents alone."""

from typing import Final
from uuid import UUID

from toolbox_cli.agents.database import Connection, rows
from toolbox_cli.agents.engine.pace import Pace

NOBODY: Final = "No worker is alive, and nothing goes on: toolbox agents worker"

_ALIVE: Final = """
SELECT count(*) AS workers FROM toolbox.procrastinate_workers
WHERE last_heartbeat >= now() - make_interval(secs => %(stalled)s)"""
_LEFT: Final = """
SELECT DISTINCT coalesce(a.name, 'nobody') AS agent
FROM agent_tasks AS t JOIN toolbox.procrastinate_jobs AS j ON j.id = t.job_id
JOIN toolbox.procrastinate_events AS e ON e.job_id = j.id AND e.type = 'deferred'
LEFT JOIN ai_agents AS a ON a.id = t.agent_id
WHERE t.status = 'pending' AND j.status = 'todo' AND e.at < now() - make_interval(secs => %(wait)s)
    AND NOT EXISTS (SELECT FROM agent_tasks AS r WHERE r.agent_id = t.agent_id AND r.status = 'running')
    AND (%(workflow)s::uuid IS NULL OR t.agent_id IN (
        SELECT agent_id FROM agent_tasks WHERE workflow_id = %(workflow)s AND status = 'pending'))
ORDER BY 1"""


def workers_alive(connection: Connection, pace: Pace) -> int:
    """Count workers that have given a sign of life lately, whomever they serve."""
    (found,) = rows(connection, _ALIVE, {"stalled": pace.stalled_s})
    return int(found["workers"])


def left(connection: Connection, wait_s: float, workflow: UUID | None = None) -> list[str]:
    """Name agents whose tasks could have been taken for some time, and none is being done.

    Args:
        connection: with the platform's schema as search path.
        wait_s: how long they may wait at least.
        workflow: only agents that it waits for.
    """
    return [row["agent"] for row in rows(connection, _LEFT, {"wait": wait_s, "workflow": workflow})]
