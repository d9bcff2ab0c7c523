"""One task, done in this process, by whoever wants to see what it does; and rescue without a worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final
from uuid import UUID

from psycopg import sql

from toolbox_cli.agents.engine.child import computed
from toolbox_cli.agents.engine.children import Stopped
from toolbox_cli.agents.engine.connecting import Way, pool_of, way_to
from toolbox_cli.agents.engine.doing import record, unknown
from toolbox_cli.agents.engine.kinds import Kinds
from toolbox_cli.agents.engine.outcomes import Given, Outcome, Progress
from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.agents.engine.steps import Steps
from toolbox_cli.agents.engine.worker import name_of_worker
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import InputError, RefusedError
from toolbox_cli.core.settings import RECORDS

_WORKERS: Final = sql.Identifier(RECORDS, "procrastinate_workers")
_REGISTER: Final = sql.SQL("INSERT INTO {} DEFAULT VALUES RETURNING id").format(_WORKERS)
_LEAVE: Final = sql.SQL("DELETE FROM {} WHERE id = %s").format(_WORKERS)


def run_one(target: Target, kinds: Kinds, task: UUID, pace: Pace | None = None) -> str:
    """Do one task in this process, whatever stands before it; its time is not limited.

    Args:
        target: the database.
        kinds: what each type of task computes.
        task: pending.
        pace: how often this process says that it is alive.

    Returns:
        What became of the task: completed, waiting, pending (tried again later), failed, dead_letter, cancelled, or
        lost where somebody took it away meanwhile.

    Raises:
        InputError: this toolbox knows no such type of task.
        RefusedError: the task is not pending, is just being done, or its agent has no place free.
    """
    way = way_to(target)
    with pool_of(way, 1) as pool:
        steps = Steps(pool, way.schema, pace or Pace(), kinds)
        with _registered(steps) as worker:
            given = _taken(steps, task, worker)
            kind = kinds.get(given.task_type)
            if kind is None:
                failure = unknown(given)
                steps.fail(given, "failed", failure)
                raise InputError(failure.message)
            ended = _computed(steps, given, kind.compute)
            return record(steps, given, kind, ended) or "lost"


def rescue(target: Target, kinds: Kinds, pace: Pace | None = None) -> dict[UUID, str]:
    """Take lost tasks from workers that are gone, queue what is due, and give what became of the lost ones."""
    way: Way = way_to(target)
    with pool_of(way, 1) as pool:
        return Steps(pool, way.schema, pace or Pace(), kinds).rescue()


def _taken(steps: Steps, task: UUID, worker: int) -> Given:
    job = steps.take(task, worker)
    given = None if job is None else steps.begin(task, job, name_of_worker())
    if given is None:
        raise RefusedError(
            f"Task {task} is not pending, is just being done, or its agent has no place free.",
            remedy="See how it is: toolbox agents status",
        )
    return given


class _TakenError(BaseException):
    """Somebody took the task away; no task's function catches this."""


def _computed(steps: Steps, given: Given, path: str) -> Outcome | Stopped:
    def report(progress: Progress) -> None:
        if not steps.progress(given, progress):
            raise _TakenError

    try:
        return computed(path, given, report)
    except KeyboardInterrupt:
        return Stopped("shutdown")
    except _TakenError:
        return Stopped("lost")


@contextmanager
def _registered(steps: Steps) -> Iterator[int]:
    """Be a worker of the queue for a while, so that nobody takes our task for lost."""
    worker: int = steps.patiently(lambda connection: connection.execute(_REGISTER).fetchall())[0][0]
    over = Event()

    def beat() -> None:
        while not over.wait(steps.pace.heartbeat_s):
            steps.beat([worker])

    heart = Thread(target=beat, name="heartbeat", daemon=True)
    heart.start()
    try:
        yield worker
    finally:
        over.set()
        heart.join()
        steps.patiently(lambda connection: connection.execute(_LEAVE, (worker,)))
