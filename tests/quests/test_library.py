"""`toolbox quests list`, `library` and `rate`: what parents find, take and think."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.quests.conftest import Quests
from tests.quests.judging import one, report
from tests.quests.test_publish import WAITING
from tests.support.servers import Database

LISTED = """
SET search_path TO pas_in_peace;
INSERT INTO quests (id, user_id, quest_id, title, quest_yaml, psychological_module, age_range, rating, plays_count)
VALUES (1, 17, 'a', 'Anna and the fox', '', 'CBT', '7-9', 4.5, 3), (2, 17, 'b', 'B', '', 'cbt', '10 – 12', 4.8, 1),
    (3, 17, 'c', 'C', '', 'CBT', '9-11', 0, 9), (4, 19, 'd', 'D', '', 'DBT', '6+', 4.5, 7),
    (5, 17, 'e', 'E', '', 'CBT', 'all', 4.6, 0), (6, 17, 'f', 'F', '', 'CBT', '8', 4, 0), (7, 17, 'g', 'G', '', NULL,
    NULL, NULL, NULL), (8, 19, 'h', 'H', '', 'DBT', '100', 0, 0);
INSERT INTO psychologist_reviews (quest_id, emotional_safety_score, therapeutic_correctness_score,
    age_appropriateness_score, reveal_timing_score, is_approved, content_hash, reviewer_id, reviewer_credentials,
    open_errors)
