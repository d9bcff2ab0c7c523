"""A child's progress is asked for and kept only while the child lets us know."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.quests.inner_edu.conftest import Sync
from tests.quests.inner_edu.played import InnerEdu
from tests.quests.judging import one
from tests.support.servers import Database
from tests.support.web import Answer, html_page, instead

Fates = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
PROGRESS = "SELECT coalesce(json_agg(p), '[]') FROM quest_progress AS p"
CONSENT = """
INSERT INTO pas_in_peace.child_privacy_settings
    (quest_id, consent_given_by_child, consent_timestamp, share_completion_progress)
SELECT id, true, now(), true FROM pas_in_peace.quests WHERE quest_id = 'two-doors'"""


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


def test_a_consent_taken_back_while_it_answers_is_kept_to(sync: Sync, played: InnerEdu, database: Database) -> None:
    def revoked(exchange: Any) -> bool:
        database.execute("UPDATE pas_in_peace.child_privacy_settings SET consent_revoked_at = now()")
        return bool(exchange.send(exchange.handle()))

    played.web.trouble(revoked, path="*/progress")
    status, progress, _ = told(sync)
    assert (status, progress) == (0, "revoked")
    assert one(database, PROGRESS) == []


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
        right,
    ]
    played.web.trouble(instead(Answer({"progress": told_of})), path="*/progress")
    status, progress, summary = told(sync)
    assert (status, progress, summary["unasked"], summary["faulty"]) == (3, "written", 2, 3)
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
    played.plays(author=18)
    status, progress, summary = told(sync)
    assert (status, progress, summary["of_others"]) == (0, "none", 1)
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
