"""A worker: takes jobs, begins tries of their tasks, has them computed, and writes what came of it."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from toolbox_cli.agents.engine.children import Children
from toolbox_cli.agents.engine.connecting import pool_of, way_to
from toolbox_cli.agents.engine.doing import Doing
from toolbox_cli.agents.engine.kinds import Kinds
from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.agents.engine.steps import Steps
from toolbox_cli.agents.engine.watching import Watch
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import MissingExtraError, RefusedError, ToolboxError

if TYPE_CHECKING:
    from procrastinate.job_context import JobContext
    from procrastinate.worker import Worker as QueueWorker


@dataclass(frozen=True)
class Order:
    """What a worker is to do.

    Attributes:
        concurrency: tasks at once, at least 1.
        agents: names of the agents whose tasks it does; None means all.
        drain: end when nothing is left to do.
        on_ended: is told of each try: what was given, and how it ended.
    """

    concurrency: int = 2
    agents: Sequence[str] | None = None
    drain: bool = False
    pace: Pace = field(default_factory=Pace)
    on_ended: Callable[[Any, str], None] | None = None


def name_of_worker() -> str:
    """Give machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True)
class Stop:
    """Stops a worker from another thread.

    Attributes:
        told: it takes no more.
        at_once: and what runs gets no time to end.
    """

    told: Event = field(default_factory=Event)
    at_once: Event = field(default_factory=Event)


def work(target: Target, kinds: Kinds, order: Order, *, signals: bool = True, stop: Stop | None = None) -> int:
    """Do tasks until told to stop, by a signal or otherwise; running ones get some time, then wait for another worker.

    Args:
        target: the database.
        kinds: what each type of task computes.
        order: what to do.
        signals: whether SIGTERM and SIGINT stop it; a second one stops it at once. Wants the main thread.
        stop: stops it, too.

    Returns:
        How many tries it has ended.

    Raises:
        MissingExtraError: the extra `agents` is not installed.
        UnreachableError: there is no way to the database.
        RefusedError: the database lacks what is needed, or there is no such agent.
    """
    way = way_to(target)
    try:
        from toolbox_cli.agents.engine import queue
    except ImportError:
        raise MissingExtraError("procrastinate", "agents") from None
    with pool_of(way, order.concurrency) as pool:
        steps = Steps(pool, way.schema, order.pace, kinds)
        agents = _keys(steps, order.agents)
        children = Children(order.concurrency)
        doing = Doing(steps, kinds, children, name_of_worker(), order.on_ended)
        running = _Running(steps, doing, order, agents)
        try:
            app = queue.app_of(way, running.take, steps.stopping)
            asyncio.run(running.run(app, listen=not way.pooled, signals=signals, stop=stop))
        finally:
            children.end()
    return doing.ended


def _keys(steps: Steps, names: Sequence[str] | None) -> list[UUID] | None:
    if names is None:
        return None

    def ask(connection: psycopg.Connection[Any]) -> dict[str, UUID]:
        with connection.transaction():
            steps.enter(connection)
            return dict(connection.execute("SELECT name, id FROM ai_agents WHERE name = ANY (%s)", (list(names),)))

    found = steps.patiently(ask)
    if missing := [name for name in names if name not in found]:
        raise RefusedError(f"There is no agent {missing[0]!r}.", remedy="See which there are: toolbox agents list")
    return list(found.values())


class _Running:
    """The event loop of a worker, and what beside it looks after the tries."""

    def __init__(self, steps: Steps, doing: Doing, order: Order, agents: list[UUID] | None) -> None:
        self.steps, self.doing, self.order, self.agents = steps, doing, order, agents
        self.watch = Watch(steps, doing, agents, drain=order.drain, on_drained=self.stop)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker: QueueWorker | None = None
        self._stopped_at: float | None = None

    def take(self, task: str, context: "JobContext") -> None:
        """Do the task of one job; runs in a thread of its own."""
        job = context.job
        if job.id is not None:
            self.doing.do(UUID(task), job.id, job.worker_id)
        self.watch.look()

    def stop(self) -> None:
        """Take no more jobs; from any thread. A second time also ends what runs."""
        grace_s = self.order.pace.grace_s
        if self._stopped_at is not None:
            self.doing.stop_all("shutdown")
            grace_s = 0
        self._stopped_at = self._stopped_at or monotonic()
        self.steps.give_up_at = monotonic() + grace_s
        self.steps.stopping.set()
        if self._loop is not None and self._worker is not None:
            with suppress(RuntimeError):  # the loop is over
                self._loop.call_soon_threadsafe(self._worker.stop)

    async def run(self, app: Any, *, listen: bool, signals: bool, stop: Stop | None) -> None:
        """Work until told to stop, and what runs then has ended."""
        from procrastinate.worker import Worker as QueueWorker

        loop = self._loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.order.concurrency + 2, "task"))
        pace = self.order.pace
        async with app.open_async():
            self._worker = QueueWorker(
                app, queues=None if self.agents is None else [str(key) for key in self.agents],
                concurrency=self.order.concurrency, listen_notify=listen, install_signal_handlers=False,
                fetch_job_polling_interval=5 if listen else pace.poll_s, abort_job_polling_interval=3600,
                update_heartbeat_interval=pace.heartbeat_s, stalled_worker_timeout=pace.stalled_s,
            )  # fmt: skip
            if signals:
                for number in (signal.SIGTERM, signal.SIGINT):
                    loop.add_signal_handler(number, self.stop)
            side = asyncio.create_task(self._alongside(stop))
            with self.watch.running():
                try:
                    await self._worker.run()  # type: ignore[no-untyped-call]
                finally:
                    side.cancel()
            if self._stopped_at is None:
                raise ToolboxError("The queue stopped by itself.", remedy="What it logged says why; start it again.")

    async def _alongside(self, stop: Stop | None) -> None:
        """Show that the loop goes on; stop when told to; end what still runs when the grace is over."""
        while True:
            self.watch.ticked_at = monotonic()
            if stop is not None and stop.told.is_set() and self._stopped_at is None:
                self.stop()
            hurried = stop is not None and stop.at_once.is_set()
            if self._stopped_at is not None and (hurried or monotonic() >= self._stopped_at + self.order.pace.grace_s):
                self.doing.stop_all("shutdown")
            await asyncio.sleep(0.1)