SELECT id, 5, 5, 5, 5, true, quest_content_hash(q), 18, 'MSc', 0 FROM quests AS q;
UPDATE quests SET moderation_status = 'approved';
UPDATE quests SET is_public = true WHERE quest_id NOT IN ('a', 'g', 'h')"""


@pytest.fixture
def full(quests: Quests, database: Database) -> Quests:
    database.execute(LISTED)
    return quests


FOUND: dict[tuple[str, ...], str] = {
    (): "bedafcgh",
    ("--public",): "bedfc",
    ("--module", "CBT"): "beafc",
    ("--age", "7-9"): "dafc",
    ("--age", "9"): "dac",
    ("--age", "10"): "bdc",
    ("--age", "12"): "bd",
    ("--age", "13"): "d",
    ("--age", "0-6"): "d",
    ("--age", "5"): "",
    ("--min-rating", "4.5"): "beda",
    ("--min-rating", "4.51"): "be",
    ("--author", "unique"): "dh",
    ("--public", "--module", "CBT", "--age", "7-9", "--min-rating", "4"): "f",
}


def test_each_filter_and_the_best_first(full: Quests) -> None:
    found = {}
    for options in FOUND:
        listed = report(full("list", *options, "--format", "json"))
        found[options] = "".join(item["quest"] for item in listed["items"])
    assert found == FOUND


def test_what_is_no_age_is_refused(full: Quests) -> None:
    refused = {age: full("list", "--age", age).exit_code for age in ("nine", "9-7", "", "7-9-11")}
    assert {*refused.values()} == {2}, refused


def test_a_title_that_may_name_a_child_is_shown_where_that_is_asked_and_recorded(
    full: Quests, database: Database
) -> None:
    listed = full("list")
    assert "Anna" not in listed.stdout
    assert " B " in listed.stdout
    assert one(database, "SELECT count(*) FROM toolbox.audit_log") == 0
    assert "Anna" in full("list", "--personal", "--module", "CBT").stdout
    recorded = one(database, "SELECT details FROM toolbox.audit_log")
    assert recorded == {"seen": 5, "filters": {"public": False, "module": "CBT"}}


def test_a_public_quest_is_taken_once_and_given_back(full: Quests, database: Database) -> None:
    def fate(*options: str) -> str:
        done = full("library", *options, "--for", "unique", "--format", "json")
        assert done.exit_code == 0, done.stderr
        told: str = report(done)["items"][0]["fate"]
        return told

    assert fate("add", "b", "--dry-run") == "added"
    assert [fate("add", "b"), fate("add", "b")] == ["added", "unchanged"]
    assert [item["quest"] for item in report(full("library", "list", "--for", "19", "--format", "json"))["items"]] == [
        "b"
    ]
    assert one(database, "SELECT count(*) FROM toolbox.audit_log") == 1
    assert full("library", "add", "a", "--for", "unique").exit_code == 4
    assert full("library", "add", "b", "--for", "nobody").exit_code == 2
    assert [fate("remove", "b"), fate("remove", "b")] == ["removed", "unchanged"]


def test_a_quest_that_is_unpublished_meanwhile_is_not_taken(full: Quests, database: Database) -> None:
    with database.connect(autocommit=False) as first, ThreadPoolExecutor(1) as pool:
        first.execute("UPDATE pas_in_peace.quests SET is_public = false WHERE id = 2")
        second = pool.submit(full, "library", "add", "b", "--for", "unique")
        while not one(database, WAITING):
            assert not second.done()
        first.commit()
        assert second.result().exit_code == 4


def figures(database: Database) -> list[tuple[object, ...]]:
    return database.execute("SELECT rating, plays_count FROM pas_in_peace.quests WHERE quest_id = 'b'")


def test_the_rating_is_the_mean_and_each_parent_has_one(full: Quests, database: Database) -> None:
    assert full("rate", "b", "--by", "unique", "--stars", "4", "--text", "Warm.").exit_code == 0
    assert figures(database) == [(4.0, 1)]
    assert full("rate", "b", "--by", "id:18", "--stars", "5").exit_code == 0
    done = report(full("rate", "b", "--by", "unique", "--stars", "1", "--format", "json"))
    assert done["items"] == [{"quest": "b", "rating": 3, "ratings": 2, "plays": 1}]
    assert figures(database) == [(3.0, 1)]
    assert one(database, "SELECT review_text FROM quest_ratings WHERE user_id = 19") == "Warm."
    for options, status in (
        (("a", "--by", "unique", "--stars", "4"), 4),
        (("b", "--by", "id:17", "--stars", "4"), 4),
        (("b", "--by", "unique"), 2),
        (("b", "--by", "unique", "--stars", "6"), 2),
        (("--by", "unique", "--stars", "4"), 2),
        ((), 2),
    ):
        assert full("rate", *options).exit_code == status
    assert one(database, "SELECT count(*) FROM quest_ratings") == 2


def test_two_who_rate_at_once_both_count(full: Quests, database: Database) -> None:
    with database.connect(autocommit=False) as first, ThreadPoolExecutor(1) as pool:
        first.execute("""
            SET search_path TO pas_in_peace;
            SELECT FROM quests WHERE id = 2 FOR NO KEY UPDATE;
            INSERT INTO quest_ratings (user_id, quest_id, rating) VALUES (18, 2, 5)""")
        second = pool.submit(full, "rate", "b", "--by", "unique", "--stars", "2")
        while not one(database, WAITING):
            assert not second.done()
        first.commit()
        assert second.result().exit_code == 0
    assert figures(database) == [(3.5, 1)]


def test_all_figures_are_computed_anew_and_what_is_right_is_not_written(full: Quests, database: Database) -> None:
    database.execute("""
        SET search_path TO pas_in_peace;
        INSERT INTO child_privacy_settings (quest_id, consent_given_by_child, consent_timestamp,
            share_completion_progress)
        SELECT id, true, now(), true FROM quests;
        INSERT INTO quest_progress (user_id, quest_id, session_count) VALUES (18, 2, 4), (19, 2, 3), (19, 3, 2);
        INSERT INTO quest_ratings (user_id, quest_id, rating) VALUES (18, 2, 4), (19, 2, 5), (17, 2, 5), (19, 4, 5)""")
    dry = report(full("rate", "--recompute", "--dry-run", "--format", "json"))
    assert dry["summary"]["changed"] == 6
    assert full("rate", "b", "--recompute").exit_code == 0
    assert figures(database) == [(4.67, 7)]
    assert one(database, "SELECT rating FROM quests WHERE quest_id = 'd'") == 4.5
    assert report(full("rate", "--recompute", "--format", "json"))["summary"]["changed"] == 5
    found = database.execute("SELECT quest_id, rating, plays_count FROM pas_in_peace.quests ORDER BY quest_id")
    assert found == [
        ("a", 0, 3), ("b", 4.67, 7), ("c", 0, 9), ("d", 5, 7), ("e", 0, 0), ("f", 0, 0), ("g", 0, 0), ("h", 0, 0),
    ]  # fmt: skip
    before = database.execute("SELECT xmin::text FROM pas_in_peace.quests")
    assert report(full("rate", "--recompute", "--format", "json"))["summary"]["changed"] == 0
    assert database.execute("SELECT xmin::text FROM pas_in_peace.quests") == before
