"""Modules go into the database whole, once, and never over somebody's edit."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.modules.files import section, write
from tests.support.commands import CommandLine
from tests.support.servers import Database

SECTIONS = """
SELECT s.section_key, s.section_number, s.id FROM frames.module_sections AS s
JOIN frames.modules AS m ON m.id = s.module_id WHERE m.module_id = 'lab' ORDER BY s.section_number"""
MODULE = "SELECT title, revision, status FROM frames.modules WHERE module_id = 'lab'"
STATE = """
SELECT (SELECT array_agg(m ORDER BY id)::text FROM frames.modules AS m),
       (SELECT array_agg(s ORDER BY id)::text FROM frames.module_sections AS s),
       (SELECT array_agg(r ORDER BY module_id, revision)::text FROM frames.module_revisions AS r),
       (SELECT count(*) FROM toolbox.audit_log)"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "modules"


@pytest.fixture
def bring(cli: CommandLine, database: Database, folder: Path) -> Any:
    """Import the folder; give the report."""

    def run(*options: str, status: int = 0) -> dict[str, Any]:
        done = cli("modules", "import", str(folder), "--format", "json", *options, database=database)
        assert done.exit_code == status, done.stdout + done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    return run


def fates(report: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {item["slug"]: (item["fate"], item["revision"]) for item in report["items"]}


def test_a_folder_is_imported_once(bring: Any, folder: Path, database: Database) -> None:
    write(folder, "lab", [section("door"), section("bench")], tags=["safety"], status="published")
    write(folder, "next", prerequisites=["lab"], difficulty_level=4)

    assert fates(bring()) == {"lab": ("new", 1), "next": ("new", 1)}
    assert database.execute(MODULE) == [("Lab", 1, "published")]
    assert [(key, number) for key, number, _ in database.execute(SECTIONS)] == [("door", 1), ("bench", 2)]

    before = database.execute(STATE)
    assert fates(bring()) == {"lab": ("unchanged", 1), "next": ("unchanged", 1)}
    assert database.execute(STATE) == before


def test_what_is_written_otherwise_and_says_the_same_writes_nothing(
    bring: Any, folder: Path, database: Database
) -> None:
    file = write(folder, "lab", [section("door")])
    bring()
    before = database.execute(STATE)
    file.unlink()
    (folder / "lab.json").write_text(
        json.dumps({"sections": [section("door")], "title": "Lab", "slug": "lab", "estimated_minutes": 10})
    )
    assert fates(bring()) == {"lab": ("unchanged", 1)}
    assert database.execute(STATE) == before


def test_a_change_raises_the_revision_and_the_old_one_stays_readable(
    bring: Any, folder: Path, database: Database, cli: CommandLine
) -> None:
    write(folder, "lab", [section("door", "Knock once.")])
    bring()
    write(folder, "lab", [section("door", "Knock twice.")], title="The lab")

    (item,) = bring()["items"]
    assert (item["fate"], item["revision"]) == ("changed", 2)
    assert [change["field"] for change in item["changes"]] == ["title", "sections.door.content"]

    shown = cli("modules", "show", "lab", "--revision", "1", "--format", "json", database=database)
    report = json.loads(shown.stdout)
    assert (report["summary"]["title"], report["items"][0]["content"]) == ("Lab", "Knock once.")
    assert [one["revision"] for one in report["summary"]["revisions"]] == [1, 2]
    assert database.execute(MODULE) == [("The lab", 2, "draft")]


def test_a_change_writes_the_sections_that_changed_alone(bring: Any, folder: Path, database: Database) -> None:
    write(folder, "lab", [section("door"), section("bench"), section("desk")])
    bring()
    written = "SELECT section_key, xmin::text FROM frames.module_sections"
    before = dict(database.execute(written))
    write(folder, "lab", [section("door"), section("bench", "Ground yourself."), section("desk")])
    bring()
    after = dict(database.execute(written))
    assert {key for key in after if after[key] != before[key]} == {"bench"}


def test_sections_keep_their_rows_and_students_their_places(bring: Any, folder: Path, database: Database) -> None:
    write(folder, "lab", [section(key) for key in ("door", "bench", "desk", "exit")])
    bring()
    rows = {key: row for key, _, row in database.execute(SECTIONS)}
    database.execute("""
        INSERT INTO frames.students (id) SELECT 's' || n FROM generate_series(0, 5) AS n;
        INSERT INTO frames.module_progress (module_id, student_id, current_section)
        SELECT m.id, 's' || n, n FROM frames.modules AS m, generate_series(0, 5) AS n""")

    write(folder, "lab", [section(key) for key in ("welcome", "exit", "bench", "door")])
    bring()

    found = database.execute(SECTIONS)
    assert [key for key, *_ in found] == ["welcome", "exit", "bench", "door"]
    assert [number for _, number, _ in found] == [1, 2, 3, 4]
    assert {key: row for key, _, row in found if key in rows} == {key: rows[key] for key in ("exit", "bench", "door")}
    places = dict(database.execute("SELECT student_id, current_section FROM frames.module_progress"))
    # s3 was at desk, which is gone: bench was before it; s5 was beyond the end, s0 before the beginning
    assert places == {"s0": 0, "s1": 4, "s2": 3, "s3": 3, "s4": 2, "s5": 2}


def test_people_read_what_became_otherwise(bring: Any, folder: Path, database: Database, cli: CommandLine) -> None:
    for slug in ("lab", "next"):
        write(folder, slug, [section("door"), section("bench")])
    bring()
    database.execute("""
        INSERT INTO frames.students (id) VALUES ('s');
        INSERT INTO frames.module_progress (module_id, student_id, current_section)
        SELECT id, 's', 2 FROM frames.modules""")
    write(folder, "lab", [section("bench"), section("door")])
    told = cli("modules", "import", str(folder), "--dry-run", database=database).stdout
    assert "1 student moved with their sections" in told
    assert "1 changed, 1 unchanged" in told
    assert "next" not in told
    bring()
    assert cli("modules", "import", str(folder), database=database).stdout == "2 unchanged.\n"


@pytest.mark.parametrize("revision", [1_000_000, 1_000_001])
def test_there_is_always_a_next_revision(bring: Any, folder: Path, revision: int) -> None:
    write(folder, "lab", revision=revision)
    if revision > 1_000_000:
        assert [one["code"] for one in bring(status=3)["summary"]["findings"]] == ["M105"]
    else:
        assert fates(bring()) == {"lab": ("new", revision)}
        write(folder, "lab", title="The lab")
        assert fates(bring()) == {"lab": ("changed", revision + 1)}


def test_a_student_whose_first_sections_are_gone_begins_anew(bring: Any, folder: Path, database: Database) -> None:
    write(folder, "lab", [section("door"), section("bench")])
    bring()
    database.execute("""
        INSERT INTO frames.students (id) VALUES ('s');
        INSERT INTO frames.module_progress (module_id, student_id, current_section)
        SELECT id, 's', 1 FROM frames.modules""")
    write(folder, "lab", [section("welcome"), section("bench")])
    bring()
    assert database.execute("SELECT current_section FROM frames.module_progress") == [(1,)]


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE frames.modules SET title = 'Mine'",
        "UPDATE frames.modules SET title = 'Mine', revision = revision + 1",
        "UPDATE frames.module_sections SET content = 'Mine'",
        "INSERT INTO frames.module_sections (module_id, section_number, section_type, content) "
        "SELECT id, 9, 'text', '' FROM frames.modules",
        "DELETE FROM frames.module_sections WHERE section_key = 'bench'",
        "UPDATE frames.modules SET content_hash = NULL, title = 'Mine'",
    ],
)
def test_an_edit_made_elsewhere_is_not_overwritten(bring: Any, folder: Path, database: Database, edit: str) -> None:
    write(folder, "lab", [section("door"), section("bench")])
    bring()
    database.execute(edit)
    before = database.execute(STATE)
    write(folder, "lab", [section("door", "Knock."), section("bench")])
    write(folder, "next")

    report = bring(status=3)

    assert not report["ok"]
    assert fates(report)["lab"][0] == "conflict"
    assert "sections.door.content" in {change["field"] for change in report["items"][0]["changes"]}
    assert database.execute(STATE) == before  # the other module neither


