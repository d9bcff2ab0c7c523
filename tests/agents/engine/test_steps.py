"""The steps of tasks in the database itself: what two sessions that do them at once come to."""

from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.agents.engine.conftest import Engine
from tests.agents.engine.sessions import AGAIN, COMPLETE, WAIT, Session, begun, meanwhile, need, new
from toolbox_cli.agents.engine.outcomes import Need, NewTask
from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.agents.engine.steps import Steps, passes
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.core.errors import InputError, RefusedError


def test_of_two_needs_that_end_at_once_the_later_lets_the_task_go_on(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker")
    engine.submit(one := new(), other := new(), after := new(one, other))
    first, second = sessions
    begun(first, one, other)
    assert first.complete(one.id)
    with meanwhile(engine, second, COMPLETE, other.id) as came:
        assert engine.status(after.id) == ["waiting"]
        first.commit()
    second.commit()
    assert came == [True]
    assert engine.status(after.id) == ["pending"]
    assert engine.task(after.id, "job_id") is not None


def test_two_sessions_never_give_one_place_twice(engine: Engine, sessions: tuple[Session, Session]) -> None:
    engine.agent("maker", 2)
    tasks = [new() for _ in range(5)]
    engine.submit(*tasks)
    held = engine.rows("SELECT id FROM agent_tasks WHERE job_id IS NOT NULL")
    assert len(held) == 2
    first, second = sessions
    for (task,) in held:
        assert first.begin(task)
    first.commit()
    first.complete(held[0][0])
    with meanwhile(engine, second, COMPLETE, held[1][0]):
        first.commit()
    second.commit()
    now = engine.rows("SELECT id, status FROM agent_tasks WHERE job_id IS NOT NULL")
    assert [status for _, status in now] == ["pending"] * 2
    assert {task for task, _ in now}.isdisjoint(task for (task,) in held)


def test_places_go_by_priority_and_a_lower_limit_holds_at_once(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker", 1)
    engine.submit(first := new(), low := new(priority=2), high := new(priority=9))
    session = sessions[0]
    assert engine.task(high.id, "job_id") is not None
    begun(session, high)
    session.complete(high.id)
    session.commit()
    assert engine.task(first.id, "job_id") is not None
    begun(session, first)
    engine.rows("UPDATE ai_agents SET max_concurrent_tasks = 3")
    engine.submit(later := new())
    assert engine.task(low.id, "job_id") is not None
    assert engine.task(later.id, "job_id") is not None


def test_the_result_of_an_earlier_try_is_not_written(engine: Engine, sessions: tuple[Session, Session]) -> None:
    engine.agent("maker")
    engine.submit(task := new())
    first, second = sessions
    begun(first, task)
    assert second.fail(task.id, then=AGAIN, how="lost") == "pending"
    second.commit()
    assert first.begin(task.id)["attempt"] == 2
    first.commit()
    for late in (second.complete(task.id), second.fail(task.id)):
        assert not late
    assert second.call("SELECT agent_task_progress(%s, 1, 50, '{}')", task.id) is False
    assert first.complete(task.id, 2)
    first.commit()
    assert engine.tries(task.id) == ["lost", "completed"]


def test_a_result_and_its_rescue_at_once_leave_one_of_them(engine: Engine, sessions: tuple[Session, Session]) -> None:
    engine.agent("maker")
    engine.submit(task := new())
    first, second = sessions
    begun(first, task)
    job = engine.task(task.id, "job_id")
    first.complete(task.id)
    rescue = "SELECT agent_task_recover(%s, 1, %s, 0, 0, %s)"
    assert second.call(rescue, task.id, job, AGAIN) is None  # does not wait for whoever has the task
    first.commit()
    assert second.call(rescue, task.id, job, AGAIN) is None
    second.commit()
    assert (engine.status(task.id), engine.tries(task.id)) == (["completed"], ["completed"])


def test_a_need_that_ends_while_the_waiter_begins_to_wait_is_not_missed(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker")
    engine.submit(whole := new(), part := new())
    first, second = sessions
    begun(first, whole, part)
    first.complete(part.id)
    with meanwhile(engine, second, WAIT, whole.id, need(part)) as came:
        first.commit()
    second.commit()
    assert came == [True]
    assert engine.status(whole.id) == ["pending"]
    assert engine.task(whole.id, "job_id") is not None


def test_the_database_clock_may_go_back(engine: Engine, sessions: tuple[Session, Session]) -> None:
    engine.agent("maker", retries=0)
    engine.submit(*(tasks := [new() for _ in range(3)]))
    engine.submit(after := new(tasks[1]))
    session = sessions[0]
    begun(session, *tasks)
    engine.rows("UPDATE agent_tasks SET started_at = now() + interval '1 hour'")
    engine.rows("ALTER TABLE agent_task_attempts DISABLE TRIGGER ended_stays")
    engine.rows("UPDATE agent_task_attempts SET started_at = now() + interval '1 hour'")
    assert session.complete(tasks[0].id)
    assert session.fail(tasks[1].id) == "failed"
    assert session.fail(tasks[2].id, then=Jsonb({"then": "again"}), how="lost") == "pending"
    assert session.call("SELECT agent_tasks_cancel(%s, 'No.')", [tasks[2].id]) == [tasks[2].id]
    session.commit()
    assert engine.status(*(task.id for task in tasks), after.id) == ["completed", "failed", "cancelled", "cancelled"]
    assert engine.rows("SELECT count(*) FROM agent_task_attempts WHERE ended_at = started_at") == [(3,)]


def test_retries_wait_at_random_and_at_most_so_long_and_are_used_up(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker", retries=3)
    engine.submit(task := new())
    session = sessions[0]
    later = Jsonb({"then": "retry", "base_s": 100, "cap_s": 150})
    waits = []
    for attempt in (1, 2, 3):
        begun(session, task)
        assert session.fail(task.id, attempt, later) == "pending"
        session.commit()
        ((wait_s,),) = engine.rows(
            "SELECT extract(epoch FROM run_after - ended_at)::float FROM agent_tasks AS t JOIN agent_task_attempts AS h"
            " ON h.task_id = t.id AND h.attempt = t.attempt"
        )
        waits.append(wait_s)
        assert engine.jobs() == 0
        engine.rows("UPDATE agent_tasks SET run_after = now()")
        engine.rows("SELECT agent_tasks_admit(ARRAY(SELECT id FROM ai_agents))")
    assert len(set(waits)) == 3
    assert all(0 <= wait_s <= most for wait_s, most in zip(waits, (100, 150, 150), strict=True))
    begun(session, task)
    assert session.fail(task.id, 4, later) == "dead_letter"


def test_tasks_may_need_older_ones_and_one_that_failed_before_cancels_at_once(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker")
    engine.submit(well := new(), badly := new())
    session = sessions[0]
    begun(session, well, badly)
    session.complete(well.id)
    session.fail(badly.id)
    session.commit()
    any_end = NewTask("noop", "Task", {}, agent="maker", needs=(Need(badly.id, must_succeed=False),))
    engine.submit(one := new(well), other := new(badly), any_end)
    assert engine.status(one.id, other.id, any_end.id) == ["pending", "cancelled", "pending"]


@pytest.mark.parametrize("rolled_back", [True, False])
def test_tasks_and_jobs_come_together_or_not_at_all(engine: Engine, rolled_back: bool) -> None:
    engine.agent("maker")
    with engine.connect() as connection:
        submit(connection, [new() for _ in range(3)])
        if rolled_back:
            connection.rollback()
    assert engine.jobs() == (0 if rolled_back else 3)
    assert engine.rows("SELECT count(*) FROM agent_tasks") == [(0 if rolled_back else 3,)]


def test_what_can_never_run_is_refused(engine: Engine) -> None:
    engine.agent("maker")
    engine.agent("off")
    engine.rows("UPDATE ai_agents SET is_active = false WHERE name = 'off'")
    one = new()
    circle = NewTask("noop", "Task", {}, needs=(Need(one.id),))
    one = NewTask("noop", "Task", {}, id=one.id, needs=(Need(circle.id),))
    for tasks, error, told in (
        ([one, circle], InputError, "in a circle"),
        ([NewTask("noop", "Task", {}, needs=(Need(uuid4()),))], InputError, "no task .* to wait for"),
        ([new(agent="nobody")], RefusedError, "no agent 'nobody'"),
        ([new(agent="off")], RefusedError, "is disabled"),
        ([NewTask("noop", "Task", {"text": "\0"})], InputError, "character 0"),
    ):
        with pytest.raises(error, match=told):
            engine.submit(*tasks)
    assert engine.rows("SELECT FROM agent_tasks") == []


LOST = [
    ("UPDATE toolbox.procrastinate_workers SET last_heartbeat = now() - interval '1 hour'", "its worker is silent"),
    ("DELETE FROM toolbox.procrastinate_workers", "its worker is gone"),
    ("DELETE FROM toolbox.procrastinate_jobs", "its job is gone"),
    ("UPDATE toolboxai.agent_tasks SET started_at = now() - interval '1 hour' WHERE status = 'running'", "overdue"),
]


@pytest.mark.parametrize(("how", "what"), LOST, ids=[what for _, what in LOST])
def test_lost_tasks_are_found(engine: Engine, sessions: tuple[Session, Session], how: str, what: str) -> None:
    engine.agent("maker")
    engine.submit(task := new())
    session = sessions[0]
    worker = session.call("INSERT INTO toolbox.procrastinate_workers DEFAULT VALUES RETURNING id")
    job = session.call("SELECT agent_task_take(%s, %s)", task.id, worker)
    assert session.begin(task.id)
    session.commit()
    lost = "SELECT count(*) FROM agent_tasks_lost(30, 60)"
    assert engine.rows(lost) == [(0,)]
    engine.database.execute(how)
    assert engine.rows(lost) == [(1,)]
    assert session.call("SELECT agent_task_recover(%s, 1, %s, 30, 60, %s)", task.id, job, AGAIN) == "pending"
    session.commit()
    assert engine.tries(task.id) == ["lost"]
    assert (engine.jobs(), engine.task(task.id, "retry_count")) == (1, 1)
    assert engine.task(task.id, "job_id") != job


def test_what_may_take_as_long_as_it_likes_is_never_overdue(engine: Engine, sessions: tuple[Session, Session]) -> None:
    engine.agent("maker", timeout_s=0)
    engine.submit(task := new())
    session = sessions[0]
    worker = session.call("INSERT INTO toolbox.procrastinate_workers DEFAULT VALUES RETURNING id")
    session.call("SELECT agent_task_take(%s, %s)", task.id, worker)
    begun(session, task)
    engine.rows("UPDATE agent_tasks SET started_at = now() - interval '1 year'")
    assert engine.rows("SELECT count(*) FROM agent_tasks_lost(30, 60)") == [(0,)]


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (psycopg.errors.ProgramLimitExceeded, False),
        (psycopg.errors.StatementTooComplex, False),
        (psycopg.errors.DataError, False),
        (psycopg.errors.DeadlockDetected, True),
        (psycopg.errors.AdminShutdown, True),
        (psycopg.OperationalError, True),
    ],
)
def test_only_what_may_go_better_is_tried_again(error: type[psycopg.Error], again: bool) -> None:
    assert passes(error()) is again


class GoneDatabase:
    def connection(self) -> None:
        raise psycopg.OperationalError("gone")


def test_a_worker_that_is_told_to_stop_does_not_wait_for_a_database_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = Steps(GoneDatabase(), "toolboxai", Pace(), {})  # type: ignore[arg-type]
    steps.give_up_at = 0
    monkeypatch.setattr("toolbox_cli.agents.engine.steps.sleep", lambda _: pytest.fail("it waits"))
    with pytest.raises(psycopg.OperationalError, match="gone"):
        steps.admit()


def test_a_waiting_task_can_have_no_job(engine: Engine) -> None:
    engine.agent("maker")
    engine.submit(new())
    with pytest.raises(psycopg.errors.CheckViolation):
        engine.rows("UPDATE agent_tasks SET status = 'waiting'")
