"""A database with agents, tasks for them, and workers as real processes."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.agents.engine.kinds import KINDS
from tests.agents.engine.sessions import Session
from tests.support.commands import ROOT
from tests.support.servers import Database
from toolbox_cli.agents.engine.outcomes import NewTask
from toolbox_cli.agents.engine.submitting import submit

QUICK: Final = {
    "heartbeat_s": 0.2, "stalled_s": 1.0, "rescue_s": 0.1, "watch_s": 0.05, "poll_s": 0.05, "progress_s": 0.0,
    "retry_base_s": 0.01, "retry_cap_s": 0.05, "grace_s": 0.2, "patience_s": 30.0,
}  # fmt: skip
"""So that nothing takes longer than a test may."""

PATIENCE_S: Final = 40.0


class Engine:
    """A database with agents, as the tests use it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.processes: list[subprocess.Popen[str]] = []

    def agent(self, name: str, most: int | None = None, *, timeout_s: int = 60, retries: int = 3) -> UUID:
        """Register an agent."""
        ((key,),) = self.database.execute(
            "INSERT INTO toolboxai.ai_agents (name, agent_type, version, model_config, max_concurrent_tasks,"
            " timeout_seconds, retry_count) VALUES (%s, 'content', '1', '{}', %s, %s, %s) RETURNING id",
            (name, most, timeout_s, retries),
        )
        return UUID(str(key))

    def submit(self, *tasks: NewTask) -> list[UUID]:
        """Submit tasks, and give their keys."""
        with self.connect() as connection:
            submit(connection, tasks, KINDS)
        return [task.id for task in tasks]

    def connect(self) -> psycopg.Connection[Any]:
        """Open a connection as commands do: in a transaction, with the platform's names."""
        return psycopg.connect(self.database.conninfo, options="-csearch_path=toolboxai")

    def start(self, database: Database | None = None, **options: Any) -> subprocess.Popen[str]:
        """Start a worker; its pace is quick unless told otherwise."""
        options["pace"] = {**QUICK, **options.pop("pace", {})}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.agents.engine.working", (database or self.database).url, json.dumps(options)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def drain(self, **options: Any) -> None:
        """Let a worker do all there is to do."""
        process = self.start(drain=True, **options)
        _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, said

    def status(self, *tasks: UUID) -> list[str]:
        """Give the statuses of tasks, in their order."""
        found = dict(self.rows("SELECT id, status FROM agent_tasks WHERE id = ANY (%s)", (list(tasks),)))
        return [found[task] for task in tasks]

    def task(self, task: UUID, *columns: str) -> Any:
        """Give columns of one task; of one column its value."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        with self.connect() as connection:
            query = sql.SQL("SELECT {} FROM agent_tasks WHERE id = %s").format(names)
            row = connection.execute(query, (task,)).fetchone()
        assert row is not None
        return row if len(columns) > 1 else row[0]

    def tries(self, task: UUID) -> list[str | None]:
        """Give how the tries of a task ended, in their order."""
        return [how for (how,) in self.rows(
            "SELECT outcome FROM agent_task_attempts WHERE task_id = %s ORDER BY attempt", (task,))]  # fmt: skip

    def rows(self, query: str, values: Any = None) -> list[Any]:
        """Ask for rows, with the platform's names."""
        with self.connect() as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def wait_until(self, holds: Callable[[], object], what: str, within_s: float = PATIENCE_S) -> None:
        """Come back once something holds; ask the database to wait in between."""
        limit = monotonic() + within_s
        with self.database.connect() as connection:
            while not holds():
                assert monotonic() < limit, f"{what} did not come about"
                for process in self.processes:
                    assert process.poll() in {None, 0, -9, -15}, process.communicate()[1]
                connection.execute("SELECT pg_sleep(0.02)")

    def end(self) -> None:
        """End every worker that is left."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def jobs(self) -> int:
        """Count what stands in the queue."""
        return int(self.database.execute("SELECT count(*) FROM toolbox.procrastinate_jobs")[0][0])


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = Engine(database)
    yield made
    made.end()


@pytest.fixture
def sessions(engine: Engine) -> Iterator[tuple[Session, Session]]:
    made = Session(engine), Session(engine)
    yield made
    for one in made:
        one.connection.close()
