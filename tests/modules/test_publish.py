"""Modules are published when they are ready, and archived when nobody needs them: all of them or none."""

import json
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.modules.files import write
from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database

Modules = Callable[..., Outcome]
STATES = "SELECT module_id, status, published_at IS NOT NULL FROM frames.modules ORDER BY module_id"


@pytest.fixture
def modules(cli: CommandLine, database: Database, tmp_path: Path) -> Modules:
    """Run `toolbox modules` on a database with three drafts; of them, bench needs lab first."""
    write(tmp_path / "files", "lab")
    write(tmp_path / "files", "bench", prerequisites=["lab"])
    write(tmp_path / "files", "desk")
    assert cli("modules", "import", str(tmp_path / "files"), database=database).exit_code == 0
    return partial(cli, "modules", database=database)


@pytest.fixture
def taught(modules: Modules, database: Database) -> Modules:
    """The same with lab and desk published, and students of a team and a university."""
    assert modules("publish", "lab", "desk").exit_code == 0
    database.execute("""
        SET search_path TO frames;
        INSERT INTO universities (id) VALUES ('north');
        INSERT INTO teams (id, name) VALUES (1, 'Power');
        INSERT INTO students (id, team_id, university_id)
        VALUES ('a', 1, 'north'), ('b', 1, NULL), ('c', NULL, 'north')""")
    return modules


def fates(done: Outcome) -> dict[str, str]:
    return {item["slug"]: item["fate"] for item in json.loads(done.stdout)["items"]}


def reasons(done: Outcome) -> dict[str, list[str]]:
    return {item["slug"]: item["reasons"] for item in json.loads(done.stdout)["items"]}


def test_a_module_is_published_once(modules: Modules, database: Database) -> None:
    assert fates(modules("publish", "lab", "--dry-run", "--format", "json")) == {"lab": "published"}
    assert ("lab", "draft", False) in database.execute(STATES)
    assert fates(modules("publish", "lab", "--format", "json")) == {"lab": "published"}
    assert ("lab", "published", True) in database.execute(STATES)
    audit = "SELECT command, counts, details FROM toolbox.audit_log ORDER BY id DESC LIMIT 1"
    assert database.execute(audit) == [("toolbox modules publish", {"modules": 1}, {"modules": {"lab": 1}})]

    before = database.execute("SELECT (SELECT max(updated_at) FROM frames.modules), count(*) FROM toolbox.audit_log")
    assert fates(modules("publish", "lab", "--format", "json")) == {"lab": "unchanged"}
    assert before == database.execute(
        "SELECT (SELECT max(updated_at) FROM frames.modules), count(*) FROM toolbox.audit_log"
    )


def test_prerequisites_are_published_before_or_with_it(modules: Modules, database: Database) -> None:
    done = modules("publish", "desk", "bench", "--format", "json")
    assert done.exit_code == 4
    assert reasons(done) == {"desk": [], "bench": ["its prerequisite lab is draft"]}
    assert {status for _, status, _ in database.execute(STATES)} == {"draft"}
    assert modules("publish", "bench", "lab").exit_code == 0

    database.execute(
        "UPDATE frames.modules SET status = 'draft', prerequisites = '[\"gone\"]' WHERE module_id = 'bench'"
    )
    done = modules("publish", "bench")
    assert (done.exit_code, "bench: its prerequisite gone is not there." in done.stdout) == (4, True)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("DELETE FROM frames.module_sections", "sections"),
        ("UPDATE frames.modules SET prerequisites = '7'", "M103 prerequisites"),
        ("UPDATE frames.module_sections SET section_type = 'checklist'", "section_config"),
    ],
)
def test_what_no_import_would_take_is_not_published(modules: Modules, database: Database, edit: str, told: str) -> None:
    database.execute(edit)
    done = modules("publish", "lab", "--format", "json")
    assert done.exit_code == 4
    assert any(told in reason for reason in reasons(done)["lab"]), done.stdout
    assert ("lab", "draft", False) in database.execute(STATES)


def test_an_unknown_module_is_wrong_use(modules: Modules, database: Database) -> None:
    for command in ("publish", "archive"):
        done = modules(command, "lab", "gone", "lost")
        assert (done.exit_code, "There are no modules gone, lost." in done.stderr) == (2, True)
    assert {status for _, status, _ in database.execute(STATES)} == {"draft"}


def test_a_module_that_published_ones_need_is_not_archived(taught: Modules, database: Database) -> None:
    assert taught("publish", "bench").exit_code == 0
    done = taught("archive", "desk", "lab", "--format", "json")
    assert done.exit_code == 4
    assert reasons(done) == {"desk": [], "lab": ["bench needs it first, and is published"]}
    assert {status for _, status, _ in database.execute(STATES)} == {"published"}
    assert fates(taught("archive", "lab", "bench", "--format", "json")) == {"lab": "archived", "bench": "archived"}
    assert fates(taught("archive", "lab", "--format", "json")) == {"lab": "unchanged"}
    assert taught("publish", "lab").exit_code == 0


