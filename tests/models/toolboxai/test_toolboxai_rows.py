"""What the learning platform's tables do with rows: examples, defaults, triggers, references, partitions."""

import datetime
import decimal
import ipaddress
import uuid
from typing import Any

import psycopg
import pytest
from sqlalchemy import ARRAY, JSON, Column, Enum, text
from sqlalchemy.orm import Mapper, Session

from tests.models.toolboxai.rows import TABLES, Connection, insert
from tests.models.toolboxai.rules import CLOSED
from tests.support.servers import Database
from toolbox_cli.core.database.build import build_schema
from toolbox_cli.models.toolboxai.base import Base

pytestmark = pytest.mark.every_version

NEW_SESSION = """
INSERT INTO roblox_sessions (
    lesson_id, teacher_id, universe_id, place_id, client_id,
    websocket_session_id, status, coppa_consent_verified
) VALUES (
    'lesson-uuid', 'teacher-uuid', '8505376973', 'place-123',
    '2214511122270781418', 'ws-session-456', 'ACTIVE', true
);
"""
STUDENT_PROGRESS = """
INSERT INTO roblox_player_progress (
    session_id, student_id, lesson_id, roblox_user_id,
    roblox_username, progress_percentage, age_verified
) VALUES (
    'session-uuid', 'student-uuid', 'lesson-uuid', 'roblox-789',
    'StudentName', 75.5, true
);
"""
QUIZ_RESULT = """
INSERT INTO roblox_quiz_results (
    session_id, player_progress_id, quiz_name, total_questions,
    correct_answers, percentage_score, completed
) VALUES (
    'session-uuid', 'progress-uuid', 'Algebra Quiz 1', 10,
    8, 80.0, true
);
"""
"""The three examples of document 000, as written there."""

TOUCHED = sorted(name for name, table in TABLES.items() if "updated_at" in table.columns)


def person(connection: Connection, name: str) -> str:
    return str(insert(connection, "users", username=name, email=f"{name}@school.example")["id"])


def test_the_examples_of_document_000_run_as_written(connection: Connection) -> None:
    teacher, student = person(connection, "teacher"), person(connection, "student")
    known = {"teacher-uuid": teacher, "student-uuid": student}
    known["lesson-uuid"] = str(insert(connection, "lessons", teacher_id=teacher)["id"])

    def run(example: str) -> dict[str, Any]:
        for placeholder, key in known.items():
            example = example.replace(placeholder, key)
        table = example.split()[2]
        connection.execute(example)
        row = connection.execute(f"SELECT to_jsonb({table}.*) FROM {table}").fetchone()
        assert row
        return dict(row[0])

    session = run(NEW_SESSION)
    known["session-uuid"] = session["id"]
    progress = run(STUDENT_PROGRESS)
    known["progress-uuid"] = progress["id"]
    result = run(QUIZ_RESULT)

    assert (session["status"], session["current_players"], session["websocket_connection_active"]) == (
        "ACTIVE",
        0,
        False,
    )
    assert (progress["progress_percentage"], progress["parental_consent_given"]) == (75.5, False)
    assert (progress["data_collection_consent"], progress["hints_used"]) == (False, 0)
    assert result["started_at"] == result["created_at"]
    assert (result["incorrect_answers"], result["passed"]) == (0, None)


def test_defaults_lean_to_the_safe_side(alone: Connection) -> None:
    session = insert(alone, "roblox_sessions")
    assert (session["universe_id"], session["client_id"]) == ("8505376973", "2214511122270781418")
    assert (session["status"], session["coppa_consent_verified"]) == ("ACTIVE", False)
    assert insert(alone, "users")["age_band"] == "unknown"
    template = insert(alone, "roblox_templates")
    assert [template[name] for name in ("is_active", "is_public", "coppa_compliant")] == [True, False, False]
    content = insert(alone, "roblox_content")
    assert [content[name] for name in ("is_deployed", "coppa_compliant", "usage_count")] == [False, False, 0]
    assert insert(alone, "roblox_achievements")["is_shareable"] is False


def test_an_age_band_is_never_missing(alone: Connection) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation):
        insert(alone, "users", age_band=None)


@pytest.mark.parametrize("table", TOUCHED)
def test_updated_at_follows_a_change_unless_the_statement_sets_it(alone: Connection, table: str) -> None:
    alone.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER touch_updated_at")
    key = insert(alone, table, updated_at="2020-01-01")["id"]

    def after(assignment: str) -> Any:
        found = alone.execute(f"UPDATE {table} SET {assignment} WHERE id = %s RETURNING updated_at = now()", [key])
        return found.fetchone()

    assert after("updated_at = '2021-01-01'") == (False,)
    assert after("created_at = '2019-01-01'") == (True,)


