"""Workflows through real workers, with an endpoint that answers well and in every wrong way: each ends as promised."""

import math
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.agents.workflow.running import ASKED, run
from tests.agents.workflow.stored import register, rows
from tests.support.commands import ToolboxProcess
from tests.support.endpoints import KEY, ModelServer, serving_model
from tests.support.servers import Database
from tests.support.web import Answer, Exchange, Trouble, instead, silent, throttled
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.workflow.asking import workflow
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.agents.workflow.tasks import Asked

JSON = {"Content-Type": "application/json"}
TROUBLES: Mapping[str, tuple[str, Trouble]] = {
    "desert": ("time", silent()),
    "forest": ("not_taken", instead(Answer({"choices": [{"message": {"role": "assistant", "content": "No."}}]}))),
    "harbour": ("not_taken", instead(Answer(b'{"choices": [{"message": {', 200, JSON))),
    "castle": ("throttled", throttled("0")),
    "space": ("server_fault", instead(Answer({"error": {"message": f"no luck with {KEY}"}}, 500))),
}
"""Place of a lesson to what its words come to, and how the endpoint answers."""
ASKING = ("generate_content", "generate_quiz", "generate_terrain")
TRIES = """
SELECT r.backend, r.fallback, r.model, r.tokens_in > 0, r.cost_usd IS NOT NULL
FROM agent_tasks AS t JOIN agent_task_attempts AS r ON r.task_id = t.id
WHERE t.workflow_id = %s AND t.task_type = ANY (%s)"""
KEPT = ("agent_tasks", "agent_task_attempts", "agent_states", "agent_metrics", "roblox_content", "lessons", "quizzes")


def lesson_at(place: str) -> Asked:
    return ASKED.model_copy(
        update={"backing": "model", "request": ASKED.request.model_copy(update={"environment": place})}
    )


def by_place(exchange: Exchange) -> bool:
    told = exchange.asked.body.decode()
    for place, (_, trouble) in TROUBLES.items():
        if library().places[place].where in told:
            return trouble(exchange)
    return exchange.send(exchange.handle())


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with serving_model() as served:
        served.web.trouble(by_place, times=math.inf)
        yield served


def test_every_workflow_ends_as_promised_however_the_endpoint_answers(
    database: Database, model: ModelServer, toolbox_process: ToolboxProcess
) -> None:
    with psycopg.connect(database.conninfo, options="-csearch_path=toolboxai", autocommit=True) as connection:
        register(connection)
        asked = {place: workflow(lesson_at(place)) for place in ("island", *TROUBLES)}
        with connection.transaction():
            submit(connection, list(asked.values()), KINDS)
        settings = {
            "PROVIDER": "openai-compatible", "URL": f"{model.web.url}/v1", "NAME": "small-model", "KEY": KEY,
            "TIMEOUT_S": "3", "PATIENCE_S": "3", "PRICE_IN": "1", "PRICE_OUT": "2", "BUDGET_TOKENS": "200000",
        }  # fmt: skip
        environ = {f"TOOLBOX_AGENTS_MODEL_{name}": value for name, value in settings.items()}
        done = toolbox_process("agents", "worker", "--drain", database=database, environ=environ, timeout_s=300)
        assert done.exit_code == 0, done.stderr
        assert KEY not in done.stdout + done.stderr
        for place, task in asked.items():
            check(connection, place, task.id)
        for table in KEPT:
            assert rows(connection, f"SELECT 1 FROM {table} AS t WHERE t::text LIKE %s", f"%{KEY}%") == []


def check(connection: psycopg.Connection[Any], place: str, key: UUID) -> None:
    status, output = rows(connection, "SELECT status, output_data FROM agent_tasks WHERE id = %s", key)[0]
    assert status == "completed", place
    tries = rows(connection, TRIES, key, list(ASKING))
    offline = run(lesson_at(place)).done["content_sha256"]
    models = rows(
        connection,
        "SELECT DISTINCT ai_generated, ai_model FROM roblox_content AS c JOIN agent_made_content AS m"
        " ON m.roblox_content_id = c.id WHERE m.task_id = %s",
        key,
    )
    if place in TROUBLES:
        reason, _ = TROUBLES[place]
        assert [(backend, why, name) for backend, why, name, *_ in tries] == [("offline", reason, "small-model")] * 3
        assert output["content_sha256"] == offline
        assert models == [(False, None)]
    else:
        assert tries == [("model", None, "small-model", True, True)] * 3
        assert output["content_sha256"] != offline
        assert models == [(True, "small-model")]
