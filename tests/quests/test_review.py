"""`toolbox quests review`: whole judgements, of exactly what was read, by somebody else, with earlier ones kept."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.quests.conftest import Quests
from tests.quests.judging import APPROVAL, SCORES, approve, hash_now, one, report
from tests.support.servers import Database

pytestmark = pytest.mark.usefixtures("imported")


def reviews(database: Database) -> list[tuple[Any, ...]]:
    return database.execute("""
        SELECT reviewer_id, is_approved, overall_score, content_hash, open_errors, concerns
        FROM pas_in_peace.psychologist_reviews""")


def retitle(database: Database) -> None:
    database.execute("UPDATE pas_in_peace.quests SET title = 'Three doors'")


def test_a_judgement_is_bound_to_its_content_and_its_reviewer(quests: Quests, database: Database) -> None:
    done = quests(
        "review", "two-doors", "--by", "telegram:unique", *APPROVAL, "--content", hash_now(database)[:12].upper(),
        "--concerns", "The gate.", "--name", "Robin Example", "--minutes", "30",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert reviews(database) == [(19, True, 4.5, hash_now(database), 0, "The gate.")]
    review = one(database, "SELECT id FROM psychologist_reviews WHERE reviewed_at - created_at = interval '30 min'")
    found = database.execute(
        "SELECT psychologist_reviewed, psychologist_review_id, reviewed_at IS NOT NULL FROM pas_in_peace.quests"
    )
    assert found == [(True, review, True)]
    recorded = database.execute("SELECT command, details FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")
    assert recorded[0][0] == "toolbox quests review two-doors --approve"
    assert "Robin" not in str(recorded)


def test_an_earlier_judgement_is_kept_and_what_changed_since_is_told(quests: Quests, database: Database) -> None:
    before = hash_now(database)
    assert approve(quests, database).exit_code == 0
    retitle(database)
    shown = report(quests("review", "two-doors", "--format", "json"))
    assert shown["summary"]["standing"] == "edited"
    assert shown["items"] == [{"field": "title"}]
    shown = report(quests("review", "two-doors", "--personal", "--format", "json"))
    assert shown["items"] == [{"field": "title", "before": "Two doors", "after": "Three doors"}]
    done = quests(
        "review", "two-doors", "--by", "18", "--reject", *SCORES, "--changes", "The title.", "--format", "json"
    )
    assert [item["field"] for item in report(done)["items"]] == ["title"]
    assert reviews(database)[0][:4] == (18, False, 4.5, hash_now(database))
    history = database.execute("""
        SELECT reviewer_id, is_approved, content_hash, content ->> 'title'
        FROM pas_in_peace.psychologist_review_history""")
    assert history == [(19, True, before, "Two doors")]
    again = report(quests("review", "two-doors", "--format", "json"))
    assert (again["summary"]["standing"], again["summary"]["earlier"], again["items"]) == ("rejected", 1, [])


def test_what_is_shown_reads_as_words(quests: Quests, database: Database) -> None:
    approve(quests, database)
    shown = quests("review", "two-doors").stdout
    assert "public: no\n" in shown
    assert "approved: yes\n" in shown
    assert re.search(r"^reviewed at: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", shown, re.MULTILINE)


def test_a_quest_that_is_not_there_has_its_like_named(quests: Quests) -> None:
    done = quests("review", "two-dors")
    assert (done.exit_code, done.stderr) == (2, "Error: There is no quest two-dors.\n  → Did you mean two-doors?\n")
    assert "toolbox quests list" in quests("publish", "zebra", "gnu").stderr


NO_JUDGEMENTS: dict[tuple[str, ...], tuple[int, str]] = {
    ("--by", "id:17", *APPROVAL): (4, "its author can't judge it"),
    ("--by", "id:17", "--reject", *SCORES): (4, "its author can't judge it"),
    ("--by", "19", "--approve", *SCORES): (4, "what qualifies who gives it"),
    ("--by", "19", "--approve", *SCORES, "--credentials", " "): (4, "what qualifies who gives it"),
    ("--by", "nobody", *APPROVAL): (2, "no user nobody"),
    ("--by", "19", "--approve", "--safety", "5", "--credentials", "MSc"): (2, "is whole"),
    ("--by", "19", *SCORES, "--credentials", "MSc"): (2, "is whole"),
    ("--approve", *SCORES): (2, "is whole"),
    ("--by", "19", *APPROVAL, "--safety", "6"): (2, "equal to 5"),
    ("--by", "19", *APPROVAL, "--name", "x" * 256): (2, "--name is longer than 255"),
    ("--by", "19", *APPROVAL, "--credentials", "x" * 501): (2, "--credentials is longer than 500"),
    ("--by", "19", *APPROVAL, "--concerns", "a\udcffb"): (2, "no text in UTF-8"),
}


def test_what_is_no_judgement_is_refused(quests: Quests, database: Database) -> None:
    for options, (status, told) in NO_JUDGEMENTS.items():
        done = quests("review", "two-doors", *options, "--content", hash_now(database))
        assert (done.exit_code, told in done.stderr) == (status, True), (options, done.stderr)
    assert reviews(database) == []


def test_nothing_is_approved_but_what_was_read(quests: Quests, database: Database) -> None:
    read = hash_now(database)
    quests("review", "two-doors", "--by", "19", "--reject", *SCORES)
    before = reviews(database)
    retitle(database)
    done = quests("review", "two-doors", "--by", "19", *APPROVAL, "--content", read)
    assert done.exit_code == 3
    assert "no longer what was read: title" in done.stderr
    assert quests("review", "two-doors", "--by", "19", *APPROVAL).exit_code == 2
    assert quests("review", "two-doors", "--by", "19", *APPROVAL, "--content", read[:11]).exit_code == 2
    assert reviews(database) == before


def test_what_has_errors_is_not_approved(quests: Quests, database: Database) -> None:
    database.execute("""
        UPDATE pas_in_peace.quests SET graph_structure = jsonb_set(graph_structure, '{edges}', '[]')""")
    done = approve(quests, database)
    assert done.exit_code == 4
    assert "Q10" in done.stderr
    assert reviews(database) == []
    assert quests("review", "two-doors", "--by", "19", "--reject", *SCORES).exit_code == 0
    assert reviews(database)[0][4] > 0
    database.execute("UPDATE pas_in_peace.quests SET graph_structure = NULL")
    assert "backfill" in approve(quests, database).stderr


def test_a_text_that_nobody_read_is_not_approved(quests: Quests, database: Database, imported: Path) -> None:
    database.execute("UPDATE pas_in_peace.quests SET quest_yaml = replace(quest_yaml, 'A fox waits', 'A wolf waits')")
    done = approve(quests, database)
    assert (done.exit_code, "tells otherwise than its graph" in done.stderr) == (4, True)
    assert "tells otherwise than its graph" in quests("review", "two-doors").stdout
    assert report(quests("diff", str(imported), "--format", "json"))["items"][0]["field"] == "quest_yaml"
    assert quests("import", str(imported), "--on-conflict", "take").exit_code == 0
    assert approve(quests, database).exit_code == 0


def test_a_public_quest_that_is_rejected_is_public_no_more(quests: Quests, database: Database) -> None:
    approve(quests, database)
    database.execute("UPDATE pas_in_peace.quests SET moderation_status = 'approved', is_public = true")
    done = quests("review", "two-doors", "--by", "19", "--reject", *SCORES, "--dry-run")
    assert "no longer public" in done.stdout
    assert one(database, "SELECT is_public FROM quests")
    assert quests("review", "two-doors", "--by", "19", "--reject", *SCORES).exit_code == 0
    assert not one(database, "SELECT is_public FROM quests")


def test_all_quests_and_how_they_stand(quests: Quests, database: Database) -> None:
    database.execute("""
        INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml) VALUES (17, 'old', 'Old', '')""")
    approve(quests, database)
    listed = {item["quest"]: item["standing"] for item in report(quests("review", "--format", "json"))["items"]}
    assert listed == {"old": "unreviewed", "two-doors": "approved"}
    retitle(database)
    assert [item["quest"] for item in report(quests("review", "--only", "edited", "--format", "json"))["items"]] == [
        "two-doors"
    ]
    assert quests("review", "--by", "19", *APPROVAL).exit_code == 2
    assert quests("review", "two-doors", "--only", "edited").exit_code == 2


def test_who_judged_by_name_is_shown_where_that_is_asked_and_recorded(
    quests: Quests, database: Database, imported: Path
) -> None:
    quests("review", "two-doors", "--by", "19", "--reject", *SCORES, "--name", "Robin Example")
    assert "Robin" not in quests("review", "two-doors").stdout
    assert "Robin Example" in quests("review", "two-doors", "--personal").stdout
    command = database.execute("SELECT command FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")[0][0]
    assert command == "toolbox quests review two-doors --personal"