def test_sessions_go_with_their_person_and_questions_with_their_quiz(connection: Connection) -> None:
    student = person(connection, "student")
    insert(connection, "user_sessions", user_id=student)
    quiz = insert(connection, "quizzes")["id"]
    question = insert(connection, "quiz_questions", quiz_id=quiz)["id"]
    insert(connection, "quiz_options", question_id=question)
    connection.execute("DELETE FROM users; DELETE FROM quizzes")
    for table in ("user_sessions", "quiz_questions", "quiz_options"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_content_with_objectives_goes_and_content_in_use_stays(connection: Connection) -> None:
    content, objective = (insert(connection, t)["id"] for t in ("educational_content", "learning_objectives"))
    insert(connection, "content_objectives", content_id=content, objective_id=objective)
    lesson = insert(connection, "lessons", content_id=content)["id"]
    with pytest.raises(psycopg.errors.ForeignKeyViolation), connection.transaction():
        connection.execute("DELETE FROM educational_content")
    connection.execute("DELETE FROM lessons WHERE id = %s", [lesson])
    connection.execute("DELETE FROM educational_content")
    assert connection.execute("SELECT count(*) FROM content_objectives").fetchone() == (0,)


def test_a_person_takes_part_in_a_session_once(alone: Connection) -> None:
    both = {"session_id": uuid.UUID(int=1), "user_id": uuid.UUID(int=2)}
    insert(alone, "collaboration_participants", **both)
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        insert(alone, "collaboration_participants", **both)
    assert refused.value.diag.constraint_name == "collaboration_participants_session_id_user_id_key"


@pytest.mark.parametrize("table", ["usage_analytics", "educational_analytics"])
def test_events_without_a_month_of_their_own_fall_into_the_default_partition(alone: Connection, table: str) -> None:
    key = insert(alone, table)["id"]
    insert(alone, table, id=key, recorded_at="2020-01-01")
    held = alone.execute(f"SELECT DISTINCT tableoid::regclass::text FROM {table}").fetchall()
    assert held == [(f"{table}_default",)]
    with pytest.raises(psycopg.errors.UniqueViolation):
        insert(alone, table, id=key, recorded_at="2020-01-01")


SCALARS: dict[type, Any] = {
    str: "x",
    int: 1,
    float: 1.0,
    bool: True,
    decimal.Decimal: decimal.Decimal("1.00"),
    uuid.UUID: uuid.UUID(int=7),
    datetime.datetime: datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC),
    datetime.date: datetime.date(2026, 3, 2),
}
FITTING = {
    "email": "a@b.example",
    "instructor_email": "a@b.example",
    "name": "canvas-1",
    "diff_hash": "0" * 64,
    "content_sha256": "0" * 64,
    "object_sha256": "0" * 64,
    "prompt_sha256": "0" * 64,
    "outcome": "lost",
    "backend": "offline",
    "job_id": None,
    "approves_run_id": 0,
    "undoes_run_id": 0,
    "merged_into_id": uuid.UUID(int=8),
    "locked_fields": ["email"],
    "country": "DE",
    "badge_color": "#00aaff",
    "parent_task_id": uuid.UUID(int=8),
    "status_code": 200,
    "total_questions": 3,
    "ip_address": ipaddress.ip_address("192.0.2.7"),
}


def whole_value(column: Column[Any]) -> Any:
    closed = CLOSED.get(f"{column.table.name}.{column.name}")
    if closed:
        return closed.split()[0]
    if column.name in FITTING:
        return FITTING[column.name]
    if isinstance(column.type, ARRAY):
        return [{"a": 1}] if isinstance(column.type.item_type, JSON) else [SCALARS[column.type.item_type.python_type]]
    if isinstance(column.type, Enum):
        return column.type.python_type(column.type.enums[-1])
    return {"a": [1, None]} if isinstance(column.type, JSON) else SCALARS[column.type.python_type]


@pytest.mark.parametrize("mapper", sorted(Base.registry.mappers, key=str), ids=str)
def test_every_value_comes_back_as_it_was_written(built: Database, mapper: Mapper[Any]) -> None:
    written = {column.key: whole_value(column) for column in mapper.columns if not column.identity}
    with built.engine().connect() as connection, Session(connection) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        row = mapper.class_(**written)
        session.add(row)
        session.flush()
        session.expire_all()
        assert {key: getattr(row, key) for key in written} == written


def test_the_platform_can_stand_under_another_name(built: Database) -> None:
    """Types, functions and references of the second copy are its own."""
    with built.engine().connect() as connection:
        build_schema(connection, Base.metadata, "second")
        connection.execute(text("DROP SCHEMA toolboxai CASCADE"))
        counted = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'second'")).scalar()
        foreign = connection.execute(text("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"))
        connection.execute(text("INSERT INTO lessons (title, difficulty) VALUES ('Fractions', 'EXPERT')"))
        connection.execute(text("UPDATE lessons SET title = 'Fractions I'"))
    assert counted == len(TABLES) + 2
    assert foreign.scalar() == sum(len(table.foreign_key_constraints) for table in TABLES.values())
