"""`toolbox quests import`, `export` and `diff`: whole or not at all, once, and never over an edit."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.quests.conftest import Quests
from tests.support.servers import Database
from toolbox_cli.content.faults.families.quests import QUEST

LOOKS = "toolbox quests diff --personal"


def one(database: Database, statement: str) -> Any:
    ((value,),) = database.execute(statement)
    return value


def held(database: Database) -> Any:
    return database.execute("SELECT q.*::text, xmin::text FROM pas_in_peace.quests AS q ORDER BY id")


def items(done: Any) -> dict[str, Any]:
    return {item["quest"]: item for item in json.loads(done.stdout)["items"]}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_quest_is_its_graph_and_its_yaml_is_made_from_it(quests: Quests, imported: Path, database: Database) -> None:
    row = database.execute("""
        SELECT quest_id, user_id, title, age_range, total_nodes, status, moderation_status, is_public,
            jsonb_array_length(graph_structure -> 'nodes'), quest_yaml
        FROM pas_in_peace.quests""")[0]
    assert row[:9] == ("two-doors", 17, "Two doors", "7-9", 5, "draft", "pending", False, 5)
    assert row[9].startswith("# Generated from the quest's graph.")
    assert "layout" not in row[9]
    assert one(database, "SELECT command FROM toolbox.audit_log ORDER BY id DESC LIMIT 1").startswith("toolbox quests")


def test_a_second_import_writes_nothing(quests: Quests, imported: Path, database: Database) -> None:
    before = held(database)
    done = quests("import", str(imported), "--format", "json")
    assert items(done)["two-doors"]["fate"] == "unchanged"
    assert held(database) == before


def test_a_dry_run_writes_nothing_and_says_the_same(quests: Quests, folder: Path, database: Database) -> None:
    done = quests("import", str(folder), "--author", "17", "--dry-run", "--format", "json")
    assert done.exit_code == 2  # 17 is a user's id, and another one's account
    done = quests("import", str(folder), "--author", "unique", "--dry-run", "--format", "json")
    assert done.exit_code == 0
    assert items(done)["two-doors"]["fate"] == "new"
    assert held(database) == []


def test_new_quests_need_an_author(quests: Quests, folder: Path, database: Database) -> None:
    assert quests("import", str(folder)).exit_code == 2
    assert quests("import", str(folder), "--author", "nobody").exit_code == 2
    assert held(database) == []


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_is_exported_is_imported_as_the_same(
    quests: Quests, imported: Path, database: Database, tmp_path: Path, form: str
) -> None:
    before = held(database)
    out = tmp_path / "out"
    assert quests("export", "--output", str(out), "--as", form).exit_code == 0
    done = quests("import", str(out), "--format", "json")
    assert items(done)["two-doors"]["fate"] == "unchanged"
    assert held(database) == before
    database.execute("DELETE FROM pas_in_peace.quests")
    assert quests("import", str(out), "--author", "unique").exit_code == 0
    again = tmp_path / "again"
    quests("export", "--output", str(again), "--as", form)
    assert (again / f"two-doors.{form}").read_text() == (out / f"two-doors.{form}").read_text()


def test_an_edit_of_an_exported_file_is_taken_and_voids_approvals(
    quests: Quests, imported: Path, database: Database
) -> None:
    database.execute("UPDATE pas_in_peace.quests SET moderation_status = 'approved', psychologist_reviewed = true")
    quests("export", "--output", str(imported.parent))
    change(imported, "It is warm here.", "It is cool here.")
    compared = quests("diff", str(imported), "--format", "json")
    assert [item["field"] for item in json.loads(compared.stdout)["items"]] == ["nodes.garden.text"]
    done = quests("import", str(imported), "--format", "json")
    assert items(done)["two-doors"]["fate"] == "changed"
    assert items(done)["two-doors"]["changes"] == ["nodes.garden.text"]
    found = database.execute("SELECT moderation_status, psychologist_reviewed FROM pas_in_peace.quests")
    assert found == [("pending", False)]
    assert "It is cool here." in one(database, "SELECT quest_yaml FROM pas_in_peace.quests")


def test_an_edit_elsewhere_is_not_overwritten(quests: Quests, imported: Path, database: Database) -> None:
    quests("export", "--output", str(imported.parent))
    database.execute("UPDATE pas_in_peace.quests SET title = 'Three doors'")
    change(imported, "It is warm here.", "It is cool here.")
    before = held(database)
    done = quests("import", str(imported), "--format", "json")
    assert done.exit_code == 3
    assert items(done)["two-doors"]["fate"] == "conflict"
    assert {*items(done)["two-doors"]["changes"]} == {"title", "nodes.garden.text"}
    kept = quests("import", str(imported), "--on-conflict", "keep", "--format", "json")
    assert (kept.exit_code, items(kept)["two-doors"]["fate"]) == (0, "kept")
    assert held(database) == before
    taken = quests("import", str(imported), "--on-conflict", "take")
    assert taken.exit_code == 0
    assert one(database, "SELECT title FROM pas_in_peace.quests") == "Two doors"


def test_a_file_that_was_not_exported_does_not_overwrite(quests: Quests, imported: Path, database: Database) -> None:
    change(imported, "It is warm here.", "It is cool here.")
    assert quests("import", str(imported)).exit_code == 3
    assert "It is warm here." in one(database, "SELECT quest_yaml FROM pas_in_peace.quests")


def test_layout_is_no_content(quests: Quests, imported: Path, database: Database) -> None:
    before = held(database)
    with imported.open("a", encoding="utf-8") as file:
        file.write("layout: {start: [7, 8]}\n")
    done = quests("import", str(imported), "--format", "json")
    assert items(done)["two-doors"]["fate"] == "unchanged"
    assert held(database) == before


def test_a_public_quest_and_that_of_another_are_not_edited(quests: Quests, imported: Path, database: Database) -> None:
    quests("export", "--output", str(imported.parent))
    change(imported, "It is warm here.", "It is cool here.")
    done = quests("import", str(imported), "--author", "unique")
    assert done.exit_code == 4
    assert "somebody else is its author" in done.stdout
    database.execute("""
        SET search_path TO pas_in_peace;
        INSERT INTO psychologist_reviews (quest_id, emotional_safety_score, therapeutic_correctness_score,
            age_appropriateness_score, reveal_timing_score, is_approved, content_hash, reviewer_id,
            reviewer_credentials, open_errors)
        SELECT id, 5, 5, 5, 5, true, quest_content_hash(q), 19, 'MSc', 0 FROM quests AS q;
        UPDATE quests SET moderation_status = 'approved', is_public = true""")
    before = held(database)
    done = quests("import", str(imported))
    assert done.exit_code == 4
    assert "it is public" in done.stdout
    assert held(database) == before


def test_one_fault_keeps_all_out_and_every_fault_is_told(quests: Quests, folder: Path, database: Database) -> None:
    (folder / "broken.yaml").write_text(QUEST.replace("two-doors", "other").replace("next: end", "next: nowhere"))
    (folder / "worse.yaml").write_text("quest: [\n")
    done = quests("import", str(folder), "--author", "unique", "--format", "json")
    assert done.exit_code == 3
    found = json.loads(done.stdout)["summary"]["findings"]
    assert {one["code"] for one in found} >= {"Q03", "Q50"}
    assert all(one["line"] for one in found if one["code"] == "Q03")
    assert held(database) == []
    sarif = json.loads(quests("import", str(folder), "--author", "unique", "--format", "sarif").stdout)
    assert {each["ruleId"] for each in sarif["runs"][0]["results"]} >= {"Q03", "Q50"}


def test_validate_needs_no_database(quests: Quests, folder: Path, cli: Any) -> None:
    done = cli("quests", "validate", str(folder))
    assert (done.exit_code, done.stdout) == (0, "1 quest, nothing wrong.\n")
    (folder / "two-doors.yaml").write_text(QUEST.replace("type: start", "type: scene"))
    done = cli("quests", "validate", str(folder))
    assert done.exit_code == 3
    assert "Q01" in done.stdout


def test_warnings_fail_where_that_is_asked(folder: Path, cli: Any) -> None:
    (folder / "two-doors.yaml").write_text(QUEST.replace("warm here.,", "warm here., minutes: 45,"))
    assert cli("quests", "validate", str(folder)).exit_code == 0
    assert cli("quests", "validate", str(folder), "--fail-on", "warning").exit_code == 3


@pytest.mark.parametrize("language", ["mermaid", "dot"])
def test_a_quest_is_drawn_from_the_database_and_from_a_file(quests: Quests, imported: Path, language: str) -> None:
    drawn = quests("graph", "two-doors", "--as", language)
    assert drawn.exit_code == 0, drawn.stderr
    assert "The garden" in drawn.stdout
    assert "A bench (rest)" in drawn.stdout
    assert quests("graph", str(imported), "--as", language).stdout == drawn.stdout
    assert quests("graph", "unheard-of").exit_code == 2


def test_what_a_child_is_called_is_shown_where_it_is_asked_for(
    quests: Quests, imported: Path, database: Database
) -> None:
    database.execute("UPDATE pas_in_peace.quests SET child_name = 'Kim Secret'")
    for command in ("diff", "import"):
        for form in ("table", "json"):
            assert "Secret" not in quests(command, str(imported), "--format", form).stdout
    assert LOOKS not in [row[0] for row in database.execute("SELECT command FROM toolbox.audit_log")]
    shown = json.loads(quests("diff", str(imported), "--personal", "--format", "json").stdout)
    assert shown["items"] == [{"quest": "two-doors", "field": "child_name", "before": "Kim Secret", "after": None}]
    assert one(database, "SELECT command FROM toolbox.audit_log ORDER BY id DESC LIMIT 1") == LOOKS


def test_an_export_is_recorded(quests: Quests, imported: Path, database: Database) -> None:
    quests("export", "two-doors")
    ((command, seen),) = database.execute(
        "SELECT command, details ->> 'seen' FROM toolbox.audit_log ORDER BY id DESC LIMIT 1"
    )
    assert (command, seen) == ("toolbox quests export", "1")


@pytest.mark.parametrize("name", ["../out", "/var/quest", "a/b", "..", ".hidden", "a\x1b[2J"])
def test_no_name_leads_out_of_the_folder(quests: Quests, imported: Path, database: Database, name: str) -> None:
    with database.connect() as connection:
        connection.execute("UPDATE pas_in_peace.quests SET quest_id = %s", [name])
    before = sorted(imported.parent.parent.rglob("*"))
    folder = imported.parent / "out"
    done = quests("export", "--output", str(folder))
    assert (done.exit_code, "can't be that of a file" in done.stderr) == (0, True)
    assert [*folder.iterdir()] == []
    assert sorted(imported.parent.parent.rglob("*")) == sorted([*before, folder])


def test_a_quest_with_faults_is_drawn_so_that_they_are_seen(quests: Quests, folder: Path) -> None:
    file = folder / "two-doors.yaml"
    change(file, "I need a break: bench", "I need a break: garden")
    done = quests("graph", str(file))
    assert done.exit_code == 0
    assert "A bench" in done.stdout
    change(file, "type: choice", "type: chioce")
    assert quests("graph", str(file)).exit_code == 3


def test_hidden_files_are_no_quests_and_endings_may_be_large(cli: Any, folder: Path) -> None:
    (folder / "._two-doors.yaml").write_bytes(b"\0\5\x16\7")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("nothing")
    (folder / "two-doors.yaml").rename(folder / "two-doors.YML")
    assert cli("quests", "validate", str(folder)).stdout == "1 quest, nothing wrong.\n"


def test_a_number_that_json_has_not_is_told(cli: Any, folder: Path) -> None:
    change(folder / "two-doors.yaml", "age_range: 7-9", "child_interests: [.nan]")
    done = cli("quests", "validate", str(folder))
    assert (done.exit_code, "a number that JSON has not" in done.stdout) == (3, True)


def test_no_quest_at_all_is_a_fault(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for path in ("notes", "none.yaml"):
        (tmp_path / "none.yaml").write_text("quests: {}")
        done = cli("quests", "validate", str(tmp_path / path))
        assert (done.exit_code, "Q51" in done.stdout) == (3, True)
