from typing import Any

import pytest

from tests.support.quests import (
    Connection,
    add_consent,
    add_parent,
    add_quest,
    add_review,
    insert,
    one,
    refused,
    update,
)
from toolbox_cli.models.pas_in_peace import Base
from toolbox_cli.models.pas_in_peace.builder import BuilderStage
from toolbox_cli.models.pas_in_peace.users import RecoveryTrack
from toolbox_cli.models.privacy import Privacy

NOON, LATER = "2026-03-01 12:00+00", "2026-03-01 12:01+00"

ELSEWHERE = {
    "user_tracks_activities_check", "psychologist_reviews_approved_check", "psychologist_review_history_number_check",
}  # fmt: skip
"""Of two columns, or of a table that only triggers write; tried in tests of their own, or by `toolbox verify`."""

BROKEN: dict[str, dict[str, Any]] = {
    "users": {
        "emotional_score": -0.1,
        "crisis_level": -0.1,
        "total_messages": -1,
        "total_sessions": -1,
        "crisis_incidents": -1,
        "data_retention_days": -1,
        "recovery_week": -1,
        "recovery_day": -1,
        "primary_track": "SELF_WORK",
    },
    "quests": {
        "child_age": 19,
        "reveal_threshold_percentage": 80,
        "total_nodes": -1,
        "plays_count": -1,
        "reveal_count": -1,
        "rating": 0.5,
    },
    "child_privacy_settings": {"consent_revoked_at": "2020-01-01"},
    "psychologist_reviews": {
        "emotional_safety_score": 0,
        "therapeutic_correctness_score": 6,
        "age_appropriateness_score": 0,
        "reveal_timing_score": 6,
        "overall_score": 0.9,
        "review_duration_minutes": -1,
        "content_hash": "A" * 64,
        "open_errors": -1,
    },
    "quest_builder_sessions": {"current_stage": "done"},
    "quest_progress": {
        "current_step": -1,
        "session_count": -1,
        "total_time_minutes": -0.5,
        "completed_at": "2020-01-01",
    },
    "quest_ratings": {"rating": 6},
    "user_tracks": {
        "completion_percentage": 101,
        "weeks_active": -1,
        "days_active": -1,
        "total_activities": -1,
        "completed_activities": -1,
    },
}
"""A value that each CHECK refuses, the others being kept; named as the CHECK is."""

KEPT: list[tuple[str, dict[str, Any]]] = [
    ("users", {"emotional_score": 0, "crisis_level": 0, "total_messages": 0, "data_retention_days": 0}),
    *(("users", {"primary_track": track.value}) for track in RecoveryTrack),
    ("quests", {"child_age": 0, "reveal_threshold_percentage": 0, "rating": 0, "plays_count": 0}),
    ("quests", {"child_age": 18, "reveal_threshold_percentage": 1, "rating": 1}),
    ("quests", {"rating": 5, "status": "any", "moderation_status": "any", "difficulty_level": "any"}),
    ("child_privacy_settings", {"consent_timestamp": NOON, "consent_revoked_at": NOON}),
    ("child_privacy_settings", {"consent_timestamp": None, "consent_revoked_at": NOON}),
    ("psychologist_reviews", {"emotional_safety_score": 1, "overall_score": 1, "content_hash": "0" * 64}),
    ("psychologist_reviews", {"emotional_safety_score": 5, "overall_score": 5, "content_hash": None}),
    *(("quest_builder_sessions", {"current_stage": stage.value}) for stage in BuilderStage),
    ("quest_progress", {"started_at": NOON, "completed_at": NOON, "total_time_minutes": 0, "current_step": 0}),
    ("quest_ratings", {"rating": 1}),
    ("quest_ratings", {"rating": 5}),
    ("user_tracks", {"completion_percentage": 0, "total_activities": 3, "completed_activities": 3}),
    ("user_tracks", {"completion_percentage": 100, "total_activities": None, "completed_activities": 1}),
]


@pytest.fixture
def connection(pas_in_peace_connection: Connection) -> Connection:
    return pas_in_peace_connection


def add_row(connection: Connection, table: str) -> int:
    """Add a row of the table, and what it stands on."""
    parent = add_parent(connection)
    if table == "users":
        return parent
    quest = add_quest(connection, parent)
    if table == "quests":
        return quest
    if table == "psychologist_reviews":
        return add_review(connection, quest, parent)
    consent = add_consent(connection, quest)
    if table == "child_privacy_settings":
        return consent
    needed = {
        "quest_builder_sessions": {"user_id": parent},
        "quest_progress": {"user_id": parent, "quest_id": quest},
        "quest_ratings": {"user_id": parent, "quest_id": quest, "rating": 3},
        "user_tracks": {"user_id": parent, "track_type": "negotiation", "completed_activities": None},
    }
    return insert(connection, table, **needed[table])