def test_of_a_conflict_either_side_can_win(bring: Any, folder: Path, database: Database) -> None:
    write(folder, "lab", [section("door")])
    bring()
    database.execute("UPDATE frames.modules SET title = 'Mine'")
    write(folder, "lab", [section("door", "Knock.")])
    write(folder, "next")

    assert fates(bring("--on-conflict", "keep")) == {"lab": ("kept", 1), "next": ("new", 1)}
    assert database.execute(MODULE) == [("Mine", 1, "draft")]
    assert fates(bring("--on-conflict", "take"))["lab"] == ("changed", 3)
    assert database.execute(MODULE) == [("Lab", 3, "draft")]
    kept = "SELECT revision, content ->> 'title', made_by IS NULL FROM frames.module_revisions ORDER BY module_id, 1"
    assert database.execute(kept)[:3] == [(1, "Lab", False), (2, "Mine", True), (3, "Lab", False)]


def test_a_revision_that_an_old_program_took_back_is_not_given_again(
    bring: Any, folder: Path, database: Database
) -> None:
    for content in ("Once.", "Twice.", "Thrice."):
        write(folder, "lab", [section("door", content)])
        bring()
    database.execute("UPDATE frames.modules SET revision = 2, title = 'Mine'")
    write(folder, "lab", [section("door", "For good.")])
    assert fates(bring("--on-conflict", "take")) == {"lab": ("changed", 5)}
    kept = "SELECT revision, content ->> 'title' FROM frames.module_revisions ORDER BY 1"
    assert database.execute(kept) == [(1, "Lab"), (2, "Lab"), (3, "Lab"), (4, "Mine"), (5, "Lab")]
    ((details,),) = database.execute("SELECT details FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")
    assert details == {"modules": {"changed": 1}, "taken": ["lab"]}


