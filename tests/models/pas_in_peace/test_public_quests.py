from typing import Any

import pytest
from psycopg import errors

from tests.support.quests import (
    Connection,
    add_parent,
    add_public_quest,
    add_quest,
    add_review,
    hash_of,
    insert,
    one,
    refused,
    update,
)
from tests.support.servers import Database

pytestmark = pytest.mark.every_version

RULE = "quests_public_review"

INVALID: list[tuple[dict[str, Any], str]] = [
    ({"is_approved": False}, "its review does not approve it"),
    ({"is_approved": None}, "its review does not approve it"),
    ({"reviewer_id": None}, "its review does not say who reviewed"),
    ({"reviewer_credentials": None}, "its review names no qualification"),
    ({"reviewer_credentials": " "}, "its review names no qualification"),
    ({"reviewer_credentials": "\t\n"}, "its review names no qualification"),
    ({"open_errors": None}, "its review does not say that the checks found no error"),
    ({"content_hash": "0" * 64}, "its review is not of this content"),
    ({"content_hash": None}, "its review is not of this content"),
]
"""What makes a review worthless for publication, and what the refusal says."""

EDITED: dict[str, Any] = {
    "title": "Another",
    "graph_structure": {"nodes": [{"id": "a"}]},
    "reveal_message": "It was me",
    "moderation_status": "pending",
    "child_age": None,
}


@pytest.fixture
def connection(pas_in_peace_connection: Connection) -> Connection:
    return pas_in_peace_connection


@pytest.fixture
def author(connection: Connection) -> int:
    return add_parent(connection)


@pytest.fixture
def reviewer(connection: Connection) -> int:
    return add_parent(connection)


@pytest.fixture
def quest(connection: Connection, author: int) -> int:
    return add_quest(connection, author, moderation_status="approved", child_age=8)


def is_public(connection: Connection, quest: int) -> bool:
    return bool(one(connection, "SELECT is_public FROM quests WHERE id = %s", [quest]))


def author_of(connection: Connection, quest: int) -> int:
    return int(one(connection, "SELECT user_id FROM quests WHERE id = %s", [quest]))


def test_a_reviewed_quest_becomes_public(connection: Connection, quest: int, reviewer: int) -> None:
    add_review(connection, quest, reviewer)
    update(connection, "quests", quest, is_public=True)
    assert is_public(connection, quest)


def test_a_quest_without_review_does_not(connection: Connection, quest: int) -> None:
    with refused(connection, RULE):
        update(connection, "quests", quest, is_public=True)


def test_a_quest_that_its_author_reviewed_does_not(connection: Connection, quest: int, author: int) -> None:
    add_review(connection, quest, author)
    with refused(connection, RULE):
        update(connection, "quests", quest, is_public=True)


@pytest.mark.parametrize("status", ["pending", "rejected", "Approved", None])
def test_a_quest_that_moderation_has_not_approved_does_not(
    connection: Connection, quest: int, reviewer: int, status: str | None
) -> None:
    add_review(connection, quest, reviewer)
    with refused(connection, RULE):
        update(connection, "quests", quest, is_public=True, moderation_status=status)


@pytest.mark.parametrize(("values", "fault"), INVALID, ids=str)
def test_the_refusal_says_what_is_missing(
    connection: Connection, quest: int, reviewer: int, values: dict[str, Any], fault: str
) -> None:
    add_review(connection, quest, reviewer, **values)
    with pytest.raises(errors.CheckViolation) as caught:
        update(connection, "quests", quest, is_public=True)
    told = caught.value.diag
    assert (told.schema_name, told.table_name, told.constraint_name) == ("pas_in_peace", "quests", RULE)
    assert told.message_primary == f"quest {quest} may not be public, because {fault}"
    assert "is_public to false" in str(told.message_hint)


def test_content_and_publication_in_one_statement_is_judged_as_written(
    connection: Connection, quest: int, reviewer: int
) -> None:
    add_review(connection, quest, reviewer)
    with refused(connection, RULE):
        update(connection, "quests", quest, is_public=True, title="Another")


def test_a_quest_is_not_inserted_as_public(connection: Connection, author: int) -> None:
    with refused(connection, RULE):
        add_quest(connection, author, is_public=True, moderation_status="approved")


@pytest.mark.parametrize("name", EDITED)
def test_a_public_quest_is_not_edited(connection: Connection, name: str) -> None:
    quest, _ = add_public_quest(connection, child_age=8)
    with refused(connection, RULE):
        update(connection, "quests", quest, **{name: EDITED[name]})
    update(connection, "quests", quest, is_public=False, **{name: EDITED[name]})


def test_counters_of_a_public_quest_change(connection: Connection) -> None:
    quest, _ = add_public_quest(connection)
    update(connection, "quests", quest, rating=4.5, plays_count=2, reveal_count=1, last_reveal_at="now")
    update(connection, "quests", quest, status="deployed", deployed_to_inner_edu=True)
    with refused(connection, RULE):
        update(connection, "quests", quest, plays_count=3, title="Another")
    assert is_public(connection, quest)


