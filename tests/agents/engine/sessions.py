"""Workers' connections that tests hold open in the middle of a step."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.types.json import Jsonb

from toolbox_cli.agents.engine.outcomes import Need, NewTask

if TYPE_CHECKING:
    from tests.agents.engine.conftest import Engine

AGAIN = Jsonb({"then": "retry", "base_s": 0, "cap_s": 0})
STOP = Jsonb({"then": "stop"})
FAILURE = Jsonb({"kind": "test", "message": "For the test."})
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = %s"


def new(*needs: NewTask, agent: str | None = "maker", **options: Any) -> NewTask:
    return NewTask("noop", "Task", {}, agent=agent, needs=tuple(Need(one.id) for one in needs), **options)


class Session:
    """One worker's connection, in a transaction that it ends itself."""

    def __init__(self, engine: "Engine") -> None:
        self.connection = engine.connect()

    def call(self, query: str, *values: Any) -> Any:
        row = self.connection.execute(query.encode(), values).fetchone()
        return row[0] if row else None

    def begin(self, task: UUID) -> Any:
        job = self.call("SELECT job_id FROM agent_tasks WHERE id = %s", task)
        return self.call("SELECT agent_task_begin(%s, %s, 'a worker')", task, job)

    def complete(self, task: UUID, attempt: int = 1) -> Any:
        return self.call("SELECT agent_task_complete(%s, %s, '{}', '{}')", task, attempt)

    def fail(self, task: UUID, attempt: int = 1, then: Jsonb = STOP, how: str = "failed") -> Any:
        return self.call("SELECT agent_task_fail(%s, %s, %s, %s, %s, '{}')", task, attempt, how, FAILURE, then)

    def commit(self) -> None:
        self.connection.commit()


@contextmanager
def meanwhile(engine: "Engine", session: Session, query: str, *values: Any) -> Iterator[list[Any]]:
    """Let a session call something that must wait for another, until the block is left; gives what came of it."""
    came: list[Any] = []
    thread = Thread(target=lambda: came.append(session.call(query, *values)))
    thread.start()
    pid = session.connection.info.backend_pid
    engine.wait_until(lambda: engine.database.execute(_WAITING, (pid,)) != [(0,)], "a session that waits")
    yield came
    thread.join(20)
    assert not thread.is_alive()


COMPLETE = "SELECT agent_task_complete(%s, 1, '{}', '{}')"


def begun(session: Session, *tasks: NewTask) -> None:
    for task in tasks:
        assert session.begin(task.id)
    session.commit()


WAIT = "SELECT agent_task_wait(%s, 1, %s, NULL, '{}')"


def need(task: NewTask) -> Jsonb:
    return Jsonb([{"id": str(task.id), "must_succeed": False}])
