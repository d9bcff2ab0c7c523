"""`toolbox agents submit`, `run`, `worker`, `status`, `logs`, `cancel`, `retry`, `dead-letter` and `rescue`."""

import json
import signal
import sys
from uuid import uuid4

import pytest

from tests.agents.commands.conftest import Agents
from tests.agents.commands.furnishing import DEAD, LESSON, TASK, furnish, person
from tests.support.commands import ToolboxProcess
from tests.support.servers import Database
from toolbox_cli.core.exits import Exit

REQUEST = '{"objective": "math-5-add-unlike-fractions"}'


@pytest.fixture
def registered(agents: Agents) -> Agents:
    agents.items("register")
    return agents


@pytest.fixture
def furnished(registered: Agents, database: Database) -> Agents:
    furnish(database)
    return registered


def submitted(agents: Agents, kind: str = "generate_quiz", given: str = REQUEST, *more: str) -> str:
    (item,) = agents.items("submit", kind, "--input", given, *more)
    return str(item["id"])


def test_a_task_is_submitted_and_run_here(registered: Agents, database: Database) -> None:
    person(database)
    task = submitted(registered, "generate_quiz", REQUEST, "--priority", "9", "--by", "GRACE@school.example")
    (open_,) = registered.items("status")
    assert (open_["id"], open_["agent"], open_["priority"]) == (task, "quiz", 9)
    (ran,) = registered.items("run", task)
    assert (ran["status"], ran["attempt"]) == ("completed", 1)
    assert registered("run", task).exit_code == Exit.REFUSED
    assert registered("run", str(uuid4())).exit_code == Exit.USAGE
    (tried,) = registered.items("logs", task)
    assert (tried["outcome"], tried["backend"]) == ("completed", "offline")
    (row,) = database.execute(
        "SELECT u.username FROM toolboxai.agent_tasks AS t JOIN toolboxai.users AS u ON u.id = t.created_by"
    )
    assert row == ("grace",)


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["generate_quizz"], "Did you mean generate_quiz?"),
        (["generate_quiz", "--input", '{"grade": 50}'], "request.grade"),
        (["generate_quiz", "--input", "none.json"], "none.json"),
        (["generate_quiz", "--input", "{"], "--input.json"),
        (["generate_quiz", "--by", "nobody"], "no such user"),
        (["generate_quiz", "--needs", LESSON], "no task"),
    ],
)
def test_what_can_not_be_submitted_is_told(registered: Agents, argv: list[str], told: str) -> None:
    done = registered("submit", *argv)
    assert done.exit_code == Exit.USAGE
    assert told in done.stderr


def test_a_worker_drains_what_there_is_in_order(registered: Agents, toolbox_process: ToolboxProcess) -> None:
    first = submitted(registered, "plan_environment")
    second = submitted(registered, "generate_terrain", REQUEST, "--needs", first)
    assert [one["status"] for one in registered.items("status", first, second)] == ["pending", "waiting"]
    done = toolbox_process("agents", "worker", "--drain", "--format", "json", database=registered.database)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["items"] == [{"became": "completed", "tries": 2}]
    assert [one["task_type"] for one in registered.items("logs", first, second)] == [
        "plan_environment", "generate_terrain",
    ]  # fmt: skip
    assert registered("status", first, second, "--watch").exit_code == Exit.DONE


def test_a_worker_stops_when_it_is_told_to(registered: Agents, toolbox_process: ToolboxProcess) -> None:
    process = toolbox_process.start("agents", "worker", database=registered.database)
    assert process.stderr is not None
    assert "takes 2 tasks at once" in process.stderr.readline()
    task = submitted(registered, "plan_environment")
    assert task in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, "1 try ended" in out) == (0, True)


def test_without_the_extra_the_way_to_it_is_told(registered: Agents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    monkeypatch.delitem(sys.modules, "toolbox_cli.agents.engine.queue", raising=False)
    done = registered("worker", "--drain")
    assert done.exit_code == Exit.USAGE
    assert "pip install 'toolbox-cli[agents]'" in done.stderr


def test_tasks_are_cancelled_and_begin_anew(furnished: Agents, database: Database) -> None:
    (cancelled,) = furnished.items("cancel", "--workflow", TASK, "--reason", "Wrong grade")
    assert (cancelled["status"], cancelled["error"]) == ("cancelled", "Wrong grade")
    assert furnished.items("cancel", TASK) == []
    (again,) = furnished.items("retry", TASK)
    assert again["status"] == "pending"
    recorded = database.execute("SELECT command FROM toolbox.audit_log ORDER BY id DESC LIMIT 2")
    assert recorded == [("toolbox agents retry",), ("toolbox agents cancel",)]
    for wrong in ([], [TASK, "--workflow", TASK], ["--workflow", str(uuid4())], [str(uuid4())]):
        assert furnished("cancel", *wrong).exit_code == Exit.USAGE


def test_dead_letters_are_requeued_or_dropped(furnished: Agents) -> None:
    (dead,) = furnished.items("dead-letter", "list")
    assert (dead["id"], dead["attempt"]) == (DEAD, 4)
    assert "crashed: It ended by signal 9." in furnished("logs", DEAD).stdout
    refused = furnished("dead-letter", "drop", DEAD)
    assert (refused.exit_code, "--yes" in refused.stderr) == (Exit.REFUSED, True)
    (dropped,) = furnished.items("dead-letter", "drop", "--all", "--yes")
    assert dropped["status"] == "failed"
    assert furnished("dead-letter", "requeue", DEAD).exit_code == Exit.USAGE
    (again,) = furnished.items("retry", DEAD)
    assert (again["status"], again["retries"]) == ("pending", 0)
    assert furnished.items("dead-letter", "requeue", "--all") == []
    for wrong in ([], [DEAD, "--all"]):
        assert furnished("dead-letter", "requeue", *wrong).exit_code == Exit.USAGE


def test_a_task_of_a_worker_that_is_gone_is_rescued(registered: Agents, database: Database) -> None:
    task = submitted(registered)
    database.execute("""
        WITH worker AS (
            INSERT INTO toolbox.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id)
        UPDATE toolbox.procrastinate_jobs SET status = 'doing', worker_id = worker.id FROM worker""")
    database.execute("SELECT toolboxai.agent_task_begin(t.id, t.job_id, 'gone') FROM toolboxai.agent_tasks AS t")
    (found,) = registered.items("rescue")
    assert found == {"task": task, "became": "pending"}
    assert registered.items("rescue") == []
