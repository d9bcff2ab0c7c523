"""Submit tasks: with their needs and their jobs in one transaction, however many they are."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from toolbox_cli.agents.engine.keeping import unfit
from toolbox_cli.agents.engine.kinds import Kinds
from toolbox_cli.agents.engine.outcomes import NewTask
from toolbox_cli.core.errors import InputError, RefusedError

Connection = psycopg.Connection[Any]

LONGEST_NAME: Final = 200

_NAMED: Final = "SELECT name, id, is_active IS NOT false FROM ai_agents WHERE name = ANY (%s)"
_OF_TYPE: Final = """
SELECT DISTINCT ON (agent_type) agent_type, name FROM ai_agents WHERE agent_type = ANY (%s) AND is_active IS NOT false
ORDER BY agent_type, priority DESC NULLS LAST, name"""
_KNOWN: Final = "SELECT id FROM agent_tasks WHERE id = ANY (%s)"


def submit(connection: Connection, tasks: Sequence[NewTask], kinds: Kinds | None = None) -> None:
    """Take tasks; those that wait for none are queued at once, as far as their agents have places.

    Args:
        connection: in a transaction, with the platform's schema as search path.
        tasks: may need each other, in any order.
        kinds: decides the agent of a task that names none; without it such a task is nobody's, and has no limits.

    Raises:
        InputError: tasks wait for each other in a circle, or for one that there is not.
        RefusedError: there is no such agent, or it is disabled.

    Effects: writes agent_tasks, agent_task_needs and the queue; never commits.
    """
    if not tasks:
        return
    _check_needs(connection, tasks)
    wanted = [task.agent or _type_of(task, kinds) for task in tasks]
    chosen = _agents(connection, tasks, wanted, kinds)
    rows = [_row(task, chosen.get(name) if name else None) for task, name in zip(tasks, wanted, strict=True)]
    connection.execute("SELECT agent_tasks_submit(%s)", (Jsonb(rows),))


def _type_of(task: NewTask, kinds: Kinds | None) -> str | None:
    kind = (kinds or {}).get(task.task_type)
    return kind.agent_type if kind else None


def _agents(
    connection: Connection, tasks: Sequence[NewTask], wanted: Sequence[str | None], kinds: Kinds | None
) -> Mapping[str, UUID]:
    """Give the key of each agent that is named, and of the one that stands for each type."""
    types = {name for task, name in zip(tasks, wanted, strict=True) if name and not task.agent}
    of_type = dict(connection.execute(_OF_TYPE, (sorted(types),)).fetchall()) if types else {}
    if missing := sorted(types - of_type.keys()):
        raise RefusedError(
            f"There is no active agent of type {missing[0]}.", remedy="Register one: toolbox agents register"
        )
    names = {task.agent for task in tasks if task.agent} | set(of_type.values())
    found = {name: (key, active) for name, key, active in connection.execute(_NAMED, (sorted(names),))}
    for name in sorted(names):
        if name not in found:
            raise RefusedError(f"There is no agent {name!r}.", remedy="See which there are: toolbox agents list")
        if not found[name][1]:
            raise RefusedError(f"Agent {name!r} is disabled.", remedy="Choose another, or enable it.")
    return {
        **{kind: found[name][0] for kind, name in of_type.items()},
        **{name: found[name][0] for name in names if name not in of_type},
    }


def _check_needs(connection: Connection, tasks: Sequence[NewTask]) -> None:
    new = {task.id for task in tasks}
    graph = {task.id: [need.id for need in task.needs if need.id in new] for task in tasks}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(str(key) for key in error.args[1])
        raise InputError(f"Tasks wait for each other in a circle: {circle}.") from None
    older = {need.id for task in tasks for need in task.needs} - new
    if older:
        known = {key for (key,) in connection.execute(_KNOWN, (list(older),))}
        if missing := sorted(map(str, older - known)):
            raise InputError(f"There is no task {missing[0]} to wait for.")


def _row(task: NewTask, agent: UUID | None) -> dict[str, Any]:
    return {
        "id": str(task.id),
        "agent_id": _text(agent),
        "parent_task_id": _text(task.parent_id),
        "workflow_id": _text(task.workflow_id),
        "task_type": task.task_type,
        "task_name": task.name[:LONGEST_NAME],
        "input_data": _document(task.input, task),
        "context_data": None if task.context is None else _document(task.context, task),
        "priority": task.priority,
        "created_by": _text(task.created_by),
        "run_after": task.run_after.isoformat() if task.run_after else None,
        "needs": [{"id": str(need.id), "must_succeed": need.must_succeed} for need in task.needs],
    }


def _document(value: Mapping[str, Any], task: NewTask) -> Mapping[str, Any]:
    if wrong := unfit(value):
        raise InputError(f"The input of task {task.name!r} {wrong}.")
    return value


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
