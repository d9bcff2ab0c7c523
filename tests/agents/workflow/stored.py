"""A workflow's tasks as rows, so that what they store can be stored beside them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from tests.agents.workflow.running import Ran
from toolbox_cli.agents.engine.kinds import found
from toolbox_cli.agents.workflow.kinds import KINDS

Connection = psycopg.Connection[Any]
AGENTS = ("supervisor", "content", "quiz", "terrain", "script", "review")


def register(connection: Connection) -> dict[str, UUID]:
    """Make an agent of each type."""
    return {
        kind: one(
            connection,
            "INSERT INTO ai_agents (name, agent_type, version, model_config) VALUES (%s, %s, '1', '{}') RETURNING id",
            kind, kind,
        )
        for kind in AGENTS
    }  # fmt: skip


def person(connection: Connection, role: str | None = "teacher", *, active: bool = True) -> UUID:
    key: UUID = one(
        connection,
        "INSERT INTO users (username, email, password_hash, role, is_active)"
        " SELECT k, k || '@example.org', '!', %s, %s FROM (SELECT gen_random_uuid()::text AS k) AS n RETURNING id",
        role, active,
    )  # fmt: skip
    return key


def put(connection: Connection, ran: Ran) -> dict[str, UUID]:
    """Write the tasks of a workflow as they are while they run; gives the agents."""
    agents = register(connection)
    if ran.root.created_by:
        connection.execute(
            "INSERT INTO users (id, username, email, password_hash, role) VALUES (%s, 'asker', 'a@example.org', '!',"
            " 'teacher') ON CONFLICT DO NOTHING",
            (ran.root.created_by,),
        )
    for task in (ran.root, *ran.tasks):
        agent = agents[KINDS[task.task_type].agent_type]
        connection.execute(
            "INSERT INTO agent_tasks (id, agent_id, parent_task_id, workflow_id, task_type, task_name, input_data,"
            " status, created_by, started_at) VALUES (%s, %s, %s, %s, %s, %s, %s, 'running', %s, clock_timestamp())",
            (task.id, agent, task.parent_id, task.workflow_id, task.task_type, task.name, Jsonb(dict(task.input)),
             task.created_by),
        )  # fmt: skip
    return agents


def store(connection: Connection, ran: Ran, task: UUID, agents: dict[str, UUID]) -> None:
    """Store what one task has left, as the engine would with its end."""
    given = ran.given[task]
    kind = KINDS[given.task_type]
    assert kind.store is not None
    found(kind.store)(connection, replace(given, agent_id=agents[kind.agent_type]), ran.outputs[task])


def store_all(connection: Connection, ran: Ran, agents: dict[str, UUID]) -> None:
    """Store what all tasks have left, in the order in which they were done."""
    for task in (*ran.tasks, ran.root):
        if task.id in ran.outputs:
            store(connection, ran, task.id, agents)


def one(connection: Connection, query: str, *values: object) -> Any:
    """Ask for one value."""
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return row[0]


def rows(connection: Connection, query: str, *values: object) -> list[Any]:
    """Ask for rows; of one column for its values."""
    found_rows = connection.execute(query.encode(), values).fetchall()
    return [row[0] if len(row) == 1 else row for row in found_rows]
