"""From tasks to what is shown of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from toolbox_cli.agents.database import Connection, pace_of, rows, transaction
from toolbox_cli.agents.engine.asking import State, open_tasks, states, tries, workflow
from toolbox_cli.agents.serving import NOBODY, workers_alive
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

_ERRORS: Final = """
SELECT id, error_details ->> 'kind' AS kind, error_details -> 'data' ->> 'traceback' AS traceback FROM agent_tasks
WHERE id = ANY (%(tasks)s)"""
_OPEN: Final = """
SELECT status, count(*) AS number FROM agent_tasks WHERE status IN ('waiting', 'pending', 'running')
GROUP BY 1 ORDER BY 1"""
_COLUMNS: Final = (
    Column("tree", "task"), Column("id"), Column("agent"), Column("status"), Column("percent", "%", "right"),
    Column("attempt", "try", "right"), Column("worker"), Column("error"),
)  # fmt: skip
_TRIES: Final = (
    Column("started_at"), Column("task_id", "task"), Column("task_type", "type"), Column("attempt", "try", "right"),
    Column("outcome"), Column("seconds", justify="right"), Column("worker"), Column("backend"),
    Column("fallback"), Column("model"), Column("error"),
)  # fmt: skip


def status(runtime: Runtime, tasks: Sequence[UUID], key: UUID | None, most: int) -> Report:
    """Show tasks as they are: named ones, those of a workflow, or those that have not ended.

    Raises:
        InputError: there is no such task.
        UsageError: there is no such workflow, or both are named.
    """
    with transaction(runtime, snapshot=True) as connection:
        found = _found(connection, tasks, key, most)
        counts = dict(sorted(Counter(one.status for one in found).items()))
        if not tasks and key is None:
            counts = {row["status"]: row["number"] for row in rows(connection, _OPEN)}
        idle = counts.get("pending", 0) > 0 and not workers_alive(connection, pace_of(runtime))
    items = [{"tree": name, **asdict(state)} for name, state in in_trees(found)]
    note = (", ".join(f"{number:,} {name}" for name, number in counts.items()) or "No task is open") + "."
    if len(found) < sum(counts.values()):
        note += f" The first {len(found):,} are shown; --limit shows more."
    note += f"\n{NOBODY}" if idle else ""
    return Report("toolbox.agents.status/1", items, counts, columns=_COLUMNS, note=note)


def logs(runtime: Runtime, tasks: Sequence[UUID], key: UUID | None) -> Report:
    """Show the tries of tasks in the order of time, and why the latest failed.

    Raises:
        InputError: there is no such task.
        UsageError: there is no such workflow, or none is named.
    """
    if not tasks and key is None:
        raise UsageError("Name tasks, or a workflow with --workflow.")
    with transaction(runtime, snapshot=True) as connection:
        found = {one.id: one for one in _found(connection, tasks, key, 0)}
        history = tries(connection, list(found))
        errors = {row["id"]: row for row in rows(connection, _ERRORS, {"tasks": list(found)})}
    items = [{"task_type": found[one.task_id].task_type, **asdict(one), "seconds": _seconds(one)} for one in history]
    notes = [
        f"{one.task_type} {one.id}: {one.status}"
        + (f", {errors[one.id]['kind']}: {one.error}" if one.error else "")
        + (f"\n{errors[one.id]['traceback'].rstrip()}" if errors[one.id]["traceback"] else "")
        for one in found.values()
    ]
    summary = {
        "tasks": [
            {"id": one.id, "task_type": one.task_type, "status": one.status, "error": one.error, **_of(errors[one.id])}
            for one in found.values()
        ]
    }
    return Report("toolbox.agents.logs/1", items, summary, columns=_TRIES, note="\n".join(notes))


def in_trees(found: Sequence[State]) -> Iterator[tuple[str, State]]:
    """Give tasks in their order, each with its parts below it in the order of the work, and a name that shows that."""
    known = {one.id for one in found}
    below: dict[UUID, list[State]] = {}
    for one in sorted(found, key=_order, reverse=True):
        if one.parent_id in known:
            below.setdefault(one.parent_id, []).append(one)
    ahead = [(0, one) for one in reversed(found) if one.parent_id not in known]
    while ahead or below:
        if not ahead:  # parts of each other: no program of ours writes that
            ahead = [(0, one) for one in below.pop(next(iter(below)))]
        depth, one = ahead.pop()
        yield "  " * depth + one.name, one
        ahead += [(depth + 1, part) for part in below.pop(one.id, [])]


def _order(one: State) -> tuple[float, int]:
    return one.created_at.timestamp() if one.created_at else 0.0, len(one.needs)


def _found(connection: Connection, tasks: Sequence[UUID], key: UUID | None, most: int) -> list[State]:
    if tasks and key is not None:
        raise UsageError("Name either tasks, or a workflow with --workflow.")
    if tasks:
        return states(connection, tasks)
    if key is None:
        return open_tasks(connection, most)
    found = workflow(connection, key)
    if not found:
        raise UsageError(f"There is no workflow {key}.", remedy="See what is open: toolbox agents status")
    return found


def _seconds(one: Any) -> float | None:
    return round((one.ended_at - one.started_at).total_seconds(), 3) if one.ended_at else None


def _of(row: dict[str, Any]) -> dict[str, Any]:
    return {"kind": row["kind"], "traceback": row["traceback"]}