def test_what_the_database_keeps_makes_no_circle_with_what_it_takes(
    bring: Any, folder: Path, database: Database
) -> None:
    write(folder, "lab")
    bring()
    database.execute("UPDATE frames.modules SET prerequisites = '[\"next\"]'")
    write(folder, "next", prerequisites=["lab"])
    report = bring("--on-conflict", "keep", status=3)
    assert [one["found"] for one in report["summary"]["findings"]] == ["wait for each other: next → lab → next"]
    assert database.execute("SELECT module_id FROM frames.modules") == [("lab",)]


def test_a_module_that_no_import_made_is_kept_as_its_first_revision(
    bring: Any, folder: Path, database: Database
) -> None:
    database.execute("""
        INSERT INTO frames.modules (id, module_id, title, revision) VALUES (7, 'lab', 'Old', 4);
        INSERT INTO frames.module_sections (module_id, section_number, section_type, content)
        VALUES (7, 1, 'text', 'Old')""")
    write(folder, "lab", [section("door")])
    assert "no import made the database's module" in bring(status=3)["items"][0]["reason"]
    assert fates(bring("--on-conflict", "take")) == {"lab": ("changed", 5)}
    held = "SELECT revision, content ->> 'title' FROM frames.module_revisions ORDER BY 1"
    assert database.execute(held) == [(4, "Old"), (5, "Lab")]


def test_an_older_file_does_not_take_a_module_back(bring: Any, folder: Path) -> None:
    write(folder, "lab", [section("door", "Knock once.")])
    bring()
    write(folder, "lab", [section("door", "Knock twice.")])
    bring()
    write(folder, "lab", [section("door", "Knock once.")])
    assert fates(bring(status=3)) == {"lab": ("conflict", 2)}


def test_an_exported_file_knows_what_it_was_written_from(
    bring: Any, folder: Path, database: Database, cli: CommandLine
) -> None:
    write(folder, "lab", [section("door", "Knock once.")])
    bring()
    database.execute("UPDATE frames.modules SET title = 'Mine'")
    done = cli("modules", "export", "--output", str(folder), database=database)
    assert done.exit_code == 0, done.stderr
    file = folder / "lab.yaml"
    assert "title: Mine" in file.read_text()

    file.write_text(file.read_text().replace("Knock once.", "Knock twice."))
    assert fates(bring()) == {"lab": ("changed", 3)}  # 2 is what was edited elsewhere

    file.write_text(file.read_text().replace("Knock twice.", "Do not knock."))
    assert fates(bring(status=3)) == {"lab": ("conflict", 3)}  # written from revision 1


