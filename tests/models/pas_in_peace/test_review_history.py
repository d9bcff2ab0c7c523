"""Earlier judgements stay, whole, whoever changes a review and however."""

from typing import Any

import pytest
from psycopg import errors

from tests.support.quests import Connection, add_parent, add_quest, add_review, hash_of, one, update

pytestmark = pytest.mark.every_version

WHO = ("reviewer_id", "reviewer_name", "reviewer_credentials")


@pytest.fixture
def connection(pas_in_peace_connection: Connection) -> Connection:
    return pas_in_peace_connection


@pytest.fixture
def reviewer(connection: Connection) -> int:
    return add_parent(connection)


@pytest.fixture
def quest(connection: Connection) -> int:
    return add_quest(connection, add_parent(connection))


@pytest.fixture
def review(connection: Connection, quest: int, reviewer: int) -> int:
    return add_review(connection, quest, reviewer, reviewer_name="Robin Example", strengths="Warm.", open_errors=0)


def kept(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT quest_id, reviewer_id, reviewer_name, strengths, is_approved FROM psychologist_review_history"
    ).fetchall()


def test_the_history_has_every_column_of_a_review(connection: Connection) -> None:
    columns = """
        SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"""
    of_reviews, of_history = (
        {*connection.execute(columns, [f"psychologist_review{name}"]).fetchall()} for name in ("s", "_history")
    )
    assert of_history - of_reviews == {("number", "integer"), ("superseded_at", "timestamp with time zone")}
    assert of_reviews - of_history == {("id", "integer")}


@pytest.mark.parametrize("change", ["is_approved = false", "strengths = 'Cold.'", f"content_hash = '{'0' * 64}'"])
def test_a_changed_judgement_is_kept_as_it_was(
    connection: Connection, quest: int, reviewer: int, review: int, change: str
) -> None:
    before = connection.execute("SELECT * FROM psychologist_reviews").fetchone()
    connection.execute(f"UPDATE psychologist_reviews SET {change}")
    assert kept(connection) == [(quest, reviewer, "Robin Example", "Warm.", True)]
    after = connection.execute("SELECT * FROM psychologist_review_history").fetchone()
    assert before is not None
    assert after is not None
    assert (after[0], after[1], after[2:-1]) == (quest, 1, before[2:])


def test_another_reviewer_and_a_judgement_that_is_taken_back_are_kept(
    connection: Connection, quest: int, reviewer: int, review: int
) -> None:
    other = add_parent(connection)
    update(connection, "psychologist_reviews", review, reviewer_id=other)
    connection.execute("DELETE FROM psychologist_reviews")
    assert [row[:2] for row in kept(connection)] == [(quest, reviewer), (quest, other)]


def test_nothing_is_kept_where_nothing_was_judged_anew(connection: Connection, review: int) -> None:
    connection.execute("UPDATE psychologist_reviews SET strengths = strengths")
    update(connection, "psychologist_reviews", review, **dict.fromkeys(WHO))
    assert kept(connection) == []


def test_an_upsert_is_kept_too(connection: Connection, quest: int, review: int) -> None:
    connection.execute(
        "INSERT INTO psychologist_reviews SELECT * FROM psychologist_reviews"
        " ON CONFLICT (quest_id) DO UPDATE SET overall_score = 2"
    )
    assert len(kept(connection)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE psychologist_review_history SET strengths = 'Other.'",
        "UPDATE psychologist_review_history SET strengths = strengths",
        "UPDATE psychologist_review_history SET reviewer_name = 'Another'",
        "UPDATE psychologist_review_history SET reviewer_name = NULL, is_approved = false",
        "DELETE FROM psychologist_review_history",
        "TRUNCATE psychologist_review_history",
    ],
)
def test_the_history_is_not_changed(connection: Connection, review: int, change: str) -> None:
    update(connection, "psychologist_reviews", review, strengths="Cold.")
    with pytest.raises(errors.InsufficientPrivilege, match="append-only"), connection.transaction():
        connection.execute(change)
    assert len(kept(connection)) == 1


def test_who_judged_may_be_forgotten(connection: Connection, quest: int, reviewer: int, review: int) -> None:
    update(connection, "psychologist_reviews", review, strengths="Cold.")
    connection.execute("UPDATE psychologist_review_history SET reviewer_name = NULL")
    connection.execute("DELETE FROM users WHERE id = %s", [reviewer])
    assert kept(connection) == [(quest, None, None, "Warm.", True)]


def test_the_history_goes_with_its_quest(connection: Connection, quest: int, review: int) -> None:
    update(connection, "psychologist_reviews", review, strengths="Cold.")
    connection.execute("DELETE FROM quests WHERE id = %s", [quest])
    assert kept(connection) == []


def test_who_changes_a_review_needs_no_right_on_the_history(connection: Connection, review: int) -> None:
    connection.execute("""
        CREATE ROLE review_writer;
        GRANT USAGE ON SCHEMA pas_in_peace TO review_writer;
        GRANT SELECT, UPDATE ON psychologist_reviews TO review_writer;
        SET LOCAL ROLE review_writer""")
    update(connection, "psychologist_reviews", review, strengths="Cold.")
    connection.execute("RESET ROLE")
    assert len(kept(connection)) == 1


def test_nobody_writes_history_from_a_table_of_their_own(connection: Connection, review: int) -> None:
    connection.execute("""
        CREATE ROLE review_reader;
        GRANT USAGE ON SCHEMA pas_in_peace TO review_reader;
        GRANT SELECT ON psychologist_reviews TO review_reader;
        SET LOCAL ROLE review_reader;
        CREATE TEMPORARY TABLE forged AS SELECT * FROM psychologist_reviews;
        CREATE TRIGGER keep_earlier AFTER DELETE ON forged FOR EACH ROW EXECUTE FUNCTION keep_earlier_review()""")
    with pytest.raises(errors.InsufficientPrivilege, match="psychologist_reviews alone"), connection.transaction():
        connection.execute("DELETE FROM forged")
    connection.execute("RESET ROLE")
    assert kept(connection) == []


def test_a_temporary_table_cannot_stand_in_for_the_history(connection: Connection, quest: int, review: int) -> None:
    connection.execute("CREATE TEMPORARY TABLE psychologist_review_history (LIKE psychologist_review_history)")
    update(connection, "psychologist_reviews", review, content_hash=hash_of(connection, quest)[::-1])
    assert one(connection, "SELECT count(*) FROM pas_in_peace.psychologist_review_history") == 1
