"""One try of a task from its job to its end, in the worker; the computing itself is done by another process."""

import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any, Final
from uuid import UUID

import psycopg

from toolbox_cli import __version__
from toolbox_cli.agents.engine.children import Children, Stopped, Trial
from toolbox_cli.agents.engine.kinds import Kind, Kinds, found
from toolbox_cli.agents.engine.outcomes import Done, Failed, Given, Need, NewTask, Outcome, Wait
from toolbox_cli.agents.engine.steps import Steps, passes

log = logging.getLogger(__name__)

_SAID: Final = {
    "timed_out": "It took longer than {} seconds.",
    "cancelled": "It was cancelled.",
    "shutdown": "Its worker was stopped.",
}


class Doing:
    """What a worker does at the moment.

    Attributes:
        ended: how many tries it has ended.
    """

    def __init__(
        self, steps: Steps, kinds: Kinds, children: Children, worker: str,
        on_ended: Callable[[Given, str], None] | None = None,
    ) -> None:  # fmt: skip
        self.steps, self.kinds, self.children, self.worker = steps, kinds, children, worker
        self.ended = 0
        self._on_ended = on_ended
        self._lock = Lock()
        self._tries: dict[tuple[UUID, int], Trial] = {}
        self._why: str | None = None

    def tries(self) -> dict[tuple[UUID, int], Trial]:
        """Give what runs now, by the task and the number of the try."""
        with self._lock:
            return dict(self._tries)

    def stop_all(self, why: str) -> None:
        """End everything that runs, and whatever begins from now on."""
        self._why = why
        for trial in self.tries().values():
            trial.stop(why)

    def do(self, task: UUID, job: int, worker_id: int | None) -> None:
        """Do the task of one job; whatever happens to it, the job is gone or will be found to be lost."""
        given = self.steps.begin(task, job, self.worker)
        if given is None:
            return
        kind = self.kinds.get(given.task_type)
        if kind is None:
            self._told(given, self.steps.fail(given, "failed", unknown(given)))
            return
        trial = Trial(given, worker_id, self.steps.pace.progress_s)
        with self._lock:
            self._tries[task, given.attempt] = trial
        try:
            if self._why is not None:
                trial.stop(self._why)
            self._told(given, record(self.steps, given, kind, self._run(trial, kind)))
        finally:
            with self._lock:
                del self._tries[task, given.attempt]

    def _run(self, trial: Trial, kind: Kind) -> Outcome | Stopped:
        try:
            return trial.run(self.children, kind.compute, lambda told: self.steps.progress(trial.given, told))
        except Exception as error:
            if passes(error):
                raise
            log.exception("task %s can't be computed", trial.given.id)
            return Failed(type(error).__name__, str(error), retryable=True)

    def _told(self, given: Given, became: str | None) -> None:
        self.ended += became is not None
        log.info("try %s of %s %s: %s", given.attempt, given.task_type, given.id, became or "no longer the latest")
        if self._on_ended is not None:
            self._on_ended(given, became or "lost")


def unknown(given: Given) -> Failed:
    """Tell of a task that this version of toolbox does not know; a worker of another version may."""
    told = f"Toolbox {__version__} knows no tasks of type {given.task_type}."
    return Failed("unknown-type", told, retryable=True)


def record(steps: Steps, given: Given, kind: Kind, ended: Outcome | Stopped) -> str | None:
    """Write what came of a try, and give what became of its task; None where the try is no longer the latest."""
    try:
        return _recorded(steps, given, kind, ended)
    except Exception as error:
        if passes(error):
            raise
        log.exception("what task %s made can't be stored", given.id)
        told = f"What it made can't be stored: {type(error).__name__}: {error}"
        return steps.fail(given, "failed", Failed("not-stored", told))


def _recorded(steps: Steps, given: Given, kind: Kind, ended: Outcome | Stopped) -> str | None:
    if isinstance(ended, Failed):
        return steps.fail(given, "failed", ended)
    if isinstance(ended, Stopped):
        return _stopped(steps, given, ended.why)
    taken = _completed(steps, given, kind, ended) if isinstance(ended, Done) else _waiting(steps, given, ended)
    return taken or steps.fail(given, "cancelled", Failed("cancelled", _SAID["cancelled"]))


def _stopped(steps: Steps, given: Given, why: str) -> str | None:
    if why == "lost":
        return None
    failure = Failed(why, _SAID[why].format(f"{given.timeout_s:g}"), retryable=True)
    if why == "shutdown":
        return steps.fail(given, "lost", failure, "again")
    return steps.fail(given, why, failure)


def _completed(steps: Steps, given: Given, kind: Kind, done: Done) -> str | None:
    """Write a result; None where the try is no longer the latest, or its task was cancelled."""
    store = None
    if kind.store is not None:
        write = found(kind.store)

        def store(connection: psycopg.Connection[Any]) -> None:
            write(connection, given, done.output)

    return "completed" if steps.complete(given, done.output, done.figures, store) else None


def _waiting(steps: Steps, given: Given, asked: Wait) -> str | None:
    needs = [Need(task.id, must_succeed=False) for task in asked.tasks] if asked.needs is None else asked.needs
    parts = [_part_of(given, task) for task in asked.tasks]
    return "waiting" if steps.wait(given, parts, needs, asked.context, asked.figures) else None


def _part_of(given: Given, task: NewTask) -> NewTask:
    return replace(
        task,
        parent_id=task.parent_id or given.id,
        workflow_id=task.workflow_id or given.workflow_id,
        created_by=task.created_by or given.created_by,
    )
