"""What people ask of tasks, and do with them: state, cancel, begin anew, dead letters."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from toolbox_cli.core.errors import InputError

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class State:
    """One task as it is.

    Attributes:
        attempt: number of the latest try, 0 before the first.
        worker: who has the latest try, or had it; None before the first.
        needs: tasks that it waits for.
        place: whether it has one among its agent's concurrent tasks.
        due_at: not before this; None for at once.
    """

    id: UUID
    parent_id: UUID | None
    workflow_id: UUID | None
    task_type: str
    name: str
    agent: str | None
    status: str
    priority: int | None
    attempt: int
    retries: int
    percent: int | None
    worker: str | None
    place: bool
    cancel_requested: bool
    blocked_by: UUID | None
    error: str | None
    needs: list[UUID]
    due_at: datetime.datetime | None
    created_at: datetime.datetime | None
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a task, as its history tells it."""

    task_id: UUID
    attempt: int
    worker: str
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    outcome: str | None
    error: str | None
    backend: str | None
    fallback: str | None
    model: str | None
    tokens_in: int | None
    tokens_out: int | None
    cost_usd: Any


_STATES: Final = """
SELECT t.id, t.parent_task_id AS parent_id, t.workflow_id, t.task_type, t.task_name AS name, a.name AS agent, t.status,
    t.priority, t.attempt, coalesce(t.retry_count, 0) AS retries, t.progress_percentage AS percent, l.worker,
    t.job_id IS NOT NULL AS place, t.cancel_requested_at IS NOT NULL AS cancel_requested, t.blocked_by,
    t.error_message AS error,
    ARRAY(SELECT needs_id FROM agent_task_needs AS n WHERE n.task_id = t.id ORDER BY needs_id) AS needs,
    t.run_after AS due_at, t.created_at, t.started_at, t.completed_at AS ended_at
FROM agent_tasks AS t
LEFT JOIN ai_agents AS a ON a.id = t.agent_id
LEFT JOIN agent_task_attempts AS l ON l.task_id = t.id AND l.attempt = t.attempt
"""
_TASKS: Final = _STATES + "WHERE t.id = ANY (%s) ORDER BY t.created_at, t.id"
_WORKFLOW: Final = _STATES + "WHERE t.workflow_id = %s ORDER BY t.created_at, t.id"
_LETTERS: Final = _STATES + "WHERE t.status = 'dead_letter' ORDER BY t.completed_at, t.id LIMIT %s"
_OPEN: Final = (
    _STATES
    + """WHERE t.status IN ('waiting', 'pending', 'running')
ORDER BY t.priority DESC NULLS LAST, t.created_at, t.id LIMIT %s"""
)
_TRIES: Final = """
SELECT task_id, attempt, worker, started_at, ended_at, outcome, error, backend, fallback, model, tokens_in,
    tokens_out, cost_usd
FROM agent_task_attempts WHERE task_id = ANY (%s) ORDER BY started_at, task_id, attempt"""
_OF_WORKFLOW: Final = "SELECT id FROM agent_tasks WHERE workflow_id = %s"
_KNOWN: Final = "SELECT id FROM agent_tasks WHERE id = ANY (%s)"
_DROP: Final = """
UPDATE agent_tasks SET status = 'failed', error_details = coalesce(error_details, '{}') || '{"dropped": true}'
WHERE id = ANY (%s) AND status = 'dead_letter' RETURNING id"""
_COUNTS: Final = """
SELECT coalesce(a.name, ''), t.status, count(*) FROM agent_tasks AS t LEFT JOIN ai_agents AS a ON a.id = t.agent_id
GROUP BY 1, 2 ORDER BY 1, 2"""

ENDED: Final = frozenset({"completed", "failed", "cancelled", "dead_letter"})
"""Statuses of tasks that nobody works on again by himself."""


def states(connection: Connection, tasks: Sequence[UUID]) -> list[State]:
    """Give tasks as they are, the oldest first.

    Raises:
        InputError: there is no such task.
    """
    check(connection, tasks)
    return _states(connection, _TASKS, list(tasks))


def workflow(connection: Connection, key: UUID) -> list[State]:
    """Give the tasks of a workflow, the oldest first; none where there is no such workflow."""
    return _states(connection, _WORKFLOW, key)


def open_tasks(connection: Connection, most: int = 100) -> list[State]:
    """Give tasks that have not ended, in the order of their turn."""
    return _states(connection, _OPEN, most)


def dead_letters(connection: Connection, most: int = 100) -> list[State]:
    """Give tasks that were given up, the oldest first."""
    return _states(connection, _LETTERS, most)


def tries(connection: Connection, tasks: Sequence[UUID]) -> list[Try]:
    """Give the history of tasks, in the order of time."""
    return connection.cursor(row_factory=class_row(Try)).execute(_TRIES, (list(tasks),)).fetchall()


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """Count tasks by agent ("" for nobody's) and status."""
    return {(agent, status): number for agent, status, number in connection.execute(_COUNTS)}


def cancel(connection: Connection, tasks: Sequence[UUID], reason: str) -> list[UUID]:
    """Cancel tasks with their parts, and what needs them; what runs is stopped by its worker within a moment.

    Returns:
        Those that were open, parts included.

    Raises:
        InputError: there is no such task.
    """
    check(connection, tasks)
    return _reached(connection, "SELECT agent_tasks_cancel(%s, %s)", (list(tasks), reason))


def cancel_workflow(connection: Connection, key: UUID, reason: str) -> list[UUID]:
    """Cancel all tasks of a workflow; gives those that were open."""
    tasks = [task for (task,) in connection.execute(_OF_WORKFLOW, (key,))]
    return cancel(connection, tasks, reason)


def retry(connection: Connection, tasks: Sequence[UUID]) -> list[UUID]:
    """Let tasks that failed, were cancelled or given up begin anew, with their parts and what was cancelled for them.

    The whole that failed for want of them begins anew, too.

    Returns:
        Those that begin anew, parts included; others had not ended, or are complete.

    Raises:
        InputError: there is no such task.
    """
    check(connection, tasks)
    return _reached(connection, "SELECT agent_tasks_retry(%s)", (list(tasks),))


def drop(connection: Connection, tasks: Sequence[UUID]) -> list[UUID]:
    """Leave dead letters as failed for good; gives those that were dead letters.

    Raises:
        InputError: there is no such task.
    """
    check(connection, tasks)
    return [task for (task,) in connection.execute(_DROP, (list(tasks),))]


def check(connection: Connection, tasks: Sequence[UUID]) -> None:
    """Refuse keys of no task.

    Raises:
        InputError: there is no such task.
    """
    known = {task for (task,) in connection.execute(_KNOWN, (list(tasks),))}
    if missing := [task for task in tasks if task not in known]:
        raise InputError(f"There is no task {missing[0]}.", remedy="See which there are: toolbox agents status")


def _states(connection: Connection, query: str, value: object) -> list[State]:
    return connection.cursor(row_factory=class_row(State)).execute(query.encode(), (value,)).fetchall()


def _reached(connection: Connection, query: str, values: Sequence[object]) -> list[UUID]:
    row = connection.execute(query.encode(), values).fetchone()
    return list(row[0]) if row else []
