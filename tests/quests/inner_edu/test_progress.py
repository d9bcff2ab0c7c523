"""A child's progress is asked for and kept only while the child lets us know."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.quests.inner_edu.conftest import Sync
from tests.quests.inner_edu.played import InnerEdu
from tests.quests.judging import one
from tests.support.servers import Database
from tests.support.web import Answer, html_page, instead
from toolbox_cli.quests.inner_edu.api.naming import parent_uuid

Fates = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
PROGRESS = "SELECT coalesce(json_agg(p), '[]') FROM quest_progress AS p"
CONSENT = """
INSERT INTO pas_in_peace.child_privacy_settings
    (quest_id, consent_given_by_child, consent_timestamp, share_completion_progress, share_play_frequency)
SELECT id, true, now(), true, true FROM pas_in_peace.quests WHERE quest_id = 'two-doors'"""


@pytest.fixture
def played(fates: Fates, inner_edu: InnerEdu, database: Database) -> InnerEdu:
    """The quest is there and was played, and the child lets us know."""
    assert fates()[0] == 0
    inner_edu.plays()
    database.execute(CONSENT)
    return inner_edu


def told(sync: Sync, *argv: str) -> tuple[int, str | None, dict[str, Any]]:
    done = sync(*argv, "--format", "json")
    found = json.loads(done.stdout)
    return done.exit_code, found["items"][0]["progress"], found["summary"]["progress"]


def test_progress_is_written_once_and_follows(sync: Sync, played: InnerEdu, database: Database) -> None:
    assert told(sync, "--dry-run")[:2] == (0, "written")
    assert told(sync, "--no-progress")[:2] == (0, None)
    assert one(database, PROGRESS) == []
    assert told(sync)[:2] == (0, "written")
    (row,) = one(database, PROGRESS)
    assert (row["user_id"], row["current_step"], row["session_count"], row["total_time_minutes"]) == (17, 3, 2, 12.5)
    assert row["last_played_at"].startswith("2026-09-02T08:00:00")
    assert told(sync)[:2] == (0, "unchanged")
    earlier = played.progress.pop()
    played.plays(steps=5, completed=True, completed_at="2026-09-03T10:00:00Z", last_played_at="2026-09-03T10:00:00Z")
    played.progress.append(earlier)  # twice, the older one last
    assert told(sync)[:2] == (0, "written")
    assert one(database, "SELECT current_step FROM quest_progress") == 5
    played.progress = [earlier]
    assert told(sync)[:2] == (0, "unchanged")
    assert one(database, "SELECT current_step FROM quest_progress") == 5


LACKING = (
    "consent_given_by_child = false",
    "consent_timestamp = NULL",
    "consent_revoked_at = now()",
    "share_completion_progress = false",
    "share_completion_progress = NULL",
)


def test_without_live_consent_it_is_not_even_asked(sync: Sync, played: InnerEdu, database: Database) -> None:
    for lacking in LACKING:
        database.execute(f"DELETE FROM pas_in_peace.child_privacy_settings; {CONSENT}")
        database.execute(f"UPDATE pas_in_peace.child_privacy_settings SET {lacking}")
        assert told(sync)[:2] == (0, None)
    assert "GET /progress" not in played.asked("GET")
    assert one(database, PROGRESS) == []


def during(inner_edu: InnerEdu, database: Database, statement: str) -> None:
    """Let something happen here while inner_edu answers how far children came."""

    def answering(exchange: Any) -> bool:
        database.execute(statement)
        return bool(exchange.send(exchange.handle()))

    inner_edu.web.trouble(answering, path="*/progress")


REVOKED = "UPDATE pas_in_peace.child_privacy_settings SET consent_revoked_at = now()"


def test_a_consent_taken_back_while_it_answers_is_kept_to(sync: Sync, played: InnerEdu, database: Database) -> None:
    for earlier in (0, 1):
        during(played, database, REVOKED)
        assert told(sync)[:2] == (0, "revoked")
        assert len(one(database, PROGRESS)) == earlier  # what it told before stays
        database.execute(f"DELETE FROM pas_in_peace.child_privacy_settings; {CONSENT}")
        if not earlier:
            assert told(sync)[:2] == (0, "written")
            played.progress[0]["steps"] = 4


def test_what_a_child_changes_at_the_same_time_is_waited_for(sync: Sync, played: InnerEdu, database: Database) -> None:
    """Another program takes something back and deletes what it may not keep, while sync is about to write it."""
    told(sync)
    played.progress[0]["steps"] = 4
    with database.connect(autocommit=False) as child, database.connect() as watching, ThreadPoolExecutor() as threads:

        def finished() -> None:
            blocked = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
            deadline = time.monotonic() + 30
            while watching.execute(blocked, [child.info.backend_pid]).fetchone() == (0,):
                assert time.monotonic() < deadline
            child.execute("DELETE FROM pas_in_peace.quest_progress")
            child.commit()

        def changing(exchange: Any) -> bool:
            child.execute("UPDATE pas_in_peace.child_privacy_settings SET share_play_frequency = false")
            ends.append(threads.submit(finished))
            return bool(exchange.send(exchange.handle()))

        ends: list[Future[None]] = []
        played.web.trouble(changing, path="*/progress")
        assert told(sync)[:2] == (0, "written")
        ends[0].result()
    (row,) = one(database, PROGRESS)
    assert (row["current_step"], row["session_count"]) == (4, None)


def test_a_quest_deleted_while_it_answers_leaves_nothing(sync: Sync, played: InnerEdu, database: Database) -> None:
    during(played, database, "DELETE FROM pas_in_peace.quests")
    assert told(sync)[:2] == (0, "revoked")
    assert one(database, PROGRESS) == []


def test_what_a_child_shares_no_more_stays_and_is_told_of(sync: Sync, played: InnerEdu, database: Database) -> None:
    told(sync)
    database.execute(REVOKED)
    done = sync()
    assert (done.exit_code, "shares it no more (--forget deletes it): two-doors." in done.stdout) == (0, True)
    assert len(one(database, PROGRESS)) == 1


def test_what_a_child_shares_no_more_is_deleted_where_that_is_wished(
    sync: Sync, played: InnerEdu, database: Database
) -> None:
    for lacking in (*LACKING, None):
        assert told(sync)[:2] == (0, "written")
        changed = f"UPDATE pas_in_peace.child_privacy_settings SET {lacking}"
        database.execute(changed if lacking else "DELETE FROM pas_in_peace.child_privacy_settings")
        assert told(sync, "--forget", "--dry-run")[:2] == (0, "forgotten")
        assert len(one(database, PROGRESS)) == 1
        played.web.trouble(html_page())
        assert sync("--no-progress", "--forget").exit_code == 5  # it waits for nobody else
        assert one(database, PROGRESS) == []
        assert told(sync)[:2] == (0, None)
        database.execute(f"DELETE FROM pas_in_peace.child_privacy_settings; {CONSENT}")
    assert one(database, "SELECT count(*) FROM toolbox.audit_log WHERE details ? 'forgotten'") == len(LACKING) + 1


def test_progress_that_inner_edu_has_not_is_left_alone(sync: Sync, played: InnerEdu, database: Database) -> None:
    assert told(sync)[:2] == (0, "written")
    database.execute(f"{REVOKED}; UPDATE pas_in_peace.quests SET inner_edu_quest_id = NULL")
    assert told(sync, "--forget", "--dry-run")[:2] == (0, None)
    assert len(one(database, PROGRESS)) == 1


def test_how_often_a_child_plays_is_kept_only_where_it_shares_that(
    sync: Sync, played: InnerEdu, database: Database
) -> None:
    assert told(sync)[:2] == (0, "written")
    database.execute("UPDATE pas_in_peace.child_privacy_settings SET share_play_frequency = false")
    assert told(sync)[:2] == (0, "written")
    (row,) = one(database, PROGRESS)
    assert row["current_step"] == 3
    assert (row["session_count"], row["total_time_minutes"], row["last_played_at"]) == (None, None, None)
    assert told(sync)[:2] == (0, "unchanged")


def test_a_run_that_changes_nothing_takes_no_keys(sync: Sync, played: InnerEdu, database: Database) -> None:
    told(sync)
    before = one(database, "SELECT last_value FROM quest_progress_id_seq")
    assert told(sync)[:2] == (0, "unchanged")
    played.progress[0]["steps"] = 4
    assert told(sync)[:2] == (0, "written")
    assert one(database, "SELECT last_value FROM quest_progress_id_seq") == before


def test_what_was_not_asked_for_is_not_kept(sync: Sync, played: InnerEdu, database: Database) -> None:
    database.execute("""
        INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml, graph_structure, inner_edu_quest_id)
        SELECT 17, 'z-no-consent', title, quest_yaml, graph_structure, '00000000-0000-4000-8000-00000000000a'
        FROM pas_in_peace.quests""")
    right = played.progress[0]
    told_of = [
        {**right, "quest": "00000000-0000-4000-8000-00000000000a"},
        {**right, "quest": "00000000-0000-4000-8000-00000000000b"},
        {**right, "steps": "three"},
        {**right, "minutes": -1},
        {**right, "completed_at": "2026-08-01T00:00:00Z"},
        {**right, "last_played_at": "2999-01-01T00:00:00Z"},  # would be the newest for ever
        {**right, "last_played_at": "0001-01-01T00:00:00+14:00"},
        {**right, "parent": str(parent_uuid(18))},
        right,
    ]
    played.web.trouble(instead(Answer({"progress": told_of})), path="*/progress")
    status, progress, summary = told(sync)
    assert (status, progress, summary["unasked"], summary["faulty"]) == (3, "written", 3, 5)
    assert [row["current_step"] for row in one(database, PROGRESS)] == [3]


def test_progress_of_another_quest_is_never_taken_for_ours(sync: Sync, played: InnerEdu, database: Database) -> None:
    played.only.quest_id = "somebody-elses"
    assert told(sync)[:2] == (3, None)
    played.only.quest_id = "two-doors"
    ours, played.only.id = played.only.id, "00000000-0000-4000-8000-00000000000d"
    assert told(sync)[:2] == (3, None)
    played.only.id = ours
    database.execute("""
        INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml, inner_edu_quest_id)
        SELECT 17, 'z-same-key', '', '', inner_edu_quest_id FROM pas_in_peace.quests""")
    told(sync)
    assert "GET /progress" not in played.asked("GET")
    assert one(database, PROGRESS) == []


def test_other_families_children_did_not_consent(sync: Sync, played: InnerEdu, database: Database) -> None:
    played.progress.clear()
    theirs = played.plays(author=18)
    assert told(sync)[:2] == (0, "none")
    played.web.trouble(instead(Answer({"progress": [theirs]})), path="*/progress")
    status, progress, summary = told(sync)
    assert (status, progress, summary["unasked"]) == (3, "none", 1)
    assert one(database, PROGRESS) == []


def test_progress_that_can_not_be_read_says_nothing_of_the_child(
    sync: Sync, played: InnerEdu, database: Database
) -> None:
    for trouble in (html_page(text="Kim-of-ours"), instead(Answer({"progress": "Kim-of-ours"}))):
        played.web.trouble(trouble, path="*/progress")
        done = sync()
        assert done.exit_code == 5
        assert "unreached" in done.stdout
        assert "Kim-of-ours" not in done.stdout + done.stderr
        played.web.calm()
    assert one(database, PROGRESS) == []
