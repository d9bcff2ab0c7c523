"""Whole workflows by the engine: in this process, and by a worker that is killed in the middle of storing."""

import subprocess
import sys
from collections.abc import Iterator
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.agents.workflow.running import ASKED
from tests.agents.workflow.stored import one, person, register, rows
from tests.support.commands import ROOT
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.agents.engine.alone import run_one
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.agents.workflow.asking import workflow
from toolbox_cli.agents.workflow.kinds import KINDS

PENDING = "SELECT id FROM agent_tasks WHERE status = 'pending' ORDER BY created_at, id LIMIT 1"
STORED = ("educational_content", "lessons", "quizzes", "roblox_terrain", "roblox_scripts", "roblox_content")


def opened(database: Database) -> psycopg.Connection[Any]:
    return psycopg.connect(database.conninfo, options="-csearch_path=toolboxai", autocommit=True)


@pytest.fixture
def connection(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with opened(database) as found:
        register(found)
        yield found


@pytest.fixture
def asked(connection: psycopg.Connection[Any]) -> UUID:
    task = workflow(ASKED, person(connection))
    with connection.transaction():
        submit(connection, [task], KINDS)
    return task.id


def counts(connection: psycopg.Connection[Any]) -> list[int]:
    return [one(connection, f"SELECT count(*) FROM {table}") for table in STORED]


def test_a_workflow_can_be_done_task_by_task_in_this_process(
    connection: psycopg.Connection[Any], database: Database, asked: UUID
) -> None:
    became = []
    while ready := rows(connection, PENDING):
        became.append(run_one(target(database), KINDS, ready[0]))
    assert became == ["waiting", *["completed"] * 7]
    assert rows(connection, "SELECT DISTINCT status FROM agent_tasks WHERE workflow_id = %s", asked) == ["completed"]
    assert counts(connection) == [1, 1, 1, 1, 5, 6]
    assert rows(connection, "SELECT DISTINCT backend FROM agent_task_attempts WHERE outcome = 'completed'"
                            " AND task_id <> %s", asked) == ["offline"]  # fmt: skip


def test_a_worker_that_is_killed_while_it_stores_leaves_nothing_and_the_next_one_stores_it_once(
    connection: psycopg.Connection[Any], database: Database, asked: UUID
) -> None:
    with opened(database) as holding:
        with holding.transaction():
            holding.execute("LOCK TABLE agent_made_content IN ACCESS EXCLUSIVE MODE")
            worker = _worker(database)
            _until(
                connection,
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'agent_made_content'::regclass",
            )
            worker.kill()
            worker.communicate()
        _until(connection, "SELECT count(*) = 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    if one(connection, "SELECT status FROM agent_tasks WHERE id = %s", asked) == "running":
        assert counts(connection) == [0] * len(STORED)
    worker = _worker(database)
    _, said = worker.communicate(timeout=60)
    assert worker.returncode == 0, said
    assert one(connection, "SELECT status FROM agent_tasks WHERE id = %s", asked) == "completed"
    assert counts(connection) == [1, 1, 1, 1, 5, 6]
    assert set(rows(connection, "SELECT usage_count FROM roblox_templates")) == {1}


OBJECTS = {
    "roblox_content": ("agent_made_content", "roblox_content_id", "is_deployed", "roblox_content_hash"),
    "roblox_scripts": ("agent_made_scripts", "roblox_script_id", "deployed_to_studio", "roblox_script_hash"),
}


@pytest.mark.parametrize("table", sorted(OBJECTS))
def test_what_is_just_being_deployed_is_not_signed_beside_it(
    connection: psycopg.Connection[Any], database: Database, asked: UUID, table: str
) -> None:
    made, key, flag, digest = OBJECTS[table]
    connection.execute("INSERT INTO roblox_scripts (name, script_type, content) VALUES ('Own', 'server', 'return')")
    connection.execute(
        "WITH lesson AS (INSERT INTO lessons (title) VALUES ('Own') RETURNING id) INSERT INTO roblox_content"
        " (lesson_id, title, content_type, content_data) SELECT id, 'Own', 'MODEL', '{}' FROM lesson"
    )
    told: list[str] = []

    def sign() -> None:
        with opened(database) as signing, pytest.raises(psycopg.errors.CheckViolation) as caught:
            signing.execute(
                f"INSERT INTO {made} ({key}, task_id, content_sha256, object_sha256)"
                f" SELECT id, %s, repeat('0', 64), {digest}(o) FROM {table} AS o",
                (asked,),
            )
        told.append(str(caught.value))

    signer = Thread(target=sign)
    with opened(database) as deploying, deploying.transaction():
        deploying.execute(f"UPDATE {table} SET {flag} = true")
        signer.start()
        _until(connection, "SELECT count(*) FROM pg_locks WHERE NOT granted")
    signer.join()
    assert "no person has judged it" in told[0]


def _worker(database: Database) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.agents.workflow.working", database.url]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def _until(connection: psycopg.Connection[Any], query: str) -> None:
    for _ in range(2000):
        if one(connection, query):
            return
        connection.execute("SELECT pg_sleep(0.02)")
    raise AssertionError(query)
