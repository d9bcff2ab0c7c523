"""From what the command line says to tasks that are cancelled, begun anew or given up."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final
from uuid import UUID

from toolbox_cli.agents.database import PLATFORM, Connection, transaction
from toolbox_cli.agents.engine import asking
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

ALL: Final = 1_000_000
LISTED: Final = 100
"""Tasks whose keys the audit log names."""
_NUMBER: Final = "SELECT count(*) FROM agent_tasks WHERE status = 'dead_letter'"
_COLUMNS: Final = (Column("id", "task"), Column("task_type", "type"), Column("name"), Column("agent"), Column("status"))
_LETTERS: Final = (
    Column("id", "task"), Column("task_type", "type"), Column("agent"), Column("attempt", "tries", "right"),
    Column("ended_at"), Column("error"),
)  # fmt: skip


def cancel(runtime: Runtime, tasks: Sequence[UUID], workflow: UUID | None, reason: str) -> Report:
    """Cancel tasks with their parts, or all of a workflow.

    Raises:
        InputError: there is no such task.
        UsageError: none is named, or there is no such workflow.
    """
    with transaction(runtime) as connection:
        reached = asking.cancel(connection, _named(connection, tasks, workflow), reason)
        return _told(connection, runtime, "cancel", reached)


def retry(runtime: Runtime, tasks: Sequence[UUID], workflow: UUID | None) -> Report:
    """Let tasks that ended without a result begin anew.

    Raises:
        InputError: there is no such task.
        UsageError: none is named, or there is no such workflow.
    """
    with transaction(runtime) as connection:
        reached = asking.retry(connection, _named(connection, tasks, workflow))
        return _told(connection, runtime, "retry", reached)


def letters(runtime: Runtime, most: int) -> Report:
    """List dead letters, the oldest first."""
    with transaction(runtime, snapshot=True) as connection:
        found = asking.dead_letters(connection, most)
        ((number,),) = connection.execute(_NUMBER)
    note = f"{number:,} dead letter{'' if number == 1 else 's'}."
    if len(found) < number:
        note += f" The first {len(found):,} are shown; --limit shows more."
    items = [asdict(one) for one in found]
    return Report("toolbox.agents.dead-letters/1", items, {"dead_letters": number}, columns=_LETTERS, note=note)


def requeue(runtime: Runtime, tasks: Sequence[UUID], *, everything: bool) -> Report:
    """Let dead letters begin anew.

    Raises:
        InputError: there is no such task.
        UsageError: neither tasks nor all are named, or one is no dead letter.
    """
    with transaction(runtime) as connection:
        dead = _dead(connection, tasks, everything=everything)
        return _told(connection, runtime, "dead-letter requeue", asking.retry(connection, dead))


def drop(runtime: Runtime, tasks: Sequence[UUID], *, everything: bool, yes: bool) -> Report:
    """Leave dead letters as failed for good.

    Raises:
        InputError: there is no such task.
        UsageError: neither tasks nor all are named, or one is no dead letter.
        RefusedError: the answer was no.
    """
    with transaction(runtime) as connection:
        dead = _dead(connection, tasks, everything=everything)
        if dead:
            what = "1 dead letter" if len(dead) == 1 else f"{len(dead):,} dead letters"
            runtime.confirm(f"Leave {what} as failed for good?", yes=yes)
        return _told(connection, runtime, "dead-letter drop", asking.drop(connection, dead))


def _named(connection: Connection, tasks: Sequence[UUID], workflow: UUID | None) -> list[UUID]:
    if bool(tasks) is (workflow is not None):
        raise UsageError("Name either tasks, or a workflow with --workflow.")
    if workflow is None:
        return list(tasks)
    found = [one.id for one in asking.workflow(connection, workflow)]
    if not found:
        raise UsageError(f"There is no workflow {workflow}.", remedy="See what is open: toolbox agents status")
    return found


def _dead(connection: Connection, tasks: Sequence[UUID], *, everything: bool) -> list[UUID]:
    if bool(tasks) is everything:
        raise UsageError("Name either tasks, or all of them with --all.")
    if everything:
        return [one.id for one in asking.dead_letters(connection, ALL)]
    if others := [one for one in asking.states(connection, tasks) if one.status != "dead_letter"]:
        raise UsageError(
            f"Task {others[0].id} is no dead letter: it is {others[0].status}.",
            remedy="See which there are: toolbox agents dead-letter list",
        )
    return list(tasks)


def _told(connection: Connection, runtime: Runtime, command: str, reached: Sequence[UUID]) -> Report:
    """Record what was done, and show the tasks as they are now."""
    if reached:
        counts, named = {"agent_tasks": len(reached)}, {"tasks": [str(task) for task in reached[:LISTED]]}
        record_change(connection, Change(f"toolbox agents {command}", runtime.settings.env, PLATFORM, counts, named))
    found = asking.states(connection, reached)
    stopping = sum(one.cancel_requested for one in found)
    note = None if found else "There was nothing to do."
    if stopping:
        run = "1 of them runs" if stopping == 1 else f"{stopping:,} of them run"
        note = f"{run} still: the worker stops it within a moment."
    kind = f"toolbox.agents.{command.replace(' ', '-')}/1"
    return Report(kind, [asdict(one) for one in found], {"tasks": len(found)}, True, _COLUMNS, note=note)
