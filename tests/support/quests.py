"""Rows of pas_in_peace, each as short as its table allows; search_path is the platform's schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]

_numbers = count(1)


def insert(connection: Connection, table: str, **values: Any) -> int:
    """Insert one row; give its id."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    return one(connection, statement, [_adapted(value) for value in values.values()])


def update(connection: Connection, table: str, row: int, **values: Any) -> None:
    changes = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values)
    statement = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(sql.Identifier(table), changes)
    connection.execute(statement, [*map(_adapted, values.values()), row])


def one(connection: Connection, statement: Any, parameters: Any = None) -> Any:
    """Give the only value that a statement returns."""
    (row,) = connection.execute(statement, parameters).fetchall()
    (value,) = row
    return value


def add_parent(connection: Connection, **values: Any) -> int:
    return insert(connection, "users", **{"telegram_id": f"person-{next(_numbers)}", "created_at": "now", **values})


def add_quest(connection: Connection, author: int, **values: Any) -> int:
    given = {"user_id": author, "quest_id": f"quest-{next(_numbers)}", "title": "A title", "quest_yaml": "nodes: []"}
    return insert(connection, "quests", **{**given, **values})


def add_review(connection: Connection, quest: int, reviewer: int | None, **values: Any) -> int:
    """Add an approval of the quest's present content, except where `values` say otherwise."""
    scores = dict.fromkeys(
        ("emotional_safety_score", "therapeutic_correctness_score", "age_appropriateness_score", "reveal_timing_score"),
        5,
    )
    given = {
        "quest_id": quest,
        "reviewer_id": reviewer,
        "reviewer_credentials": "MSc Psychology",
        "is_approved": True,
        "open_errors": 0,
        "content_hash": hash_of(connection, quest),
    }
    return insert(connection, "psychologist_reviews", **{**scores, **given, **values})


def add_consent(connection: Connection, quest: int, **values: Any) -> int:
    """Add live consent, except where `values` say otherwise."""
    live = {"consent_given_by_child": True, "consent_timestamp": "now", "share_completion_progress": True}
    return insert(connection, "child_privacy_settings", **{"quest_id": quest, **live, **values})


def add_public_quest(connection: Connection, **values: Any) -> tuple[int, int]:
    """Add a public quest of one parent, reviewed by another; give the ids of quest and review."""
    quest = add_quest(connection, add_parent(connection), moderation_status="approved", **values)
    review = add_review(connection, quest, add_parent(connection))
    update(connection, "quests", quest, is_public=True)
    return quest, review


def hash_of(connection: Connection, quest: int) -> str:
    return str(one(connection, "SELECT quest_content_hash(q) FROM quests AS q WHERE id = %s", [quest]))


@contextmanager
def refused(connection: Connection, constraint: str) -> Iterator[None]:
    """Expect that the database refuses what runs inside, by that constraint; what ran before stays."""
    with pytest.raises(errors.CheckViolation) as caught, connection.transaction():
        yield
    assert caught.value.diag.constraint_name == constraint


def _adapted(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value