def test_a_fault_keeps_everything_out_and_all_are_told(
    bring: Any, folder: Path, database: Database, cli: CommandLine
) -> None:
    write(folder, "good")
    write(folder, "lab", [section("Door")], titel="x")
    write(folder, "next", prerequisites=["gone", "good"])
    before = database.execute(STATE)

    report = bring(status=3)

    assert report["items"] == []
    told = {(one["code"], one["object"]) for one in report["summary"]["findings"]}
    assert told == {("M102", "titel"), ("M205", "sections[0].key"), ("M302", "prerequisites[0]")}
    assert database.execute(STATE) == before
    sarif = cli("modules", "import", str(folder), "--format", "sarif", database=database)
    results = json.loads(sarif.stdout)["runs"][0]["results"]
    assert {one["ruleId"] for one in results} == {"M102", "M205", "M302"}
    table = cli("modules", "import", str(folder), database=database)
    assert f"{folder}/lab.yaml:3:1" in table.stdout
    assert "Did you mean title?" in table.stdout


def test_references_to_modules_of_the_database_are_known(bring: Any, folder: Path, database: Database) -> None:
    database.execute("INSERT INTO frames.modules (module_id, title, prerequisites) VALUES ('old', 'Old', '[\"lab\"]')")
    file = write(folder, "lab", related_modules=["old"])
    bring()
    file.write_text(file.read_text().replace("related_modules", "prerequisites"))
    report = bring(status=3)
    assert [one["found"] for one in report["summary"]["findings"]] == ["wait for each other: lab → old → lab"]


def test_a_dry_run_says_the_same_and_writes_nothing(bring: Any, folder: Path, database: Database) -> None:
    write(folder, "lab")
    before = database.execute(STATE)
    dry = bring("--dry-run", "--publish")
    assert database.execute(STATE) == before
    real = bring("--publish")
    assert dry["summary"].pop("dry_run") is True
    assert real["summary"].pop("dry_run") is False
    assert dry["summary"].pop("written") is False
    assert real["summary"].pop("written") is True
    assert dry == real


def test_publishing_counts_modules_that_were_not(bring: Any, folder: Path, database: Database) -> None:
    write(folder, "lab")
    write(folder, "next", status="published")
    bring()
    assert bring("--publish")["summary"]["published"] == 1
    assert database.execute("SELECT status, published_at IS NOT NULL FROM frames.modules") == [("published", True)] * 2
    assert bring("--publish")["summary"]["published"] == 0
    assert database.execute("SELECT DISTINCT revision FROM frames.modules") == [(1,)]


def test_the_record_says_what_was_done(bring: Any, folder: Path, database: Database) -> None:
    write(folder, "lab", [section("door"), section("bench")])
    bring()
    asked = "SELECT command, platform, counts, details FROM toolbox.audit_log ORDER BY id DESC LIMIT 1"
    assert database.execute(asked) == [(
        "toolbox modules import --on-conflict fail", "frames",
        {"modules": 1, "module_revisions": 1, "module_sections": 2}, {"modules": {"new": 1}},
    )]  # fmt: skip


def test_two_imports_at_once_write_one_after_the_other(
    cli: CommandLine, folder: Path, database: Database, tmp_path: Path
) -> None:
    write(folder, "lab", [section("door", "Knock once.")])
    assert cli("modules", "import", str(folder), database=database).exit_code == 0
    write(folder, "lab", [section("door", "Knock twice.")])
    with database.connect(autocommit=False) as other:
        other.execute("UPDATE frames.modules SET title = 'Mine', revision = 2")
        done: list[Any] = []
        importing = threading.Thread(
            target=lambda: done.append(cli("modules", "import", str(folder), database=database))
        )
        importing.start()
        importing.join(0.5)
        other.commit()
        importing.join()
    assert done[0].exit_code == 3
    assert database.execute(MODULE) == [("Mine", 2, "draft")]


def test_processes_read_what_one_reads(bring: Any, folder: Path) -> None:
    for number in range(6):
        write(folder, f"module-{number}", difficulty_level=9 if number == 4 else 2)
    two = bring("--dry-run", "--processes", "2", status=3)
    one = bring("--dry-run", "--processes", "0", status=3)
    assert two == one
    assert [finding["place"] for finding in one["summary"]["findings"]] == [f"{folder}/module-4.yaml:3:19"]


def test_an_unknown_form_is_wrong_use(cli: CommandLine, folder: Path, database: Database) -> None:
    write(folder, "lab")
    done = cli("modules", "import", str(folder), "--from", "natve", database=database)
    assert done.exit_code == 2
    assert "Did you mean native?" in done.stderr


def test_a_path_that_is_not_there_is_wrong_use(cli: CommandLine, tmp_path: Path, database: Database) -> None:
    done = cli("modules", "import", str(tmp_path / "gone"), database=database)
    assert (done.exit_code, done.stdout) == (2, "")