def test_layout_of_a_public_quest_changes(connection: Connection) -> None:
    quest, _ = add_public_quest(connection, graph_structure={"nodes": [{"id": "a", "position": {"x": 1}}]})
    update(connection, "quests", quest, graph_structure={"nodes": [{"id": "a", "position": {"x": 2}}], "viewport": {}})


def test_a_public_quest_does_not_pass_to_its_reviewer(connection: Connection) -> None:
    quest, review = add_public_quest(connection)
    reviewer = one(connection, "SELECT reviewer_id FROM psychologist_reviews WHERE id = %s", [review])
    with refused(connection, RULE):
        update(connection, "quests", quest, user_id=reviewer)
    update(connection, "quests", quest, user_id=add_parent(connection))


@pytest.mark.parametrize("values", [values for values, _ in INVALID], ids=str)
def test_the_review_of_a_public_quest_stays_valid(connection: Connection, values: dict[str, Any]) -> None:
    _, review = add_public_quest(connection)
    with refused(connection, RULE):
        update(connection, "psychologist_reviews", review, **values)


def test_the_review_of_a_public_quest_does_not_pass_to_its_author(connection: Connection) -> None:
    quest, review = add_public_quest(connection)
    with refused(connection, RULE):
        update(connection, "psychologist_reviews", review, reviewer_id=author_of(connection, quest))


def test_the_review_of_a_public_quest_does_not_move(connection: Connection, quest: int) -> None:
    _, review = add_public_quest(connection)
    with refused(connection, RULE):
        update(connection, "psychologist_reviews", review, quest_id=quest)


def test_the_review_of_a_public_quest_is_not_deleted(connection: Connection) -> None:
    quest, review = add_public_quest(connection)
    with refused(connection, RULE):
        connection.execute("DELETE FROM psychologist_reviews WHERE id = %s", [review])
    update(connection, "quests", quest, is_public=False)
    connection.execute("DELETE FROM psychologist_reviews WHERE id = %s", [review])


def test_the_rest_of_the_review_changes(connection: Connection) -> None:
    _, review = add_public_quest(connection)
    update(connection, "psychologist_reviews", review, strengths="Calm", reviewer_name="R.", reveal_timing_score=4)
    update(connection, "psychologist_reviews", review, reviewer_id=add_parent(connection))


def test_a_private_quest_is_reviewed_as_one_likes(connection: Connection, quest: int, author: int) -> None:
    review = add_review(connection, quest, author)
    update(connection, "psychologist_reviews", review, is_approved=False, content_hash=None, reviewer_id=None)
    connection.execute("DELETE FROM psychologist_reviews")


def test_edit_and_new_judgement_in_one_statement_keep_a_quest_public(connection: Connection) -> None:
    quest, review = add_public_quest(connection)
    update(connection, "quests", quest, is_public=False, title="Another")
    after = hash_of(connection, quest)
    update(connection, "quests", quest, title="A title", is_public=True)
    connection.execute(
        "WITH judged AS (UPDATE psychologist_reviews SET content_hash = %s WHERE id = %s)"
        " UPDATE quests SET title = 'Another' WHERE id = %s",
        [after, review, quest],
    )
    assert is_public(connection, quest)


def test_a_public_quest_is_deleted_with_its_review(connection: Connection) -> None:
    quest, review = add_public_quest(connection)
    update(connection, "quests", quest, psychologist_review_id=review)
    connection.execute("DELETE FROM quests WHERE id = %s", [quest])
    assert one(connection, "SELECT count(*) FROM psychologist_reviews") == 0


def test_the_author_of_a_public_quest_is_deleted_with_it(connection: Connection) -> None:
    quest, _ = add_public_quest(connection)
    connection.execute("DELETE FROM users WHERE id = %s", [author_of(connection, quest)])
    assert one(connection, "SELECT count(*) FROM quests") == 0


def test_the_reviewer_of_a_public_quest_stays(connection: Connection) -> None:
    quest, _ = add_public_quest(connection)
    leave = "DELETE FROM users WHERE id IN (SELECT reviewer_id FROM psychologist_reviews)"
    with refused(connection, RULE):
        connection.execute(leave)
    update(connection, "quests", quest, is_public=False)
    connection.execute(leave)
    assert one(connection, "SELECT reviewer_id FROM psychologist_reviews") is None


@pytest.mark.parametrize("order", ["author first", "reviewer first"])
def test_author_and_reviewer_leave_together(database: Database, order: str) -> None:
    with database.connect(options="-c search_path=pas_in_peace") as connection:
        older, newer = add_parent(connection), add_parent(connection)
        author, reviewer = (older, newer) if order == "author first" else (newer, older)
        quest = add_quest(connection, author, moderation_status="approved")
        add_review(connection, quest, reviewer)
        update(connection, "quests", quest, is_public=True)
        connection.execute("DELETE FROM users")
        assert one(connection, "SELECT count(*) FROM quests") == 0


@pytest.mark.parametrize("table", ["quests", "users", "psychologist_reviews"])
def test_tables_are_emptied_together(connection: Connection, table: str) -> None:
    add_public_quest(connection)
    connection.execute(f"TRUNCATE {table} CASCADE")
    assert one(connection, "SELECT count(*) FROM quests") == 0


