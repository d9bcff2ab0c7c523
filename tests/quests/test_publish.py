"""`toolbox quests publish`: with every approval or not at all, and never over an edit."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import errors

from tests.quests.conftest import Quests
from tests.quests.judging import approve, moderate, one, report
from tests.support.servers import Database

pytestmark = pytest.mark.usefixtures("imported")


@pytest.fixture
def approved(quests: Quests, database: Database) -> Quests:
    moderate(database)
    assert approve(quests, database).exit_code == 0
    return quests


def is_public(database: Database) -> bool:
    return bool(one(database, "SELECT is_public FROM quests WHERE quest_id = 'two-doors'"))


def test_an_approved_quest_is_published_and_unpublished(approved: Quests, database: Database) -> None:
    assert approved("publish", "two-doors", "--dry-run").exit_code == 0
    assert not is_public(database)
    assert report(approved("publish", "two-doors", "--format", "json"))["items"][0]["fate"] == "published"
    assert is_public(database)
    before = one(database, "SELECT count(*) FROM toolbox.audit_log")
    assert report(approved("publish", "two-doors", "--format", "json"))["items"][0]["fate"] == "unchanged"
    assert one(database, "SELECT count(*) FROM toolbox.audit_log") == before
    assert report(approved("unpublish", "two-doors", "--format", "json"))["items"][0]["fate"] == "unpublished"
    assert not is_public(database)
    assert approved("publish", "unheard-of").exit_code == 2


WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"""
KEEPS = {
    "UPDATE quests SET moderation_status = 'pending'": "moderation has not approved it",
    "DELETE FROM psychologist_reviews": "it has no review",
    "UPDATE psychologist_reviews SET is_approved = false": "its review does not approve it",
    "UPDATE psychologist_reviews SET reviewer_id = NULL": "its review does not say who reviewed",
    "UPDATE psychologist_reviews SET reviewer_id = 17": "its author reviewed it",
    "UPDATE psychologist_reviews SET reviewer_credentials = E' \\t'": "its review names no qualification",
    "UPDATE psychologist_reviews SET content_hash = NULL": "its review is not of this content",
}


def test_the_command_and_the_database_refuse_the_same(approved: Quests, database: Database) -> None:
    for keeping, reason in KEEPS.items():
        moderate(database)
        assert approve(approved, database).exit_code == 0
        database.execute(f"SET search_path TO pas_in_peace; {keeping}")
        done = approved("publish", "two-doors", "--format", "json")
        assert done.exit_code == (3 if "content_hash" in keeping else 4)
        assert report(done)["items"][0]["reasons"] == [reason]
        with pytest.raises(errors.CheckViolation, match=reason):
            database.execute("UPDATE pas_in_peace.quests SET is_public = true")
        assert not is_public(database)


def test_all_reasons_are_told_and_none_of_several_is_published(approved: Quests, database: Database) -> None:
    database.execute("""
        INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml, graph_structure)
        VALUES (17, 'other', 'Other', '', '{"nodes": [], "edges": []}')""")
    done = approved("publish", "two-doors", "other")
    assert done.exit_code == 4
    for reason in (
        "moderation has not approved it",
        "it has no review",
        "the checks find errors in it: Q01",
        "its quest_yaml tells",
    ):
        assert reason in done.stdout
    assert not is_public(database)


def test_a_review_of_another_program_is_published_when_it_was_checked(approved: Quests, database: Database) -> None:
    database.execute("UPDATE pas_in_peace.psychologist_reviews SET open_errors = NULL")
    with pytest.raises(errors.CheckViolation, match="the checks found no error"):
        database.execute("UPDATE pas_in_peace.quests SET is_public = true")
    assert approved("publish", "two-doors").exit_code == 0
    assert one(database, "SELECT open_errors FROM psychologist_reviews") == 0
    assert is_public(database)


def test_what_can_not_be_checked_is_not_published(approved: Quests, database: Database) -> None:
    database.execute("""
        SET search_path TO pas_in_peace;
        UPDATE quests SET graph_structure = NULL;
        UPDATE psychologist_reviews SET content_hash = (SELECT quest_content_hash(q) FROM quests AS q)""")
    done = approved("publish", "two-doors", "--format", "json")
    assert done.exit_code == 4
    assert report(done)["items"][0]["reasons"] == ["it has no graph that could be checked"]


def test_an_edit_between_approval_and_publication_is_a_conflict(approved: Quests, database: Database) -> None:
    database.execute("UPDATE pas_in_peace.quests SET title = 'Three doors'")
    done = approved("publish", "two-doors", "--format", "json")
    assert done.exit_code == 3
    assert report(done)["items"][0]["fate"] == "conflict"
    assert report(done)["items"][0]["changes"] == ["title"]
    assert "Three doors" not in done.stdout
    assert not is_public(database)


def test_an_edit_under_way_is_waited_for(approved: Quests, database: Database) -> None:
    with database.connect(autocommit=False) as editing, ThreadPoolExecutor(1) as pool:
        editing.execute("UPDATE pas_in_peace.quests SET title = 'Three doors'")
        publishing = pool.submit(approved, "publish", "two-doors")
        while not one(database, WAITING):
            assert not publishing.done()
        editing.commit()
        assert publishing.result().exit_code == 3
    assert not is_public(database)
