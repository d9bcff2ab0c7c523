"""How long workflows of agents took stands in lengths of time, and not in moments that would place who asked."""

import datetime
import uuid
from typing import Any

import psycopg
import pytest

from tests.analytics.datasets.test_consents import told
from tests.models.toolboxai.rows import insert
from toolbox_cli.analytics.datasets.agents import AGENT_TASKS

BEGAN = datetime.datetime(2026, 3, 2, 10, 59, 59, 250_000, tzinfo=datetime.UTC)
WORKFLOW, OTHER = uuid.UUID(int=7), uuid.UUID(int=8)

GIVEN: list[tuple[uuid.UUID | None, float, float | None, float | None]] = [
    (WORKFLOW, 0, 9.5, 9.5),
    (WORKFLOW, 5, 65.25, 65.25),
    (WORKFLOW, 6, None, None),
    (OTHER, 3600, 3601, 1),
    (None, 0, 30, None),
]
"""Workflow, seconds until it was asked for and until it ended, and what is told."""


@pytest.fixture
def tasks(toolboxai_connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    for workflow, asked_s, ended_s, _ in GIVEN:
        ended = None if ended_s is None else BEGAN + datetime.timedelta(seconds=ended_s)
        asked = BEGAN + datetime.timedelta(seconds=asked_s)
        insert(toolboxai_connection, "agent_tasks", workflow_id=workflow, created_at=asked, completed_at=ended)
    return toolboxai_connection


def test_a_task_tells_how_long_after_the_beginning_of_its_workflow_it_ended(
    tasks: psycopg.Connection[Any],
) -> None:
    found = {(row["workflow_id"], row["workflow_seconds"]) for row in told(tasks, AGENT_TASKS.select())}
    assert found == {(workflow, seconds) for workflow, *_, seconds in GIVEN}


def test_a_workflow_begins_when_it_did_even_where_that_is_not_asked_for(tasks: psycopg.Connection[Any]) -> None:
    late = AGENT_TASKS.column("created_at").value > BEGAN + datetime.timedelta(seconds=1)
    found = {row["workflow_seconds"] for row in told(tasks, AGENT_TASKS.select().where(late))}
    assert found == {65.25, None, 1}
