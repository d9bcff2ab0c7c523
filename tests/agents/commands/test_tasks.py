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


WRONG = (
    (["generate_quizz"], "Did you mean generate_quiz?"),
    (["generate_quiz", "--input", '{"grade": 50, "seed": -1}'], "--input.json:1:11: grade"),
    (["generate_quiz", "--input", '{"grade": 50, "seed": -1}'], "--input.json:1:23: seed"),
    (["generate_quiz", "--input", '{"asked": {"request": {"grade": 50}}}'], "asked.request.grade"),
    (["generate_environment", "--input", '{"asked": {"request": {"grade": 5}}}'], "asked: "),
    (["generate_quiz", "--input", '{"grade": 5, "grade": 6}'], "stands twice"),
    (["generate_quiz", "--input", "[1]"], "no object"),
    (["generate_quiz"], "names no subject, grade or topic"),
    (["generate_quiz", "--input", REQUEST, "--name", "\udcff"], "half of a surrogate pair"),
    (["generate_quiz", "--input", REQUEST, "--agent", "review"], "is of type review"),
    (["generate_quiz", "--input", REQUEST, "--after", "999999999999d"], "longer than a century"),
    (["generate_quiz", "--input", "none.json"], "none.json"),
    (["generate_quiz", "--input", "{"], "--input.json"),
    (["generate_quiz", "--input", REQUEST, "--by", "nobody"], "no such user"),
    (["generate_quiz", "--needs", LESSON], "no task"),
)  # fmt: skip


def test_what_can_not_be_submitted_is_told(registered: Agents) -> None:
    for argv, told in WRONG:
        done = registered("submit", *argv)
        assert (done.exit_code, told in done.stderr) == (Exit.USAGE, True), done.stderr
    assert registered.items("status") == []


def test_a_plan_may_say_what_a_request_leaves_open(registered: Agents, database: Database) -> None:
    plan = submitted(registered, "plan_environment", '{"topic": "fractions", "environment": "island of Emma"}')
    submitted(registered, "generate_quiz", "{}", "--needs", plan)
    kept = database.execute("SELECT input_data #> '{asked,request}' FROM toolboxai.agent_tasks ORDER BY created_at")
    assert [(one["topic"], one["environment"]) for (one,) in kept] == [("fractions", "island"), ("", None)]


def test_what_is_listed_is_whole_or_says_that_it_is_not(registered: Agents, database: Database) -> None:
    first, second, third = (
        submitted(registered, "generate_quiz", REQUEST, "--priority", one) for one in ("1", "9", "5")
    )
    done = registered("status", "--limit", "2", "--format", "json")
    found = json.loads(done.stdout)
    assert ([one["priority"] for one in found["items"]], found["summary"]) == ([9, 5], {"pending": 3})
    assert "3 pending. The first 2 are shown" in registered("status", "--limit", "2").stdout
    assert registered("status", first, "--workflow", second).exit_code == Exit.USAGE
    database.execute("UPDATE toolboxai.agent_tasks SET created_at = NULL WHERE id = %s", (first,))
    parents = "UPDATE toolboxai.agent_tasks SET parent_task_id = %s WHERE id = %s"
    database.execute(parents, (second, third))
    database.execute(parents, (third, second))
    assert {one["id"] for one in registered.items("status")} == {first, second, third}
    database.execute("UPDATE toolboxai.agent_tasks SET status = 'dead_letter', job_id = NULL")
    assert "3 dead letters. The first 1 are shown" in registered("dead-letter", "list", "--limit", "1").stdout


def test_a_failure_here_is_told_as_one_of_a_worker(registered: Agents, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submitted(registered)
    monkeypatch.setattr("toolbox_cli.agents.workflow.steps.generate_quiz", lambda *_: 1 / 0)
    (ran,) = registered.items("run", task, exit_code=Exit.FINDINGS)
    assert ran["status"] == "pending"
    assert "Traceback (most recent call last)" in registered("logs", task).stdout


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


def test_a_whole_begins_anew_with_its_parts(registered: Agents, database: Database) -> None:
    whole = submitted(registered, "generate_environment")
    assert registered.items("run", whole)[0]["status"] == "waiting"
    assert len(registered.items("cancel", "--workflow", whole)) == 7
    assert len(registered.items("retry", whole)) == 7
    assert {one["status"] for one in registered.items("status", "--workflow", whole)} == {"pending", "waiting"}
    ((named,),) = database.execute("SELECT details -> 'tasks' FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")
    assert whole in named


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
