"""The steps of tasks, as the database's functions take them: one round trip and one commit each."""

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from math import inf
from threading import Event
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from toolbox_cli.agents.engine.keeping import fit
from toolbox_cli.agents.engine.kinds import Kinds
from toolbox_cli.agents.engine.outcomes import Failed, Given, Json, Need, NewTask, Progress
from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.core.database.names import quote
from toolbox_cli.core.settings import RECORDS

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[Any]
Answer = TypeVar("Answer")

LONGEST_WAIT_S: Final = 2.0
"""Between two looks whether a database that was gone is back."""

BEAT: Final = (
    f"INSERT INTO {RECORDS}.procrastinate_workers (id) OVERRIDING SYSTEM VALUE SELECT unnest(%(workers)s::bigint[])"
    " ON CONFLICT (id) DO UPDATE SET last_heartbeat = now()"
)
"""Says that workers are alive; one that was silent for long, and taken off the list by others, is on it again."""

_TOO_MUCH: Final = "54"
"""Class of errors that say that something is too large or complex: it will be so again."""


class Steps:
    """Every call that a worker makes.

    Args:
        pool: of connections in autocommit.
        schema: of the platform, unquoted.
        pace: how often, and how long.
        kinds: decides the agents of tasks that others make.

    Attributes:
        stopping: the worker is told to stop.
        give_up_at: after that no step is tried again, by the monotonic clock.
    """

    def __init__(self, pool: "ConnectionPool[Connection]", schema: str, pace: Pace, kinds: Kinds) -> None:
        self.pool, self.schema, self.pace, self.kinds = pool, schema, pace, kinds
        self.stopping = Event()
        self.give_up_at = inf

    def take(self, task: UUID, worker: int) -> int | None:
        """Take a task's job, whatever stands before it; None where it does not wait for a worker, or has no place."""
        job: int | None = self._call("agent_task_take", task, worker)
        return job

    def begin(self, task: UUID, job: int, worker: str) -> Given | None:
        """Begin a try; None where the job is no longer the task's, and gone."""
        row = self._call("agent_task_begin", task, job, worker)
        return None if row is None else Given.read(row)

    def complete(
        self, given: Given, output: Json, figures: Json, store: Callable[[Connection], None] | None = None
    ) -> bool:
        """End a try with a result; False where it is no longer the latest, or was cancelled: nothing was written.

        Args:
            given: the try.
            output: the result.
            figures: of the try.
            store: writes rows in the same transaction; called only where the try still counts.
        """

        def work(connection: Connection) -> bool:
            values = (given.id, given.attempt, Jsonb(output), Jsonb(figures))
            if store is None:
                return bool(self._ask(connection, "agent_task_complete", values))
            with connection.transaction():
                held = self._hold(connection, given)
                if held:
                    store(connection)
                return held and bool(self._ask(connection, "agent_task_complete", values))

        return self.patiently(work)

    def fail(self, given: Given, how: str, failure: Failed, then: str | None = None) -> str | None:
        """End a try without a result.

        Args:
            given: the try.
            how: failed, timed_out, cancelled or lost.
            failure: why.
            then: `again` at once and uncounted, `stop`, or `retry`; None means what the failure says.

        Returns:
            pending, failed, dead_letter or cancelled; None where the try is no longer the latest.
        """
        policy = {**self.policy, "then": then or ("retry" if failure.retryable else "stop")}
        document, figures = Jsonb(fit(failure.document)), Jsonb(fit(failure.figures))
        found: str | None = self._call(
            "agent_task_fail", given.id, given.attempt, how, document, Jsonb(policy), figures
        )
        return found

    def wait(
        self, given: Given, tasks: Sequence[NewTask], needs: Iterable[Need], context: Json | None, figures: Json
    ) -> bool:
        """End a try that goes on when others have ended; False where it is no longer the latest, or was cancelled."""
        asked = Jsonb([{"id": str(need.id), "must_succeed": need.must_succeed} for need in needs])
        known = None if context is None else Jsonb(context)
        values = (given.id, given.attempt, asked, known, Jsonb(figures))

        def work(connection: Connection) -> bool:
            with connection.transaction():
                if not self._hold(connection, given):
                    return False
                submit(connection, tasks, self.kinds)
                return bool(self._ask(connection, "agent_task_wait", values))

        return self.patiently(work)

    def progress(self, given: Given, progress: Progress) -> bool:
        """Write how far a try is; False where it is no longer the latest."""
        results = None if progress.results is None else Jsonb(progress.results)
        return bool(self._call("agent_task_progress", given.id, given.attempt, progress.percent, results))

    def stopped(self, tries: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
        """Say which of some tries (task and number) are to end, and why: cancelled, or lost to another."""
        query = sql.SQL(
            "SELECT id, attempt, status, cancel_requested_at IS NOT NULL FROM {} WHERE id = ANY (%s)"
        ).format(sql.Identifier(self.schema, "agent_tasks"))
        tasks = [task for task, _ in tries]
        found = self.patiently(lambda connection: connection.execute(query, (tasks,)).fetchall())
        runs = {(task, attempt): cancelled for task, attempt, status, cancelled in found if status == "running"}
        return {one: "cancelled" if one in runs else "lost" for one in tries if runs.get(one) is not False}

    def beat(self, workers: Collection[int]) -> None:
        """Say that workers are alive."""
        self.patiently(lambda connection: connection.execute(BEAT.encode(), {"workers": list(workers)}))

    def rescue(self) -> dict[UUID, str]:
        """Take lost tasks from workers that are gone, and queue what is due; gives what became of the lost ones."""
        limits = (self.pace.stalled_s, self.pace.overdue_s)
        lost = sql.SQL("SELECT task_id, attempt, job_id FROM {}(%s, %s)").format(
            sql.Identifier(self.schema, "agent_tasks_lost")
        )
        rescued: dict[UUID, str] = {}
        for task, attempt, job in self.patiently(lambda found: found.execute(lost, limits).fetchall()):
            became = self._call("agent_task_recover", task, attempt, job, *limits, Jsonb(self.policy))
            if became is not None:
                rescued[task] = became
        self.admit()
        return rescued

    def admit(self) -> int:
        """Queue tasks that are due and have a place."""
        query = sql.SQL(
            "SELECT {}(ARRAY(SELECT DISTINCT agent_id FROM {} WHERE status = 'pending' AND job_id IS NULL"
            " AND (run_after IS NULL OR run_after <= clock_timestamp())))"
        ).format(sql.Identifier(self.schema, "agent_tasks_admit"), sql.Identifier(self.schema, "agent_tasks"))
        row = self.patiently(lambda connection: connection.execute(query).fetchone())
        return int(row[0]) if row else 0

    def idle(self, agents: Sequence[UUID] | None) -> bool:
        """Say whether no task of these agents, or of any, runs or waits for its turn, or for its next try."""
        query = sql.SQL(
            "SELECT NOT EXISTS (SELECT FROM {0} WHERE job_id IS NOT NULL AND (%(any)s OR agent_id = ANY (%(agents)s)))"
            " AND NOT EXISTS (SELECT FROM {0} WHERE status = 'pending' AND job_id IS NULL"
            " AND (attempt > 0 OR run_after IS NULL OR run_after <= now())"
            " AND (%(any)s OR agent_id = ANY (%(agents)s)))"
        ).format(sql.Identifier(self.schema, "agent_tasks"))
        values = {"any": agents is None, "agents": list(agents or ())}
        row = self.patiently(lambda connection: connection.execute(query, values).fetchone())
        return bool(row and row[0])

    @property
    def policy(self) -> dict[str, Any]:
        """When to try again."""
        return {"then": "retry", "base_s": self.pace.retry_base_s, "cap_s": self.pace.retry_cap_s}

    def patiently(self, work: Callable[[Connection], Answer]) -> Answer:
        """Do something on a connection; again after a deadlock, or when a database that was gone is back."""
        patient_until, wait_s = monotonic() + self.pace.patience_s, 0.05
        while True:
            try:
                with self.pool.connection() as connection:
                    return work(connection)
            except Exception as error:
                if not passes(error) or monotonic() >= min(patient_until, self.give_up_at):
                    raise
                sleep(wait_s * random.random())  # noqa: S311  no secret: two that collided part ways
                wait_s = min(LONGEST_WAIT_S, wait_s * 2)

    def enter(self, connection: Connection) -> None:
        """Let names without a schema mean the platform's, for one transaction."""
        connection.execute("SELECT set_config('search_path', %s, true)", (quote(self.schema),))

    def _hold(self, connection: Connection, given: Given) -> bool:
        """Take hold of a try's task, before anything else; False where the try no longer counts.

        Effects: for the transaction, names without a schema mean the platform's.
        """
        self.enter(connection)
        held = connection.execute(
            "SELECT FROM agent_tasks WHERE id = %s AND attempt = %s AND status = 'running'"
            " AND cancel_requested_at IS NULL FOR NO KEY UPDATE",
            (given.id, given.attempt),
        )
        return held.rowcount == 1

    def _call(self, name: str, *values: object) -> Any:
        return self.patiently(lambda connection: self._ask(connection, name, values))

    def _ask(self, connection: Connection, name: str, values: Sequence[object]) -> Any:
        marks = sql.SQL(", ").join([sql.Placeholder()] * len(values))
        query = sql.SQL("SELECT {}({})").format(sql.Identifier(self.schema, name), marks)
        row = connection.execute(query, values).fetchone()
        return row[0] if row else None


def passes(error: Exception) -> bool:
    """Say whether an error is one of the moment: the database is gone, or others are in the way."""
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return not (error.sqlstate or "").startswith(_TOO_MUCH)