@pytest.mark.parametrize(
    ("table", "name"), [(table, name) for table, values in BROKEN.items() for name in values], ids=str
)
def test_refuses_a_value_beyond_what_the_document_means(connection: Connection, table: str, name: str) -> None:
    row = add_row(connection, table)
    with refused(connection, f"{table}_{name}_check"):
        update(connection, table, row, **{name: BROKEN[table][name]})


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("users", "emotional_score"),
        ("users", "crisis_level"),
        ("quests", "rating"),
        ("quests", "reveal_threshold_percentage"),
        ("psychologist_reviews", "overall_score"),
        ("quest_progress", "total_time_minutes"),
    ],
)
def test_refuses_what_is_no_number(connection: Connection, table: str, name: str, value: str) -> None:
    row = add_row(connection, table)
    with refused(connection, f"{table}_{name}_check"):
        update(connection, table, row, **{name: value})


def test_no_more_activities_are_done_than_were_given(connection: Connection) -> None:
    row = add_row(connection, "user_tracks")
    with refused(connection, "user_tracks_activities_check"):
        update(connection, "user_tracks", row, total_activities=2, completed_activities=3)


def test_nothing_is_approved_that_the_checks_found_errors_in(connection: Connection) -> None:
    row = add_row(connection, "psychologist_reviews")
    update(connection, "psychologist_reviews", row, open_errors=0)
    with refused(connection, "psychologist_reviews_approved_check"):
        update(connection, "psychologist_reviews", row, open_errors=1)
    update(connection, "psychologist_reviews", row, open_errors=1, is_approved=False)
    with refused(connection, "psychologist_reviews_approved_check"):
        update(connection, "psychologist_reviews", row, is_approved=True)


@pytest.mark.parametrize(("table", "values"), KEPT, ids=str)
def test_keeps_values_up_to_the_border(connection: Connection, table: str, values: dict[str, Any]) -> None:
    update(connection, table, add_row(connection, table), **values)


def test_every_check_is_tried(connection: Connection) -> None:
    held = connection.execute(
        "SELECT conname FROM pg_constraint WHERE connamespace = 'pas_in_peace'::regnamespace AND contype = 'c'"
    )
    tried = {f"{table}_{name}_check" for table, values in BROKEN.items() for name in values}
    assert {name for (name,) in held} == tried | ELSEWHERE


@pytest.mark.parametrize("table", ["quest_builder_sessions", "user_tracks"])
def test_updated_at_follows_a_change(connection: Connection, table: str) -> None:
    row = add_row(connection, table)
    update(connection, table, row, updated_at=NOON)
    assert one(connection, f"SELECT updated_at = '{NOON}' FROM {table} WHERE id = {row}")
    update(connection, table, row, created_at=NOON) if table == "quest_builder_sessions" else update(
        connection, table, row, days_active=1
    )
    assert one(connection, f"SELECT updated_at = now() FROM {table} WHERE id = {row}")


def test_the_link_to_a_review_ends_with_the_review(connection: Connection) -> None:
    quest = add_quest(connection, add_parent(connection))
    review = add_review(connection, quest, None)
    update(connection, "quests", quest, psychologist_review_id=review)
    connection.execute("DELETE FROM psychologist_reviews")
    assert one(connection, "SELECT psychologist_review_id FROM quests WHERE id = %s", [quest]) is None


def test_a_parent_takes_everything_along(connection: Connection) -> None:
    parent = add_parent(connection)
    quest = add_quest(connection, parent)
    add_consent(connection, quest)
    add_review(connection, quest, add_parent(connection))
    for table in ("user_quest_library", "quest_progress"):
        insert(connection, table, user_id=parent, quest_id=quest)
    connection.execute("DELETE FROM users WHERE id = %s", [parent])
    tables = ("quests", "child_privacy_settings", "psychologist_reviews", "user_quest_library", "quest_progress")
    assert [one(connection, f"SELECT count(*) FROM {table}") for table in tables] == [0] * len(tables)


def test_columns_that_name_a_person_are_identifiers() -> None:
    named = {
        f"{table.name}.{each.name}": each.info["privacy"]
        for table in Base.metadata.tables.values()
        for each in table.columns
        if each.name.endswith(("user_id", "reviewer_id", "_name", "telegram_id")) or each is table.c.get("id")
    }
    keys = {name for name in named if name.endswith(".id")}
    assert {name for name in keys if named[name] is Privacy.IDENTIFIER} == {"users.id"}
    assert {named[name] for name in named.keys() - keys} == {Privacy.IDENTIFIER}
