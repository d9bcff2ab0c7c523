"""Revisions of pas_in_peace: what each leaves behind, forth and back, on tables with rows."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from tests.migrations.pas_in_peace_rows import ROWS
from tests.support.revisions import build, catalog, differences, downgrade, upgrade
from tests.support.servers import Database, Server
from toolbox_cli.core.database.guards import refused_rows
from toolbox_cli.models.pas_in_peace import Base

HEAD = "pas_in_peace@head"
DOCUMENT = "phase_4_3_integration"
REVISIONS = (
    "pas_in_peace@base",
    "unified_integration",
    DOCUMENT,
    "pas_in_peace_types",
    "pas_in_peace_checks",
    "pas_in_peace_indexes",
    "pas_in_peace_safeguards",
    "pas_in_peace_triggers",
    "pas_in_peace_comments",
    "pas_in_peace_reviews",
)
OURS = {"psychologist_review_history"}

DEPLOYED_INDEXES = {
    "unified_integration": {
        "child_privacy_settings_quest_id_key": True,
        "ix_quests_inner_edu_quest_id": False,
        "ix_quests_quest_id": False,
        "ix_users_telegram_id": True,
        "quests_quest_id_key": True,
    },
    DOCUMENT: {
        "ix_psychologist_reviews_is_approved": False,
        "ix_psychologist_reviews_reviewed_at": False,
        "ix_quest_builder_sessions_user_created": False,
        "ix_quest_progress_last_played": False,
        "ix_quest_progress_user_quest": True,
        "ix_quest_ratings_user_quest": True,
        "ix_quests_is_public": False,
        "ix_quests_psychological_module": False,
        "ix_user_quest_library_user_quest": True,
        "ix_user_tracks_user_track": True,
        "psychologist_reviews_quest_id_key": True,
    },
}
"""Names that installations carry, with whether they are unique; those that a revision adds."""

every_version = pytest.mark.every_version


@pytest.fixture(scope="session")
def installed_template(server: Server) -> Iterator[str]:
    with server.temporary() as made:
        upgrade(made, DOCUMENT)
        yield made.name


@pytest.fixture
def installed(server: Server, installed_template: str) -> Iterator[Database]:
    """What an installation of document 002 has, with rows; its sessions are far from UTC."""
    with server.temporary(installed_template) as made:
        made.execute(f"ALTER DATABASE \"{made.name}\" SET timezone = 'Asia/Kathmandu'")
        made.execute(f'ALTER DATABASE "{made.name}" SET search_path = pas_in_peace')
        made.execute(ROWS)
        yield made


def one(database: Database, statement: str) -> Any:
    ((value,),) = database.execute(statement)
    return value


def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Give every row of every table of the document, times as UTC without a zone."""
    with database.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        found = {}
        for table in sorted({each.name for each in Base.metadata.tables.values()} - OURS):
            cursor = connection.execute(f"SELECT * FROM {table} ORDER BY id")
            names = [column.name for column in cursor.description or ()]
            found[table] = [
                {name: _without_zone(value) for name, value in zip(names, row, strict=True)} for row in cursor
            ]
        return found


