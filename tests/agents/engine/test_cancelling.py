"""Tasks that people cancel, and let begin anew: with their parts, and whatever goes on at that moment."""

from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.agents.engine.conftest import Engine
from tests.agents.engine.sessions import AGAIN, COMPLETE, WAIT, Session, begun, meanwhile, need, new
from toolbox_cli.agents.engine import asking
from toolbox_cli.agents.engine.submitting import submit


def test_a_task_whose_job_was_taken_when_it_was_cancelled_does_not_begin(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker")
    engine.submit(task := new())
    first, second = sessions
    job = engine.task(task.id, "job_id")
    engine.database.execute("UPDATE toolbox.procrastinate_jobs SET status = 'doing'")
    first.call("SELECT agent_tasks_cancel(%s, 'No.')", [task.id])
    assert first.call("SELECT count(*) FROM toolbox.procrastinate_jobs") == 0
    with meanwhile(engine, second, "SELECT agent_task_begin(%s, %s, 'a worker')", task.id, job) as came:
        first.commit()
    second.commit()
    assert came == [None]
    assert (engine.status(task.id), engine.jobs(), engine.tries(task.id)) == (["cancelled"], 0, [])


def test_a_failure_cancels_what_needs_it_and_a_new_beginning_brings_it_back(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker", retries=0)
    engine.submit(one := new(), other := new(), after := new(one, other), last := new(after), free := new())
    session = sessions[0]
    begun(session, one, other)
    assert session.fail(one.id) == "failed"
    assert session.fail(other.id, then=AGAIN) == "dead_letter"
    session.commit()
    assert engine.status(after.id, last.id, free.id) == ["cancelled", "cancelled", "pending"]
    assert engine.task(last.id, "blocked_by") == one.id
    with engine.connect() as connection:
        assert set(asking.retry(connection, [one.id])) == {one.id, after.id, last.id}
    assert engine.status(one.id, after.id, last.id) == ["pending", "cancelled", "cancelled"]
    assert engine.task(last.id, "blocked_by") == other.id
    with engine.connect() as connection:
        assert [state.id for state in asking.dead_letters(connection)] == [other.id]
        asking.retry(connection, [other.id])
        assert asking.dead_letters(connection) == []
    assert engine.status(other.id, after.id, last.id) == ["pending", "waiting", "waiting"]


def test_parts_that_come_while_their_whole_is_cancelled_are_cancelled_too(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker")
    engine.submit(whole := new())
    first, second = sessions
    begun(first, whole)
    submit(first.connection, [part := new(parent_id=whole.id)])
    assert first.call(WAIT, whole.id, need(part))
    with meanwhile(engine, second, "SELECT agent_tasks_cancel(%s, 'No.')", [whole.id]) as came:
        first.commit()
    second.commit()
    assert set(came[0]) == {whole.id, part.id}
    assert engine.status(whole.id, part.id) == ["cancelled"] * 2
    assert engine.jobs() == 0


def test_what_was_cancelled_while_it_ran_gets_no_result(engine: Engine, sessions: tuple[Session, Session]) -> None:
    engine.agent("maker")
    engine.submit(task := new(), after := new(task))
    first, second = sessions
    begun(first, task)
    assert second.call("SELECT agent_tasks_cancel(%s, 'No.')", [task.id]) == [task.id]
    with meanwhile(engine, first, COMPLETE, task.id) as came:
        second.commit()
    assert came == [False]
    assert first.fail(task.id, how="cancelled") == "cancelled"
    first.commit()
    assert engine.status(task.id, after.id) == ["cancelled"] * 2
    assert (engine.task(task.id, "error_message"), engine.tries(task.id)) == ("No.", ["cancelled"])


def test_a_new_beginning_takes_along_the_parts_and_the_whole_that_came_to_nothing(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker", retries=0)
    engine.submit(whole := new())
    session = sessions[0]
    begun(session, whole)
    submit(session.connection, [part := new(parent_id=whole.id), other := new(parent_id=whole.id)])
    assert session.call(WAIT, whole.id, Jsonb([*need(part).obj, *need(other).obj]))
    begun(session, part, other)
    assert session.fail(part.id, then=AGAIN) == "dead_letter"
    assert session.complete(other.id)
    session.commit()
    assert session.begin(whole.id)["attempt"] == 2
    assert session.fail(whole.id, 2) == "failed"
    session.commit()
    with engine.connect() as connection:
        assert set(asking.retry(connection, [part.id])) == {whole.id, part.id}
    assert engine.status(whole.id, part.id, other.id) == ["waiting", "pending", "completed"]
    with engine.connect() as connection:
        asking.cancel(connection, [whole.id], "No.")
    with engine.connect() as connection:
        assert asking.retry(connection, [part.id]) == [part.id], "a person cancelled the whole"
    assert engine.status(whole.id, part.id) == ["cancelled", "pending"]
    with engine.connect() as connection:
        asking.cancel(connection, [part.id], "No.")
        assert set(asking.retry(connection, [whole.id])) == {whole.id, part.id}


def test_cancelling_takes_the_parts_along_and_frees_places(engine: Engine) -> None:
    engine.agent("maker", 1)
    workflow = uuid4()
    engine.submit(whole := new(workflow_id=workflow), free := new(priority=1))
    engine.submit(part := new(parent_id=whole.id, workflow_id=workflow), small := new(parent_id=part.id))
    with engine.connect() as connection:
        assert set(asking.cancel_workflow(connection, workflow, "Enough.")) == {whole.id, part.id, small.id}
    assert engine.status(whole.id, part.id, small.id, free.id) == ["cancelled"] * 3 + ["pending"]
    assert engine.task(free.id, "job_id") is not None
    assert engine.jobs() == 1


def test_an_open_task_is_cancelled_before_it_is_deleted_and_its_tries_go_with_it(
    engine: Engine, sessions: tuple[Session, Session]
) -> None:
    engine.agent("maker")
    engine.submit(task := new(), after := new(task))
    begun(sessions[0], task)
    for statement in ("DELETE FROM agent_tasks", "DELETE FROM agent_task_attempts", "TRUNCATE agent_task_attempts"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            engine.rows(statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        engine.rows("UPDATE agent_task_attempts SET worker = 'another'")
    assert sessions[0].fail(task.id) == "failed"
    sessions[0].commit()
    assert engine.status(after.id) == ["cancelled"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        engine.rows("UPDATE agent_task_attempts SET error = 'another'")
    engine.rows("DELETE FROM agent_tasks")
    assert engine.rows("SELECT FROM agent_task_attempts") == []