@pytest.mark.parametrize(("target", "students"), [("student:a", 1), ("team:1", 2), ("university:north", 2)])
def test_a_module_that_students_must_finish_is_not_archived(
    taught: Modules, database: Database, target: str, students: int
) -> None:
    assert taught("assign", "lab", "--to", target).exit_code == 0
    (told,) = reasons(taught("archive", "lab", "--format", "json"))["lab"]
    assert told.startswith(f"{students} student")
    database.execute("""
        INSERT INTO frames.module_progress (module_id, student_id, status)
        SELECT m.id, s.id, CASE s.id WHEN 'a' THEN 'completed' ELSE 'skipped' END
        FROM frames.modules AS m, frames.students AS s WHERE m.module_id = 'lab'""")
    assert taught("archive", "lab").exit_code == 0


def test_what_is_optional_keeps_no_module(taught: Modules) -> None:
    assert taught("assign", "lab", "--to", "team:1", "--as", "optional").exit_code == 0
    assert taught("archive", "lab").exit_code == 0


def test_force_archives_and_says_against_what(taught: Modules, database: Database) -> None:
    assert taught("assign", "lab", "--to", "team:1").exit_code == 0
    assert taught("archive", "lab").exit_code == 4
    done = taught("archive", "lab", "--force")
    assert (done.exit_code, "2 students must finish it" in done.stdout) == (0, True)
    ((details,),) = database.execute("SELECT details FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")
    assert details["against"] == {"lab": ["2 students must finish it, and did not yet"]}


def test_show_says_to_whom_it_is_assigned(taught: Modules) -> None:
    assert taught("assign", "lab", "--to", "student:a", "--to", "student:c", "--to", "team:1").exit_code == 0
    rule = ("assign", "lab", "--to", "rule:subsystem_specific", "--subsystem", "Power", "--due", "+14")
    assert taught(*rule).exit_code == 0
    shown: dict[str, Any] = json.loads(taught("show", "lab", "--format", "json").stdout)["summary"]
    assert [(one["to"], one["assignments"]) for one in shown["assignments"]] == [("student", 2), ("team", 1)]
    assert [(one["rule"], one["subsystem"]) for one in shown["rules"]] == [("subsystem_specific", "Power")]
    text = taught("show", "lab").stdout
    assert "Assigned to 2 students: required." in text
    assert "Rule subsystem_specific of Power: required, due 14 days from the assignment." in text


def test_an_import_publishes_nothing_before_its_prerequisites(
    modules: Modules, database: Database, tmp_path: Path
) -> None:
    file = write(tmp_path / "files", "bench", prerequisites=["lab"], title="Benches")
    done = modules("import", str(file), "--publish")
    assert (done.exit_code, "bench: its prerequisite lab is draft" in done.stderr) == (4, True)
    assert database.execute("SELECT title, revision FROM frames.modules WHERE module_id = 'bench'") == [("Bench", 1)]
    assert modules("import", str(tmp_path / "files"), "--publish").exit_code == 0
    assert {status for _, status, _ in database.execute(STATES)} == {"published"}


def test_a_file_that_says_published_gets_round_no_prerequisite(
    modules: Modules, database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    write(folder, "shelf", prerequisites=["lab", "rack"], status="published")
    write(folder, "rack", status="published")
    done = modules("import", str(folder))
    assert (done.exit_code, "shelf: its prerequisite lab is draft" in done.stderr) == (4, True)
    assert len(database.execute(STATES)) == 3
    assert modules("publish", "lab").exit_code == 0
    report = json.loads(modules("import", str(folder), "--format", "json").stdout)
    assert report["summary"]["published"] == 2
    assert {("shelf", "published", True), ("rack", "published", True)} <= {*database.execute(STATES)}


def test_a_published_module_gets_no_prerequisite_that_is_not(
    modules: Modules, database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    write(folder, "shelf", status="published")
    assert modules("import", str(folder)).exit_code == 0
    write(folder, "shelf", prerequisites=["lab"])
    done = modules("import", str(folder))
    assert (done.exit_code, "shelf: its prerequisite lab is draft" in done.stderr) == (4, True)
    assert modules("publish", "lab").exit_code == 0
    assert modules("import", str(folder)).exit_code == 0
    assert modules("archive", "lab", "--force").exit_code == 0
    write(folder, "shelf", prerequisites=["lab"], title="Shelves")  # it stands on what was decided
    assert modules("import", str(folder)).exit_code == 0


def test_an_import_publishes_nothing_that_somebody_archived(
    modules: Modules, database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    write(folder, "shelf")
    write(folder, "rack", status="archived")
    assert modules("import", str(folder), "--publish").exit_code == 0
    assert modules("archive", "shelf").exit_code == 0
    write(folder, "shelf", title="Shelves")
    done = modules("import", str(folder), "--publish")
    assert (done.exit_code, "Archived before, and still so: 2." in done.stdout) == (0, True)
    assert {("shelf", "archived"), ("rack", "archived")} <= {row[:2] for row in database.execute(STATES)}


def test_publishing_waits_for_who_archives_what_it_needs(modules: Modules, database: Database) -> None:
    assert modules("publish", "lab").exit_code == 0
    done: list[Outcome] = []
    with database.connect(autocommit=False) as other:
        other.execute("UPDATE frames.modules SET status = 'archived' WHERE module_id = 'lab'")
        publishing = threading.Thread(target=lambda: done.append(modules("publish", "bench")))
        publishing.start()
        publishing.join(0.5)
        other.commit()
        publishing.join()
    assert (done[0].exit_code, "its prerequisite lab is archived" in done[0].stdout) == (4, True)
