"""`toolbox quests sync`: inner_edu has what moderation approved, once, and nobody's edit is overwritten."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.quests.conftest import Quests
from tests.quests.inner_edu.conftest import Sync
from tests.quests.inner_edu.played import InnerEdu, Kept
from tests.quests.judging import moderate, one
from tests.support.servers import Database
from tests.support.web import Answer, cut_within, instead
from toolbox_cli.core.database.locks import INNER_EDU, advisory_lock
from toolbox_cli.quests.inner_edu.api.naming import quest_uuid

Fates = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
LINK = "SELECT deployed_to_inner_edu::text || ' ' || coalesce(inner_edu_quest_id, '-') FROM quests"
AUDITED = "SELECT count(*) FROM toolbox.audit_log WHERE command = 'toolbox quests sync'"


def edit(database: Database, title: str = "Three doors") -> None:
    database.execute(f"UPDATE pas_in_peace.quests SET title = '{title}'")


def copied(database: Database, name: str) -> None:
    """Have the same quest under another name."""
    database.execute(f"""
        INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml, graph_structure, moderation_status,
            description, age_range, difficulty_level, location)
        SELECT 17, '{name}', title, quest_yaml, graph_structure, 'approved',
            description, age_range, difficulty_level, location FROM pas_in_peace.quests""")


def test_a_quest_is_made_and_deployed_once(fates: Fates, sync: Sync, inner_edu: InnerEdu, database: Database) -> None:
    assert fates("--dry-run")[:2] == (0, {"two-doors": "created"})
    assert (inner_edu.quests, inner_edu.asked("POST", "PUT"), one(database, AUDITED)) == ([], [], 0)
    assert fates()[:2] == (0, {"two-doors": "created"})
    there = inner_edu.only
    assert there.id == str(quest_uuid("two-doors"))
    assert (there.deployed, there.content["title"]) == (1, "Two doors")
    assert one(database, LINK) == f"true {there.id}"
    asked, audited = len(inner_edu.asked("POST", "PUT")), one(database, AUDITED)
    assert (asked, audited) == (2, 2)
    assert fates()[:2] == (0, {"two-doors": "unchanged"})
    assert (len(inner_edu.asked("POST", "PUT")), one(database, AUDITED)) == (asked, audited)
    assert sync("--quiet").exit_code == 2  # it stands before the command


def test_nothing_of_the_family_is_sent(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    database.execute("""
        UPDATE pas_in_peace.quests SET child_name = 'Kim-of-ours', child_age = 8, child_interests = '["Kim-of-ours"]',
            family_photos = '["Kim-of-ours"]', family_memories = '["Kim-of-ours"]', family_jokes = '["Kim-of-ours"]',
            familiar_locations = '["Kim-of-ours"]', moderation_notes = 'Kim-of-ours', psychological_module = 'CBT',
            quest_yaml = 'child_name: Kim-of-ours'""")
    assert fates()[0] == 0
    sent = b"".join(asked.body for asked in inner_edu.web.asked)
    assert b"Two doors" in sent
    assert b"Kim-of-ours" not in sent
    assert b"CBT" not in sent
    made = yaml.safe_load(inner_edu.only.content["yaml_content"])
    assert [*made] == ["title", "start", "nodes"]


def test_the_id_that_the_other_side_gives_is_kept(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    inner_edu.renames = True
    assert fates()[0] == 0
    assert inner_edu.only.id != str(quest_uuid("two-doors"))
    assert one(database, LINK) == f"true {inner_edu.only.id}"
    assert fates()[1] == {"two-doors": "unchanged"}


def test_only_what_changed_is_sent_and_only_when_approved(
    fates: Fates, inner_edu: InnerEdu, database: Database
) -> None:
    fates()
    database.execute("UPDATE pas_in_peace.quests SET title = 'Three doors', moderation_status = 'pending'")
    assert fates()[:2] == (0, {"two-doors": "waiting"})
    assert fates("two-doors")[:2] == (4, {"two-doors": "refused"})
    assert inner_edu.only.content["title"] == "Two doors"
    moderate(database)
    assert fates()[:2] == (0, {"two-doors": "updated"})
    assert (inner_edu.only.content["title"], inner_edu.only.revision, inner_edu.only.deployed) == ("Three doors", 2, 2)
    before = one(database, "SELECT graph_structure::text FROM quests")
    drawn = json.loads(before)
    drawn["nodes"][0]["position"] = {"x": 71, "y": 12}
    with database.connect() as connection:
        connection.execute("UPDATE pas_in_peace.quests SET graph_structure = %s", [json.dumps(drawn)])
    assert fates()[:2] == (0, {"two-doors": "unchanged"})


def test_what_moderation_rejects_is_taken_down_once(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    fates()
    database.execute("UPDATE pas_in_peace.quests SET moderation_status = 'rejected'")
    inner_edu.web.trouble(cut_within(5), method="DELETE")
    inner_edu.only.revision = 2  # an edit there does not keep it up
    assert fates()[:2] == (0, {"two-doors": "withdrawn"})
    assert inner_edu.only.deployed is None
    assert one(database, LINK) == f"false {inner_edu.only.id}"
    asked = len(inner_edu.asked("DELETE"))
    assert fates()[:2] == (0, {"two-doors": "waiting"})
    assert len(inner_edu.asked("DELETE")) == asked
    inner_edu.only.revision = 1
    moderate(database)
    assert fates()[:2] == (0, {"two-doors": "deployed"})
    assert inner_edu.only.deployed == 1


def test_what_moderation_rejects_goes_before_all_else(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    fates()
    copied(database, "a-door")
    database.execute("UPDATE pas_in_peace.quests SET moderation_status = 'rejected' WHERE quest_id = 'two-doors'")

    def edited(exchange: Any) -> bool:
        database.execute("""
            UPDATE pas_in_peace.quests SET title = 'Three doors', moderation_status = 'pending'
            WHERE quest_id = 'two-doors'""")
        return bool(exchange.send(exchange.handle()))

    inner_edu.web.trouble(edited, method="GET", path="*/quests")
    assert fates("--no-progress")[:2] == (0, {"a-door": "created", "two-doors": "withdrawn"})
    urgent, *others = [one.method for one in inner_edu.web.asked if one.method != "GET"][2:]
    assert (urgent, others) == ("DELETE", ["POST", "PUT"])


def test_a_quest_with_errors_never_goes_there(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    database.execute("""UPDATE pas_in_peace.quests SET graph_structure = '{"nodes": [], "edges": []}'""")
    assert fates()[:2] == (4, {"two-doors": "refused"})
    assert not inner_edu.quests


def test_what_the_database_does_not_let_be_written_down_stops_no_other(
    fates: Fates, inner_edu: InnerEdu, database: Database
) -> None:
    copied(database, "a-door")
    database.execute("""
        ALTER TABLE pas_in_peace.quests DISABLE TRIGGER public_review;
        UPDATE pas_in_peace.quests SET is_public = true WHERE quest_id = 'a-door';
        ALTER TABLE pas_in_peace.quests ENABLE TRIGGER public_review""")
    assert fates()[:2] == (4, {"a-door": "refused", "two-doors": "created"})
    assert [one.deployed for one in inner_edu.quests] == [None, 1]


def test_an_edit_there_is_not_overwritten_unless_told(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    fates()
    there = inner_edu.only
    there.revision, there.content = 2, {**there.content, "title": "Theirs"}
    edit(database)
    assert fates()[:2] == (3, {"two-doors": "conflict"})
    assert fates("--on-conflict", "keep")[:2] == (0, {"two-doors": "kept"})
    assert there.content["title"] == "Theirs"
    assert fates("--on-conflict", "take")[:2] == (0, {"two-doors": "updated"})
    assert (there.content["title"], there.revision, there.deployed) == ("Three doors", 3, 3)


@pytest.mark.parametrize(
    ("befalls", "after"),
    [
        (lambda there: setattr(there.only, "deployed", None), "deployed"),
        (lambda there: setattr(there.only, "id", "00000000-0000-4000-8000-000000000001"), "linked"),
        (lambda there: there.quests.clear(), "created"),
    ],
)
def test_what_was_undone_there_is_a_conflict(
    fates: Fates, inner_edu: InnerEdu, database: Database, befalls: Callable[[InnerEdu], None], after: str
) -> None:
    fates()
    befalls(inner_edu)
    assert fates()[:2] == (3, {"two-doors": "conflict"})
    assert fates("--on-conflict", "take")[:2] == (0, {"two-doors": after})
    assert inner_edu.only.deployed == 1
    assert one(database, LINK) == f"true {inner_edu.only.id}"


def test_an_edit_there_between_reading_and_writing_is_a_conflict(
    fates: Fates, inner_edu: InnerEdu, database: Database
) -> None:
    fates()
    edit(database)

    def edited(exchange: Any) -> bool:
        inner_edu.only.revision += 1
        return bool(exchange.send(exchange.handle()))

    inner_edu.web.trouble(edited, method="PUT")
    assert fates()[:2] == (3, {"two-doors": "conflict"})
    assert inner_edu.only.content["title"] == "Two doors"


def test_an_edit_here_while_it_is_sent_is_not_deployed(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    def edited(exchange: Any) -> bool:
        edit(database)
        return bool(exchange.send(exchange.handle()))

    inner_edu.web.trouble(edited, method="POST")
    assert fates()[:2] == (3, {"two-doors": "conflict"})
    assert inner_edu.only.deployed is None
    assert one(database, LINK) == f"false {inner_edu.only.id}"
    assert fates()[:2] == (0, {"two-doors": "updated"})
    assert inner_edu.only.deployed == 2


def test_pages_are_read_to_the_end_and_strangers_told_of(fates: Fates, inner_edu: InnerEdu) -> None:
    fates()
    inner_edu.page = 1
    inner_edu.quests.insert(0, Kept("00000000-0000-4000-8000-000000000002", "unheard-of", {}))
    status, found, summary = fates()
    assert (status, found, summary["unknown_here"]) == (0, {"two-doors": "unchanged"}, ["unheard-of"])


def test_what_we_have_no_more_is_taken_down_when_told(
    fates: Fates, sync: Sync, inner_edu: InnerEdu, database: Database
) -> None:
    fates()
    database.execute("DELETE FROM pas_in_peace.quests")
    assert fates()[:2] == (3, {"two-doors": "unknown"})
    assert "--withdraw-unknown" in sync().stdout
    assert fates("--withdraw-unknown", "--dry-run")[:2] == (0, {"two-doors": "withdrawn"})
    assert inner_edu.only.deployed == 1
    assert sync("two-doors", "--withdraw-unknown").exit_code == 2
    assert fates("--withdraw-unknown")[:2] == (0, {"two-doors": "withdrawn"})
    assert inner_edu.only.deployed is None
    status, found, summary = fates()
    assert (status, found, summary["unknown_here"]) == (0, {}, ["two-doors"])


def test_a_quest_that_got_another_name_here_is_no_unknown_one(
    fates: Fates, inner_edu: InnerEdu, database: Database
) -> None:
    fates()
    database.execute("UPDATE pas_in_peace.quests SET quest_id = 'three-doors'")
    assert fates("--withdraw-unknown")[:2] == (3, {"three-doors": "conflict"})
    assert inner_edu.only.deployed == 1


def test_a_quest_that_is_there_twice_is_a_conflict(fates: Fates, inner_edu: InnerEdu) -> None:
    fates()
    inner_edu.quests.append(inner_edu.only)  # one that two pages show
    assert fates()[:2] == (0, {"two-doors": "unchanged"})
    inner_edu.quests.pop()
    inner_edu.quests.append(Kept("00000000-0000-4000-8000-000000000003", "two-doors", {}))
    for how in ("fail", "take", "keep"):
        assert fates("--on-conflict", how)[:2] == (3, {"two-doors": "conflict"})


def test_two_quests_never_get_one_key(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    fates()
    copied(database, "other")
    wrong = {**inner_edu.only.shown(), "quest_id": "other", "deployed_revision": None}
    inner_edu.web.trouble(instead(Answer(wrong, 201)), method="POST", times=math.inf)
    assert fates("other", "--no-progress")[:2] == (5, {"other": "unreached"})
    assert one(database, "SELECT count(*) FROM quests WHERE inner_edu_quest_id IS NOT NULL") == 1
    assert one(database, "SELECT count(*) FROM quests WHERE deployed_to_inner_edu") == 1


def test_a_write_whose_answer_was_lost_is_done_once(fates: Fates, inner_edu: InnerEdu) -> None:
    inner_edu.web.trouble(cut_within(5), method="POST")
    assert fates()[:2] == (0, {"two-doors": "created"})
    first, again = (asked for asked in inner_edu.web.asked if asked.method == "POST")
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert inner_edu.only.deployed == 1


def test_without_keys_no_write_is_repeated_and_the_next_run_goes_on(fates: Fates, inner_edu: InnerEdu) -> None:
    inner_edu.keys = False
    inner_edu.web.trouble(cut_within(5), method="POST")
    assert fates()[:2] == (5, {"two-doors": "unreached"})
    assert inner_edu.asked("POST", "PUT") == ["POST /quests"]
    assert fates()[:2] == (0, {"two-doors": "deployed"})
    assert inner_edu.only.deployed == 1


def test_one_sync_at_a_time(sync: Sync, inner_edu: InnerEdu, database: Database) -> None:
    with database.connect() as connection, advisory_lock(connection, INNER_EDU, wait_s=0):
        assert sync().exit_code == 6
    assert not inner_edu.web.asked


def test_cron_hears_of_trouble_alone(
    quests: Quests, sync: Sync, cli: Any, inner_edu: InnerEdu, database: Database
) -> None:
    environ = {"TOOLBOX_INNER_EDU_URL": inner_edu.url, "TOOLBOX_INNER_EDU_TOKEN": "a-token-that-nobody-may-see"}
    done = cli("--quiet", "quests", "sync", database=database, environ=environ)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    inner_edu.only.revision = 2
    assert "edited at inner_edu" in cli("--quiet", "quests", "sync", database=database, environ=environ).stdout
    assert quests("sync", "unheard-of", environ=environ).exit_code == 2


def test_an_address_that_can_not_be_used_is_said(quests: Quests) -> None:
    for url in ("", "http://inner-edu.example/api", "https://u:p@inner-edu.example"):
        assert quests("sync", environ={"TOOLBOX_INNER_EDU_URL": url, "TOOLBOX_INNER_EDU_TOKEN": "a"}).exit_code == 2
