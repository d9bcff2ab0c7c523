"""What the examples of `toolbox agents` speak of: a task, a dead letter, a lesson, and a teacher."""

from typing import Final

from psycopg.types.json import Jsonb

from tests.agents.workflow.running import approved, plain
from tests.support.servers import Database

TASK: Final = "5b1f7c9e-3a52-4f0e-9d39-8a1c1a7a2f10"
DEAD: Final = "8f3e2b10-6d57-4c9a-9e24-b7a1530fd6c8"
LESSON: Final = "1d6a9f52-7c41-4b8e-a3d5-2f90c6e81b47"
TEACHER: Final = "grace"

_TASKS: Final = """
INSERT INTO toolboxai.agent_tasks (id, agent_id, workflow_id, task_type, task_name, input_data, status, run_after)
SELECT %(task)s, id, %(task)s, 'generate_quiz', 'A quiz', '{"grade": 5, "topic": "fractions"}', 'pending',
    now() + interval '1 hour'
FROM toolboxai.ai_agents WHERE name = 'quiz'"""
_DEAD: Final = """
INSERT INTO toolboxai.agent_tasks (id, agent_id, task_type, task_name, input_data, status, started_at, completed_at,
    attempt, retry_count, error_message, error_details)
SELECT %(dead)s, id, 'generate_quiz', 'Another quiz', '{"grade": 5, "topic": "fractions"}', 'dead_letter', now(), now(),
    4, 3, 'It ended by signal 9.', '{"kind": "crashed", "message": "It ended by signal 9."}'
FROM toolboxai.ai_agents WHERE name = 'quiz'"""
_LESSON: Final = """
INSERT INTO toolboxai.agent_tasks (id, agent_id, workflow_id, task_type, task_name, input_data, output_data, status,
    started_at, completed_at, attempt)
SELECT %(lesson)s, id, %(lesson)s, 'generate_environment', 'Lesson', '{}', %(output)s, 'completed', now(), now(), 2
FROM toolboxai.ai_agents WHERE name = 'supervisor'"""


def person(database: Database, name: str = TEACHER, role: str = "teacher", *, active: bool = True) -> None:
    """Have a user."""
    database.execute(
        "INSERT INTO toolboxai.users (username, email, password_hash, role, is_active)"
        " VALUES (%(name)s, %(email)s, '!', %(role)s, %(active)s)",
        {"name": name, "email": f"{name}@school.example", "role": role, "active": active},
    )


def furnish(database: Database) -> None:
    """Have them; the agents that come with toolbox are registered."""
    person(database)
    database.execute(_TASKS, {"task": TASK})
    database.execute(_DEAD, {"dead": DEAD})
    lesson(database)


def lesson(database: Database) -> None:
    """Have a lesson that the review of agents approved."""
    database.execute(_LESSON, {"lesson": LESSON, "output": Jsonb(plain(approved().done))})
