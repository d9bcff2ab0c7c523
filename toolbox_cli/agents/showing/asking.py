"""From tasks to what is shown of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from toolbox_cli.agents.database import Connection, rows, transaction
from toolbox_cli.agents.engine.asking import State, open_tasks, states, tries, workflow
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

_ERRORS: Final = """
SELECT id, error_details ->> 'kind' AS kind, error_details -> 'data' ->> 'traceback' AS traceback FROM agent_tasks
WHERE id = ANY (%(tasks)s)"""
_COLUMNS: Final = (
    Column("tree", "task"), Column("id"), Column("agent"), Column("status"), Column("percent", "%", "right"),
    Column("attempt", "try", "right"), Column("worker"), Column("error"),
)  # fmt: skip
_TRIES: Final = (
    Column("started_at"), Column("task_id", "task"), Column("task_type", "type"), Column("attempt", "try", "right"),
    Column("outcome"), Column("seconds", justify="right"), Column("worker"), Column("model"), Column("error"),
)  # fmt: skip


def status(runtime: Runtime, tasks: Sequence[UUID], key: UUID | None, most: int) -> Report:
    """Show tasks as they are: named ones, those of a workflow, or those that have not ended.

    Raises:
        InputError: there is no such task.
        UsageError: there is no such workflow.
    """
    with transaction(runtime, snapshot=True) as connection:
        found = _found(connection, tasks, key, most)
    items = [{"tree": name, **asdict(state)} for name, state in in_trees(found)]
    counts = Counter(one.status for one in found)
    note = ", ".join(f"{number:,} {name}" for name, number in sorted(counts.items())) or "No task is open"
    return Report("toolbox.agents.status/1", items, dict(sorted(counts.items())), columns=_COLUMNS, note=f"{note}.")


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
    """Give tasks with their parts below them, and the name that shows the place: in the order of the work."""
    known = {one.id for one in found}
    below: dict[UUID | None, list[State]] = {}
    for one in found:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)

    def walk(parent: UUID | None, depth: int) -> Iterator[tuple[str, State]]:
        for one in sorted(below.get(parent, ()), key=lambda one: (one.created_at, len(one.needs))):
            yield "  " * depth + one.name, one
            yield from walk(one.id, depth + 1)

    return walk(None, 0)


def _found(connection: Connection, tasks: Sequence[UUID], key: UUID | None, most: int) -> list[State]:
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
