"""procrastinate as we use it: one function, jobs that go with their task's step, a database that may go away."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Event
from typing import Any, Final, TypeVar

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg_pool import AsyncConnectionPool

from toolbox_cli.agents.engine.connecting import SIGHT, Way
from toolbox_cli.agents.engine.steps import BEAT

TASK: Final = "agents.run"
"""The one function that jobs call."""

LONGEST_WAIT_S: Final = 2.0

Answer = TypeVar("Answer")
Work = Callable[[str, JobContext], None]


class Jobs(JobManager):
    """The queue's side of a worker.

    A step of a task removes its job in its own transaction, so that both are there or neither: there is nothing left
    to finish. While the database is gone the queue waits, until the worker is told to stop.
    """

    def __init__(self, connector: Any, stopping: Event) -> None:
        super().__init__(connector)
        self._stopping = stopping

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """Let go of a job; of one whose step went wrong the task is found to be lost."""
        if status is not Status.SUCCEEDED:
            with suppress(ConnectorException):
                await super().finish_job(job, Status.FAILED, delete_job=True)

    async def fetch_job(self, queues: Any, worker_id: int) -> Job | None:
        """Take the next job; none where the worker stops."""
        return await self._patiently(lambda: super(Jobs, self).fetch_job(queues, worker_id), None)

    async def update_heartbeat(self, worker_id: int) -> None:
        """Say that a worker is alive; the queue's own call would not bring back one that others took off the list."""
        await self._patiently(lambda: self.connector.execute_query_async(BEAT, workers=[worker_id]), None)

    async def listen_for_jobs(self, *, on_notification: Any, queues: Any = None) -> None:
        await self._patiently(
            lambda: super(Jobs, self).listen_for_jobs(on_notification=on_notification, queues=queues), None
        )

    async def unregister_worker(self, worker_id: int) -> None:
        try:
            await super().unregister_worker(worker_id)
        except ConnectorException:
            return  # its last heartbeat is soon too old

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]], otherwise: Answer) -> Answer:
        wait_s = 0.05
        while True:
            try:
                return await ask()
            except ConnectorException:
                if self._stopping.is_set():
                    return otherwise
                await asyncio.sleep(wait_s)
                wait_s = min(LONGEST_WAIT_S, wait_s * 2)


def app_of(way: Way, work: Work, stopping: Event) -> App:
    """Make procrastinate's side of a worker; `work` is called in threads of its own."""

    async def configure(connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.set_autocommit(True)
        if not way.pooled:
            await connection.execute(SIGHT)

    # A step that fails on a connection that broke is tried again on another, so none is asked beforehand.
    connector = PsycopgConnector(
        conninfo=way.conninfo, kwargs=way.kept, configure=configure, min_size=1, max_size=3, timeout=10,
        pool_factory=_unchecked,
    )  # fmt: skip
    app = App(connector=connector)
    app.job_manager = Jobs(connector, stopping)

    def run(context: JobContext, task: str) -> None:
        work(task, context)

    app.task(name=TASK, pass_context=True)(run)
    return app


def _unchecked(**options: Any) -> AsyncConnectionPool:
    return AsyncConnectionPool(**{**options, "check": None})
