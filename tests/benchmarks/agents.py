"""Tasks of agents that do nothing, submitted and finished, against procrastinate alone: `make bench ARGS=agents`.

Both run in turn on one server, with as many worker processes and as many jobs at once in each; the workers are started
beforehand and idle. procrastinate is used as its documentation shows it, with a function that does nothing in a thread;
our tasks are computed in processes of their own, and each leaves its record and its history.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from rich.console import Console
from rich.table import Table

from tests.agents.engine.kinds import KINDS
from tests.benchmarks.databases import Databases, running
from toolbox_cli.agents.engine.outcomes import NewTask
from toolbox_cli.agents.engine.submitting import submit

AIM: Final = 2.0
"""What our bookkeeping may cost at most, as a multiple of procrastinate alone."""

OURS, LIMITED, BARE = "toolbox agents", "toolbox agents, at most 8 at once", "procrastinate alone"

LISTENING: Final = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


@dataclass(frozen=True)
class Way:
    """One way to have work done.

    Attributes:
        command: of a worker.
        submit: takes so many pieces of work.
        left: asks whether any of it is left.
        done: counts what was finished.
    """

    name: str
    command: Sequence[str]
    submit: Callable[[psycopg.Connection[Any], int], None]
    left: str
    done: str
    submit_s: list[float] = field(default_factory=list)
    total_s: dict[int, list[float]] = field(default_factory=dict)


def ways(url: str, concurrency: int) -> list[Way]:
    """Give the ways; the limit of the one is never reached for want of work, but looked at with each task."""
    options = json.dumps({"concurrency": concurrency})
    ours = [sys.executable, "-m", "tests.agents.engine.working", url, options]
    bare = [sys.executable, "-m", "tests.benchmarks.agents", "worker", url, str(concurrency)]
    left = "SELECT EXISTS (SELECT FROM toolboxai.agent_tasks WHERE status IN ('pending', 'running'))"
    done = "SELECT count(*) FROM toolboxai.agent_task_attempts WHERE outcome = 'completed'"
    return [
        Way(BARE, bare, lambda connection, number: deferred(url, number),
            "SELECT EXISTS (SELECT FROM toolbox.procrastinate_jobs WHERE status IN ('todo', 'doing'))",
            "SELECT count(*) FROM toolbox.procrastinate_jobs WHERE status = 'succeeded'"),
        Way(OURS, ours, lambda connection, number: submitted(connection, "free", number), left, done),
        Way(LIMITED, ours, lambda connection, number: submitted(connection, "limited", number), left, done),
    ]  # fmt: skip


def submitted(connection: psycopg.Connection[Any], agent: str, number: int) -> None:
    connection.execute("SET search_path TO toolboxai")
    with connection.transaction():
        submit(connection, [NewTask("noop", "Nothing", {}, agent=agent) for _ in range(number)], KINDS)


def app_of(connector: Any) -> App:
    app = App(connector=connector)

    @app.task(name="noop")
    def noop(number: int) -> None:
        return None

    return app


def options_of(url: str) -> dict[str, Any]:
    return {"conninfo": url, "kwargs": {"options": "-csearch_path=toolbox"}}


def deferred(url: str, number: int) -> None:
    app = app_of(SyncPsycopgConnector(**options_of(url)))
    with app.open():
        app.tasks["noop"].batch_defer(*({"number": n} for n in range(number)))


def bare_worker(url: str, concurrency: int) -> None:
    app = app_of(PsycopgConnector(**options_of(url)))
    with app.open():
        app.run_worker(concurrency=concurrency)


@contextmanager
def workers(way: Way, number: int, connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Have workers that are ready for work."""
    processes = [subprocess.Popen(way.command, stderr=subprocess.DEVNULL) for _ in range(number)]
    try:
        while connection.execute(LISTENING.encode()).fetchone() != (number,):
            connection.execute("SELECT pg_sleep(0.02)")
        connection.execute("SELECT pg_sleep(1)")
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def measured(way: Way, url: str, tasks: int, number: int) -> None:
    """Time one run: submitting apart, and until the last is finished."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM toolboxai.agent_tasks; DELETE FROM toolbox.procrastinate_jobs")
        connection.execute("VACUUM ANALYZE")
        with workers(way, number, connection):
            started = perf_counter()
            way.submit(connection, tasks)
            way.submit_s.append(perf_counter() - started)
            while connection.execute(way.left.encode()).fetchone() != (False,):
                connection.execute("SELECT pg_sleep(0.01)")
            way.total_s.setdefault(number, []).append(perf_counter() - started)
        if connection.execute(way.done.encode()).fetchone() != (tasks,):
            raise SystemExit(f"{way.name} did not do all of its work.")


def prepared(databases: Databases) -> str:
    url = databases.address(databases.migrated())
    with psycopg.connect(url) as connection:
        for name, most in (("free", None), ("limited", 8)):
            connection.execute(
                "INSERT INTO toolboxai.ai_agents (name, agent_type, version, model_config, max_concurrent_tasks)"
                " VALUES (%s, 'content', '1', '{}', %s)",
                (name, most),
            )
    return url


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=agents")
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=4, help="worker processes")
    asked = parser.parse_args(sys.argv[2:])
    with running() as databases:
        url = prepared(databases)
        found = ways(url, asked.concurrency)
        for _ in range(asked.rounds):
            for number in (1, 2, 4)[: asked.most // 2 + 1]:
                for way in found:
                    measured(way, url, asked.tasks, number)
        _print(found, asked.tasks, asked.concurrency)


def _print(found: Sequence[Way], tasks: int, concurrency: int) -> None:
    title = f"{tasks:,} tasks that do nothing, {concurrency} at once in each worker; medians"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in ("workers", "way", "s", "tasks/s", "of which submitting, s", "to procrastinate", "aim"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    bare = found[0]
    for number in bare.total_s:
        for way in found:
            seconds = statistics.median(way.total_s[number])
            ratio = seconds / statistics.median(bare.total_s[number])
            table.add_row(
                str(number), way.name, f"{seconds:.2f}", f"{tasks / seconds:,.0f}",
                f"{statistics.median(way.submit_s):.2f}", f"{ratio:.2f}", f"≤ {AIM:g}" if way.name == OURS else "",
            )  # fmt: skip
    Console(width=140).print(table)


if __name__ == "__main__" and sys.argv[1:2] == ["worker"]:
    bare_worker(sys.argv[2], int(sys.argv[3]))
