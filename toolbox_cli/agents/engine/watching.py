"""What a worker looks after beside its tasks: heartbeats, cancellations, lost tasks, whether anything is left to do."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Final
from uuid import UUID

import psycopg

from toolbox_cli.agents.engine.doing import Doing
from toolbox_cli.agents.engine.steps import Steps

log = logging.getLogger(__name__)

HUNG: Final = 70
"""Exit status of a worker that did not go on."""


class Watch:
    """A thread of a worker.

    Attributes:
        ticked_at: when the worker's event loop went on last.
    """

    def __init__(
        self, steps: Steps, doing: Doing, agents: list[UUID] | None, *, drain: bool, on_drained: Callable[[], None]
    ) -> None:
        self.steps, self.doing, self.agents, self.drain, self.on_drained = steps, doing, agents, drain, on_drained
        self.ticked_at = monotonic()
        self._look, self._over = Event(), Event()
        self._beaten_at = self._rescued_at = -1e9

    def look(self) -> None:
        """Look at once: a try has ended."""
        if self.drain:
            self._look.set()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch until the block is left."""
        watch, guard = Thread(target=self._watch, name="watch"), Thread(target=self._guard, name="guard", daemon=True)
        watch.start()
        guard.start()
        try:
            yield
        finally:
            self._over.set()
            self._look.set()
            watch.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            try:
                self._round()
            except psycopg.Error as error:
                log.warning("the database does not answer: %s", error)
            except Exception:
                log.exception("watching")
            pace = self.steps.pace
            self._look.wait(min(pace.watch_s, pace.heartbeat_s, pace.rescue_s))
            self._look.clear()

    def _round(self) -> None:
        pace, now = self.steps.pace, monotonic()
        tries = self.doing.tries()
        if now >= self._beaten_at + pace.heartbeat_s:
            self._beaten_at = now
            self._beat({trial.worker_id for trial in tries.values() if trial.worker_id is not None})
        if tries:
            for one, why in self.steps.stopped(tries.keys()).items():
                tries[one].stop(why)
        if now >= self._rescued_at + pace.rescue_s and not self.steps.stopping.is_set():
            self._rescued_at = now
            for task, became in self.steps.rescue().items():
                log.warning("task %s was lost with its worker: %s", task, became)
        if self.drain and not self.doing.tries() and self.steps.idle(self.agents):
            self.on_drained()
            self.drain = False

    def _beat(self, workers: set[int]) -> None:
        """Say that we are alive, also while the queue waits for tasks to end and no longer says so itself."""
        if workers:
            self.steps.beat(workers)

    def _guard(self) -> None:
        """End a process whose event loop hangs: its supervisor starts another, and its tasks are rescued."""
        while not self._over.wait(min(1.0, self.steps.pace.hung_s / 4)):
            if monotonic() > self.ticked_at + self.steps.pace.hung_s:
                log.critical("the worker has not gone on for %s seconds", self.steps.pace.hung_s)
                os._exit(HUNG)
