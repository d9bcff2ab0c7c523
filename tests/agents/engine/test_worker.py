"""Workers as processes: what they do, and what they do not."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.agents.engine.conftest import Engine
from tests.agents.engine.kinds import KINDS
from tests.support.pgbouncer import pgbouncer
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.agents.engine import asking
from toolbox_cli.agents.engine.alone import run_one
from toolbox_cli.agents.engine.connecting import way_to
from toolbox_cli.agents.engine.outcomes import Need, NewTask
from toolbox_cli.core.errors import RefusedError


def new(kind: str, agent: str = "maker", **given: object) -> NewTask:
    return NewTask(kind, kind, given, agent=agent)


@pytest.fixture
def maker(engine: Engine) -> Engine:
    engine.agent("maker", timeout_s=60, retries=2)
    return engine


def running(engine: Engine, task: NewTask) -> int:
    """Wait until a task is computed, and give the process that does."""
    engine.wait_until(lambda: engine.task(task.id, "intermediate_results"), "the task's first report")
    return int(engine.task(task.id, "intermediate_results")["pid"])


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists() and b"engine.child" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_tasks_are_done_each_once_and_leave_an_empty_queue(maker: Engine) -> None:
    tasks = maker.submit(*(new("noop", make=n) for n in range(20)))
    later = NewTask("noop", "Later", {}, agent="maker", run_after=datetime.now(UTC) + timedelta(days=1))
    maker.submit(later)
    maker.drain(concurrency=2)
    assert maker.status(later.id) == ["pending"]
    assert maker.status(*tasks) == ["completed"] * 20
    assert [maker.task(task, "output_data")["made"] for task in tasks] == list(range(20))
    assert [maker.tries(task) for task in tasks] == [["completed"]] * 20
    assert maker.jobs() == 0


def test_a_supervisor_waits_for_its_parts_without_holding_a_place(engine: Engine) -> None:
    engine.agent("all", 1)
    asked = new("supervising", "all", parts=["noop", "refusing"])
    after = NewTask("noop", "After", {}, agent="all", needs=(Need(asked.id),))
    engine.submit(after, asked)
    engine.drain(concurrency=2)
    assert engine.task(asked.id, "output_data") == {"parts": ["completed", "failed"], "attempt": 2}
    assert engine.tries(asked.id) == ["waited", "completed"]
    assert engine.status(after.id) == ["completed"]


def test_whatever_a_task_does_wrong_is_its_own_failure(maker: Engine) -> None:
    what = [
        "character 0", "no number", "no object", "half a pair", "no outcome", "no JSON", "no figures", "too much",
        "nothing to wait for",
    ]  # fmt: skip
    poisonous = maker.submit(*(new("poisonous", what=one) for one in what))
    reported = ["character 0", "half a pair", "too far", "in between"]
    misreporting = maker.submit(*(new("misreporting", what=one) for one in reported))
    (quoting,) = maker.submit(new("raising", what="DETAIL: \\u0000 cannot be converted"))
    (well_said,) = maker.submit(new("noop", make="the sign \\u0000"))
    others = maker.submit(*(new(kind) for kind in ("crashing", "raising", "refusing", "circling", "nobody-knows-it")))
    well = maker.submit(new("noop"), new("flaky", well_at=3), new("flaky", well_at=4))
    maker.drain(concurrency=2)
    assert maker.status(*poisonous) == ["failed"] * 9
    assert maker.status(*misreporting) == ["failed"] * 4
    assert [maker.tries(task) for task in (*poisonous, *misreporting)] == [["failed"]] * 13
    assert maker.tries(quoting) == ["failed"] * 3
    assert "\\u0000 cannot be" in maker.task(quoting, "error_message")
    assert maker.task(well_said, "output_data")["made"] == "the sign \\u0000"
    assert maker.status(*others) == ["dead_letter", "dead_letter", "failed", "failed", "dead_letter"]
    assert "knows no tasks of type nobody-knows-it" in maker.task(others[4], "error_message")
    assert maker.status(*well) == ["completed", "completed", "dead_letter"]
    assert maker.tries(others[0]) == ["failed"] * 3
    crashed, raised = (maker.task(task, "error_details") for task in others[:2])
    assert (crashed["kind"], crashed["message"]) == ("crashed", "The process that computed it ended by signal 9.")
    assert raised["kind"] == "LookupError"
    assert "kinds.py" in raised["data"]["traceback"]
    assert maker.task(well[1], "output_data") == {"kept": {"so_far": 2}}
    assert maker.jobs() == 0


def test_a_hung_task_is_killed_when_its_time_is_up(engine: Engine) -> None:
    engine.agent("hasty", timeout_s=4, retries=0)  # long enough for a process to begin
    task = new("hanging", "hasty")
    engine.submit(task)
    engine.drain(concurrency=1)
    pid = engine.task(task.id, "intermediate_results")["pid"]
    assert engine.status(task.id) == ["dead_letter"]
    assert engine.tries(task.id) == ["timed_out"]
    assert engine.task(task.id, "error_message") == "It took longer than 4 seconds."
    assert not alive(pid)


def test_cancelling_a_running_task_kills_its_process_and_what_needs_it(maker: Engine) -> None:
    task = new("hanging")
    after = NewTask("noop", "After", {}, agent="maker", needs=(Need(task.id),))
    maker.submit(task, after)
    worker = maker.start(concurrency=1)
    pid = running(maker, task)
    with maker.connect() as connection:
        assert asking.cancel(connection, [task.id], "Not wanted.") == [task.id]
    maker.wait_until(lambda: maker.status(task.id, after.id) == ["cancelled"] * 2, "the cancellation")
    assert maker.task(task.id, "error_message") == "Not wanted."
    assert maker.task(after.id, "blocked_by") == task.id
    assert not alive(pid)
    maker.submit(again := new("noop"))
    maker.wait_until(lambda: maker.status(again.id) == ["completed"], "the next task")
    assert worker.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_gives_its_tasks_some_time_and_then_to_others(
    maker: Engine, number: signal.Signals, tmp_path: Path
) -> None:
    quick, endless, waiting = new("gated", gate=str(tmp_path / "gate")), new("hanging"), new("noop")
    worker = maker.start(concurrency=2, pace={"grace_s": 1.0})
    maker.submit(quick, endless)
    running(maker, quick)
    pid = running(maker, endless)
    worker.send_signal(number)
    maker.wait_until(lambda: not maker.database.execute(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'", ()
    ), "the end of listening")  # fmt: skip
    maker.submit(waiting)
    (tmp_path / "gate").touch()
    _, said = worker.communicate(timeout=20)
    assert worker.returncode == 0, said
    assert maker.status(quick.id, endless.id, waiting.id) == ["completed", "pending", "pending"]
    assert maker.tries(endless.id) == ["lost"]
    assert maker.task(endless.id, "retry_count", "error_message") == (0, "Its worker was stopped.")
    assert not alive(pid)


def test_the_tasks_of_a_killed_worker_are_done_by_another(maker: Engine, tmp_path: Path) -> None:
    task = new("gated", gate=str(tmp_path / "gate"))
    maker.submit(task)
    worker = maker.start(concurrency=1)
    pid = running(maker, task)
    worker.kill()
    maker.wait_until(lambda: not alive(pid), "the end of the process that computed")
    (tmp_path / "gate").touch()
    maker.drain(concurrency=1)
    assert maker.status(task.id) == ["completed"]
    assert maker.tries(task.id) == ["lost", "completed"]
    assert maker.task(task.id, "output_data", "retry_count") == ({"attempt": 2}, 1)


def test_a_worker_that_was_asleep_writes_no_result_over_another(maker: Engine, tmp_path: Path) -> None:
    task = new("gated", gate=str(tmp_path / "gate"))
    maker.submit(task)
    sleeper = maker.start(concurrency=1)
    running(maker, task)
    sleeper.send_signal(signal.SIGSTOP)
    other = maker.start(concurrency=1)
    maker.wait_until(lambda: maker.task(task.id, "attempt") == 2, "the second try")
    (tmp_path / "gate").touch()
    maker.wait_until(lambda: maker.status(task.id) == ["completed"], "the result")
    ended = maker.task(task.id, "completed_at")
    other.terminate()
    assert other.wait(20) == 0
    maker.database.execute("DELETE FROM toolbox.procrastinate_workers")  # as each that starts does with silent ones
    sleeper.send_signal(signal.SIGCONT)
    maker.submit(again := new("noop"))
    maker.wait_until(lambda: maker.status(again.id) == ["completed"], "work by who was asleep")
    sleeper.send_signal(signal.SIGTERM)
    _, said = sleeper.communicate(timeout=20)
    assert sleeper.returncode == 0, said
    assert maker.task(task.id, "attempt", "completed_at", "output_data") == (2, ended, {"attempt": 2})
    assert maker.tries(task.id) == ["lost", "completed"]


def test_workers_outlive_their_connections(maker: Engine, tmp_path: Path) -> None:
    task = new("gated", gate=str(tmp_path / "gate"))
    maker.submit(task)
    worker = maker.start(concurrency=2)
    running(maker, task)
    maker.database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'toolbox agents'"
        " AND datname = current_database()"
    )
    (tmp_path / "gate").touch()
    tasks = [task.id, *maker.submit(new("noop"), new("noop"))]
    maker.wait_until(lambda: maker.status(*tasks) == ["completed"] * 3, "the results")
    assert worker.poll() is None
    assert maker.tries(task.id) == ["completed"]


def test_rows_of_a_result_come_with_it_or_not_at_all(maker: Engine) -> None:
    workflow = uuid4()
    tasks = [
        NewTask("storing", "Storing", given, agent="maker", workflow_id=workflow)
        for given in ({"number": 1}, {"number": 2, "fail": True})
    ]
    maker.submit(*tasks)
    maker.drain(concurrency=1)
    assert maker.status(*(task.id for task in tasks)) == ["completed", "failed"]
    assert maker.rows("SELECT sequence_number FROM agent_states WHERE workflow_id = %s", (workflow,)) == [(1,)]


def test_a_worker_may_do_the_tasks_of_some_agents_alone(maker: Engine) -> None:
    maker.agent("other")
    mine, others = maker.submit(new("noop"), new("noop", "other"))
    maker.drain(concurrency=1, agents=["maker"])
    assert maker.status(mine, others) == ["completed", "pending"]


def test_one_task_can_be_done_here_whatever_stands_before_it(maker: Engine) -> None:
    first, task = maker.submit(new("noop"), new("noop", make="it"))
    assert run_one(target(maker.database), KINDS, task) == "completed"
    assert maker.task(task, "output_data")["made"] == "it"
    assert maker.status(first) == ["pending"]
    with pytest.raises(RefusedError, match="is not pending"):
        run_one(target(maker.database), KINDS, task)
    assert maker.database.execute("SELECT count(*) FROM toolbox.procrastinate_workers") == [(0,)]


@pytest.mark.needs("pgbouncer")
def test_workers_work_behind_a_transaction_pooler(maker: Engine) -> None:
    role = maker.database.execute("SELECT current_user")[0][0]
    name = maker.database.name
    tasks = maker.submit(*(new("noop") for _ in range(10)), new("supervising", parts=["noop", "noop"]))
    maker.database.execute(f"ALTER ROLE {role} IN DATABASE {name} SET search_path = public")
    with pgbouncer(maker.database, pool_mode="transaction", default_pool_size=3) as pooled:
        with pytest.raises(RefusedError) as refused:
            way_to(target(pooled))
        assert refused.value.remedy == f"ALTER ROLE {role} IN DATABASE {name} SET search_path = public, toolbox"
    maker.database.execute(f"ALTER ROLE {role} IN DATABASE {name} SET search_path = public, toolbox")
    with pgbouncer(maker.database, pool_mode="transaction", default_pool_size=3) as pooled:
        assert way_to(target(pooled)).pooled
        maker.drain(database=pooled, concurrency=3)
    assert maker.status(*tasks) == ["completed"] * 11
    assert maker.jobs() == 0
    maker.database.execute(f"ALTER ROLE {role} IN DATABASE {name} SET search_path = public")
    (last,) = maker.submit(new("noop"))
    with pgbouncer(maker.database, pool_mode="session") as pooled:
        maker.drain(database=pooled, concurrency=1)
    assert maker.status(last) == ["completed"]


def test_a_database_without_the_queue_is_told(empty_database: Database) -> None:
    with pytest.raises(RefusedError, match="lacks what workers need"):
        way_to(target(empty_database))


def test_a_database_without_the_steps_is_told(database: Database) -> None:
    database.execute("DROP FUNCTION toolboxai.agent_task_recover")
    with pytest.raises(RefusedError, match="lacks what workers need"):
        way_to(target(database))