def test_reviews_are_not_emptied_alone(connection: Connection) -> None:
    quest, _ = add_public_quest(connection)
    with pytest.raises(errors.FeatureNotSupported), connection.transaction():
        connection.execute("TRUNCATE psychologist_reviews")
    connection.execute("ALTER TABLE quests DROP CONSTRAINT quests_psychologist_review_id_fkey")
    with refused(connection, RULE):
        connection.execute("TRUNCATE psychologist_reviews")
    update(connection, "quests", quest, is_public=False)
    connection.execute("TRUNCATE psychologist_reviews")


def test_a_temporary_table_cannot_stand_in_for_reviews(connection: Connection, quest: int, reviewer: int) -> None:
    review = add_review(connection, quest, reviewer, is_approved=False)
    connection.execute("CREATE TEMPORARY TABLE psychologist_reviews AS SELECT * FROM psychologist_reviews")
    connection.execute("UPDATE pg_temp.psychologist_reviews SET is_approved = true WHERE id = %s", [review])
    with refused(connection, RULE):
        update(connection, "quests", quest, is_public=True)


STAND_IN = """
CREATE TYPE pg_temp.text AS (said varchar);
CREATE FUNCTION pg_temp.forged(jsonb) RETURNS pg_temp.text LANGUAGE sql
    AS $$ SELECT ROW(($1 || '{"title": "A title"}')::varchar)::pg_temp.text $$;
CREATE FUNCTION pg_temp.told(pg_temp.text) RETURNS pg_catalog.text LANGUAGE sql
    AS $$ SELECT ($1).said::pg_catalog.text $$;
CREATE CAST (jsonb AS pg_temp.text) WITH FUNCTION pg_temp.forged(jsonb);
CREATE CAST (pg_temp.text AS pg_catalog.text) WITH FUNCTION pg_temp.told(pg_temp.text) AS IMPLICIT"""
"""A type that stands in for text, and tells of any content what was reviewed."""


def test_a_temporary_type_cannot_stand_in_for_what_is_hashed(connection: Connection) -> None:
    quest, _ = add_public_quest(connection)
    connection.execute(STAND_IN)
    with refused(connection, RULE):
        update(connection, "quests", quest, title="Another")


def test_no_function_that_guards_looks_into_temporary_schemas_first(connection: Connection) -> None:
    guards = connection.execute("""
        SELECT proname, proconfig FROM pg_proc
        WHERE pronamespace = 'pas_in_peace'::regnamespace AND proname <> 'touch_updated_at'""").fetchall()
    assert len(guards) > 8
    for name, settings in guards:
        assert "search_path=pas_in_peace, pg_temp" in settings, name


def test_who_edits_quests_needs_no_right_on_reviews(connection: Connection, quest: int, reviewer: int) -> None:
    add_review(connection, quest, reviewer)
    connection.execute("""
        CREATE ROLE quest_editor;
        GRANT USAGE ON SCHEMA pas_in_peace TO quest_editor;
        GRANT SELECT, UPDATE ON quests TO quest_editor;
        SET LOCAL ROLE quest_editor""")
    update(connection, "quests", quest, is_public=True)
    with refused(connection, RULE):
        update(connection, "quests", quest, title="Another")


def test_who_cannot_see_a_quest_does_not_take_its_review_away(connection: Connection) -> None:
    _, review = add_public_quest(connection)
    connection.execute("""
        CREATE ROLE review_editor;
        GRANT USAGE ON SCHEMA pas_in_peace TO review_editor;
        GRANT SELECT, UPDATE ON psychologist_reviews TO review_editor;
        ALTER TABLE quests ENABLE ROW LEVEL SECURITY;
        SET LOCAL ROLE review_editor""")
    with refused(connection, RULE):
        update(connection, "psychologist_reviews", review, is_approved=False)


def test_many_quests_are_published_at_once_or_none(connection: Connection, author: int, reviewer: int) -> None:
    quests = [add_quest(connection, author, moderation_status="approved") for _ in range(3)]
    for quest in quests:
        add_review(connection, quest, reviewer)
    update(connection, "quests", quests[1], title="Another")
    with refused(connection, RULE):
        connection.execute("UPDATE quests SET is_public = true")
    assert one(connection, "SELECT count(*) FROM quests WHERE is_public") == 0
    connection.execute(
        "UPDATE psychologist_reviews AS r SET content_hash = quest_content_hash(q) FROM quests AS q"
        " WHERE q.id = r.quest_id"
    )
    connection.execute("UPDATE quests SET is_public = true")


def test_a_rating_does_not_wait_for_a_review(connection: Connection, reviewer: int) -> None:
    quest, _ = add_public_quest(connection)
    insert(connection, "quest_ratings", user_id=reviewer, quest_id=quest, rating=5)
    connection.execute("UPDATE quests SET rating = (SELECT avg(rating) FROM quest_ratings), plays_count = 1")
    assert one(connection, "SELECT rating FROM quests WHERE id = %s", [quest]) == 5
