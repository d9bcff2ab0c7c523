"""Workflows through real workers, with an endpoint that answers well and in every wrong way: each ends as promised."""

import math
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.agents.workflow.running import ASKED
from tests.agents.workflow.stored import register, rows
from tests.support.commands import ToolboxProcess
from tests.support.endpoints import KEY, ModelServer, lesson_words, serving_model
from tests.support.servers import Database
from tests.support.web import Answer, Exchange, Trouble, instead, silent, throttled
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.workflow.asking import workflow
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.agents.workflow.tasks import Asked

JSON = {"Content-Type": "application/json"}
REFUSAL = {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "No."}}]}
WELL = (None, "small-model", None)
BUSY = ("throttled", None, throttled("0"))
BROKEN = ("server_fault", None, instead(Answer({"error": {"message": f"no luck with {KEY}"}}, 500)))
WRONG = ("not_taken", None, instead(Answer(REFUSAL)))
NO_JSON = ("not_taken", None, instead(Answer(b'{"choices": [{"message": {', 200, JSON)))
SLOW = ("time", None, silent())
Fate = tuple[str | None, str | None, Trouble | None]
"""Why the offline generator's result stands, whose words stand otherwise, and how the endpoint answers."""
ASKING = {"generate_content": "LessonWords", "generate_quiz": "QuizChoice", "generate_terrain": "LandChoice"}
LESSONS: Mapping[str, tuple[Fate, Fate, Fate]] = {
    "island": (WELL, BUSY, BROKEN),
    "forest": (WRONG, NO_JSON, WELL),
    "desert": (SLOW, SLOW, SLOW),
}
"""Place to what becomes of its plan, quiz and land."""
RUNS = ((("island", "forest"), "60"), (("desert",), "0.5"))
"""Places, and how many seconds a worker waits: briefly where nobody answers."""
TRIES = """
SELECT r.backend, r.fallback, r.model, r.tokens_in IS NOT NULL, r.cost_usd IS NOT NULL
FROM agent_tasks AS t JOIN agent_task_attempts AS r ON r.task_id = t.id
WHERE t.workflow_id = %s AND t.task_type = ANY (%s) ORDER BY t.task_type"""
MODELS = """
SELECT DISTINCT c.content_type::text, c.ai_generated, c.ai_model
FROM roblox_content AS c JOIN agent_made_content AS m ON m.roblox_content_id = c.id WHERE m.task_id = %s ORDER BY 1"""
KEPT = ("agent_tasks", "agent_task_attempts", "agent_states", "agent_metrics", "roblox_content", "lessons", "quizzes")


def lesson_at(place: str) -> Asked:
    return ASKED.model_copy(
        update={"backing": "model", "request": ASKED.request.model_copy(update={"environment": place})}
    )


def as_fated(exchange: Exchange) -> bool:
    told = exchange.asked.body.decode()
    (place,) = (place for place in LESSONS if f"Place: {library().places[place].where}." in told)
    for shape, (_, _, trouble) in zip(ASKING.values(), LESSONS[place], strict=True):
        if shape in told and trouble is not None:
            return trouble(exchange)
    return exchange.send(exchange.handle())


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with serving_model() as served:
        served.web.trouble(as_fated, times=math.inf)
        yield served


def test_every_workflow_ends_as_promised_however_the_endpoint_answers(
    database: Database, model: ModelServer, toolbox_process: ToolboxProcess
) -> None:
    with psycopg.connect(database.conninfo, options="-csearch_path=toolboxai", autocommit=True) as connection:
        register(connection)
        for places, patience_s in RUNS:
            asked = {place: workflow(lesson_at(place)) for place in places}
            with connection.transaction():
                submit(connection, list(asked.values()), KINDS)
            environ = settings(model, patience_s)
            done = toolbox_process("agents", "worker", "--drain", database=database, environ=environ, timeout_s=300)
            assert done.exit_code == 0, done.stderr
            assert KEY not in done.stdout + done.stderr
            for place, task in asked.items():
                check(connection, place, task.id)
        for table in KEPT:
            assert rows(connection, f"SELECT 1 FROM {table} AS t WHERE t::text LIKE %s", f"%{KEY}%") == []


def settings(model: ModelServer, patience_s: str) -> dict[str, str]:
    held = {
        "PROVIDER": "openai-compatible", "URL": f"{model.web.url}/v1", "NAME": "small-model", "KEY": KEY,
        "TIMEOUT_S": patience_s, "PATIENCE_S": patience_s, "PRICE_IN": "1", "PRICE_OUT": "2", "BUDGET_TOKENS": "200000",
    }  # fmt: skip
    return {f"TOOLBOX_AGENTS_MODEL_{name}": value for name, value in held.items()}


def check(connection: psycopg.Connection[Any], place: str, key: UUID) -> None:
    status, output = rows(connection, "SELECT status, output_data FROM agent_tasks WHERE id = %s", key)[0]
    assert status == "completed", place
    plan, quiz, land = LESSONS[place]
    assert rows(connection, TRIES, key, list(ASKING)) == [
        ("offline" if reason else "model", reason, "small-model", True, True) for reason, *_ in (plan, quiz, land)
    ]
    assert (output["environment"]["plan"]["title"] == lesson_words(1)["title"]) == (plan is WELL)
    shown, looks = quiz[1] or plan[1], land[1]
    assert rows(connection, MODELS, key) == [("SCRIPT", bool(shown), shown), ("TERRAIN", bool(looks), looks)]