def _without_zone(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value


def refused(database: Database, target: str) -> dict[str, str]:
    """Try an upgrade that rows are in the way of; give what is found of each rule, when nothing has changed."""
    before, schema = rows(database), catalog(database, "pas_in_peace")
    with pytest.raises(DBAPIError) as caught:
        upgrade(database, target)
    listed = refused_rows(caught.value.orig)
    assert listed is not None
    assert rows(database) == before
    assert differences(schema, catalog(database, "pas_in_peace")) == []
    return {f"{finding.object} {finding.field}": str(finding.found) for finding in listed.findings}


def test_the_document_revisions_hold_nothing_of_ours(installed: Database) -> None:
    objects = catalog(installed, "pas_in_peace").objects

    assert sum(key.kind == "table" for key in objects) == 9
    assert {key.kind for key in objects} & {"trigger", "function", "partition"} == set()
    assert [key for key, fields in objects.items() if fields.get("type") == "check" or fields.get("comment")] == []
    types = {fields["type"] for key, fields in objects.items() if key.kind == "column"}
    assert types & {"jsonb", "timestamp with time zone"} == set()
    assert types >= {"json", "timestamp without time zone", "usermode", "recoverytrack", "trackphase"}


def test_each_document_revision_has_the_index_names_of_its_installations(empty_database: Database) -> None:
    expected = {}
    for revision, added in DEPLOYED_INDEXES.items():
        upgrade(empty_database, revision)
        expected |= added
        found = empty_database.execute("""
            SELECT relname, indisunique FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            WHERE relnamespace = 'pas_in_peace'::regnamespace AND NOT indisprimary""")
        assert dict(found) == expected


def test_the_database_before_document_002_lacks_what_it_adds(empty_database: Database) -> None:
    upgrade(empty_database, "unified_integration")
    before = catalog(empty_database, "pas_in_peace").objects
    upgrade(empty_database, DOCUMENT)
    added = catalog(empty_database, "pas_in_peace").objects.keys() - before.keys()

    tables = {key.table for key in added if key.kind == "table"}
    assert len(tables) == 6
    assert {key.name for key in added if key.kind == "enum"} == {"usermode", "recoverytrack", "trackphase"}
    columns = [key.table for key in added if key.kind == "column" and key.table not in tables]
    assert (columns.count("users"), columns.count("quests"), len(columns)) == (3, 12, 15)


@every_version
def test_the_migrated_schema_is_that_of_the_models(empty_database: Database, server: Server) -> None:
    upgrade(empty_database, HEAD)
    with server.temporary() as built:
        build(built, Base.metadata)
        expected = catalog(built, "pas_in_peace")
    assert differences(expected, catalog(empty_database, "pas_in_peace")) == []


@every_version
def test_each_revision_taken_back_leaves_the_catalog_as_it_was_and_can_be_repeated(empty_database: Database) -> None:
    before = {}
    for revision in REVISIONS:
        if revision != REVISIONS[0]:
            upgrade(empty_database, revision)
        before[revision] = catalog(empty_database, "pas_in_peace")

    for revision in reversed(REVISIONS[:-1]):
        downgrade(empty_database, revision)
        assert differences(before[revision], catalog(empty_database, "pas_in_peace")) == []

    upgrade(empty_database, HEAD)
    assert differences(before[REVISIONS[-1]], catalog(empty_database, "pas_in_peace")) == []


@every_version
def test_rows_go_up_and_down_unchanged(installed: Database) -> None:
    before = rows(installed)
    assert all(before.values())

    upgrade(installed, HEAD)
    after = rows(installed)
    (review,) = after["psychologist_reviews"]
    assert review.pop("reviewer_id") is None
    assert review.pop("open_errors") is None
    assert review.pop("content") is None
    assert review.pop("content_hash") == one(installed, "SELECT quest_content_hash(q) FROM quests AS q WHERE id = 1")
    assert after == before

    downgrade(installed, DOCUMENT)
    assert rows(installed) == before


@every_version
def test_times_without_a_zone_are_read_as_utc(installed: Database) -> None:
    upgrade(installed, HEAD)

    given = datetime.datetime(2026, 10, 25, 2, 30, 0, 1, tzinfo=datetime.UTC)
    assert installed.execute("SELECT completed_at FROM quest_progress") == [(given,)]
    assert one(installed, "INSERT INTO user_quest_library (user_id, quest_id) VALUES (1, 1) RETURNING added_at = now()")


@every_version
def test_json_that_jsonb_cannot_hold_is_listed_and_nothing_changes(installed: Database) -> None:
    installed.execute(r"""
        UPDATE users SET context = '["\u0000"]' WHERE id = 2;
        UPDATE quests SET graph_structure = '{"n": 1e999999}' WHERE id = 2;
        UPDATE quest_builder_sessions SET conversation_history = '["\ud800"]'""")

    assert refused(installed, "pas_in_peace_types") == {
        "users context": "1 rows, such as 2",
        "quests graph_structure": "1 rows, such as 2",
        "quest_builder_sessions conversation_history": "1 rows, such as 1",
    }


def test_bad_rows_are_listed_all_at_once_and_nothing_changes(installed: Database) -> None:
    upgrade(installed, "pas_in_peace_types")
    installed.execute("""
        UPDATE users SET primary_track = 'SELF_WORK', recovery_day = -1 WHERE id = 2;
        UPDATE quests SET reveal_threshold_percentage = 80, rating = 6 WHERE id = 2;
        UPDATE psychologist_reviews SET emotional_safety_score = 0;
        UPDATE quest_builder_sessions SET current_stage = 'done';
        UPDATE quest_progress SET completed_at = started_at - interval '1 second';
        UPDATE quest_ratings SET rating = 0;
        UPDATE user_tracks SET completed_activities = 1""")

    assert refused(installed, HEAD) == {
        "users users_primary_track_check": "1 rows, such as 2",
        "users users_recovery_day_check": "1 rows, such as 2",
        "quests quests_reveal_threshold_percentage_check": "1 rows, such as 2",
        "quests quests_rating_check": "1 rows, such as 2",
        "psychologist_reviews psychologist_reviews_emotional_safety_score_check": "1 rows, such as 1",
        "quest_builder_sessions quest_builder_sessions_current_stage_check": "1 rows, such as 1",
        "quest_progress quest_progress_completed_at_check": "1 rows, such as 1",
        "quest_ratings quest_ratings_rating_check": "1 rows, such as 1",
        "user_tracks user_tracks_activities_check": "1 rows, such as 1",
    }


@every_version
def test_public_quests_are_listed_and_stay_public(installed: Database) -> None:
    installed.execute("UPDATE quests SET is_public = true WHERE id = 1")
    upgrade(installed, "pas_in_peace_indexes")

    assert refused(installed, HEAD) == {"quests quests_public_review": "1 rows, such as 1"}
    assert one(installed, "SELECT is_public FROM quests WHERE id = 1")


@every_version
def test_a_standing_approval_is_kept_until_its_reviewer_is_known(installed: Database) -> None:
    upgrade(installed, HEAD)
    publish = "UPDATE quests SET is_public = true WHERE id = 1"

    with pytest.raises(errors.CheckViolation, match="does not say who reviewed"):
        installed.execute(publish)
    installed.execute("UPDATE psychologist_reviews SET reviewer_id = 2")
    with pytest.raises(errors.CheckViolation, match="names no qualification"):
        installed.execute(publish)
    installed.execute("UPDATE psychologist_reviews SET reviewer_credentials = 'MSc Psychology'")
    with pytest.raises(errors.CheckViolation, match="the checks found no error"):
        installed.execute(publish)
    installed.execute("UPDATE psychologist_reviews SET open_errors = 0")
    installed.execute(publish)


@every_version
def test_public_quests_that_nobody_checked_are_listed(installed: Database) -> None:
    upgrade(installed, "pas_in_peace_comments")
    installed.execute("""
        UPDATE psychologist_reviews SET reviewer_id = 2, reviewer_credentials = 'MSc Psychology';
        UPDATE quests SET is_public = true WHERE id = 1""")

    assert refused(installed, HEAD) == {"quests quests_public_review": "1 rows, such as 1"}
    installed.execute("UPDATE quests SET is_public = false")
    upgrade(installed, HEAD)
    installed.execute("UPDATE psychologist_reviews SET strengths = 'Warm.'")
    assert one(installed, "SELECT strengths IS DISTINCT FROM 'Warm.' FROM psychologist_review_history")


@every_version
def test_earlier_judgements_are_forgotten_on_the_way_back(installed: Database) -> None:
    upgrade(installed, HEAD)
    installed.execute("UPDATE psychologist_reviews SET strengths = 'Warm.'")
    downgrade(installed, "pas_in_peace_comments")
    installed.execute("""
        UPDATE psychologist_reviews SET reviewer_id = 2, reviewer_credentials = NULL;
        UPDATE quests SET is_public = true WHERE id = 1""")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quests SET last_edited = '2026-03-29 02:30:00.000001' WHERE id = 1",
        "UPDATE psychologist_reviews SET is_approved = false",
        "UPDATE psychologist_reviews SET is_approved = NULL",
    ],
)
def test_what_was_edited_since_or_not_approved_is_not_taken_as_reviewed(installed: Database, change: str) -> None:
    installed.execute(change)
    upgrade(installed, HEAD)
    assert one(installed, "SELECT content_hash FROM psychologist_reviews") is None


def test_a_quest_never_edited_keeps_its_approval(installed: Database) -> None:
    installed.execute("UPDATE quests SET last_edited = NULL")
    upgrade(installed, HEAD)
    assert one(installed, "SELECT content_hash FROM psychologist_reviews") is not None


def test_progress_written_without_consent_stays_and_can_only_be_deleted(installed: Database) -> None:
    upgrade(installed, HEAD)
    assert one(installed, "SELECT current_step FROM quest_progress") == 3
    with pytest.raises(errors.CheckViolation, match="live consent of the child"):
        installed.execute("UPDATE quest_progress SET current_step = 4")
    installed.execute("DELETE FROM quest_progress")
