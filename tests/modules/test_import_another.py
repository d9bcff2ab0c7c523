"""A slug that a module of another origin has is not taken from it unasked."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.modules.files import section, write
from tests.support.commands import CommandLine
from tests.support.packages import as_folder
from tests.support.servers import Database
from toolbox_cli.content.modules.writing import as_yaml

STATE = """
SELECT (SELECT array_agg(m ORDER BY id)::text FROM frames.modules AS m),
       (SELECT array_agg(s ORDER BY id)::text FROM frames.module_sections AS s),
       (SELECT array_agg(p ORDER BY id)::text FROM frames.module_progress AS p),
       (SELECT count(*) FROM frames.module_revisions), (SELECT count(*) FROM toolbox.audit_log)"""
STUDENT = """
INSERT INTO frames.students (id) VALUES ('s');
INSERT INTO frames.module_progress (module_id, student_id, current_section) SELECT id, 's', 2 FROM frames.modules"""
GIFT = "// of another course\n$CATEGORY: Fuses\n\n::Blown:: A fuse blows at any current. {FALSE}\n"
KEPT = """
SELECT r.revision, r.content ->> 'title'
FROM frames.module_revisions AS r JOIN frames.modules AS m ON m.id = r.module_id
WHERE m.module_id = 'lab' ORDER BY 1"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "modules"


@pytest.fixture
def bring(cli: CommandLine, database: Database, folder: Path) -> Any:
    """Import the folder, or some paths; give the report."""

    def run(*arguments: str | Path, status: int = 0) -> dict[str, Any]:
        said = [*map(str, arguments)]
        paths = [] if said and not said[0].startswith("-") else [str(folder)]
        done = cli("modules", "import", *paths, *said, "--format", "json", database=database)
        assert done.exit_code == status, done.stdout + done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    return run


def fates(report: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {item["slug"]: (item["fate"], item["revision"]) for item in report["items"]}


@pytest.fixture
def held(bring: Any, folder: Path, database: Database) -> tuple[Any, ...]:
    """A module that a student is in; the state of the database with it."""
    write(folder, "lab", [section("door"), section("bench")])
    bring()
    database.execute(STUDENT)
    return database.execute(STATE)[0]


def test_a_module_with_no_section_in_common_is_a_conflict(
    bring: Any, folder: Path, database: Database, held: tuple[Any, ...], cli: CommandLine
) -> None:
    write(folder, "lab", [section("fuse"), section("wire")], title="The other lab")
    write(folder, "next")

    report = bring(status=3)

    assert fates(report) == {"lab": ("conflict", 1), "next": ("new", 1)}
    item = report["items"][0]
    assert item["reason"] == "the file has none of the sections of the database's module, by their keys"
    assert "another slug" in item["remedy"]
    assert {"title", "sections.door", "sections.fuse"} <= {change["field"] for change in item["changes"]}
    assert bring("--dry-run", status=3)["items"] == report["items"]
    assert database.execute(STATE) == [held]
    told = cli("modules", "import", str(folder), database=database)
    assert (told.exit_code, "give the file's another slug" in told.stdout) == (3, True)
    assert "  sections.door: here 'text: door', in the file ''" in told.stdout


def test_it_takes_the_slug_where_that_is_said(
    bring: Any, folder: Path, database: Database, held: tuple[Any, ...]
) -> None:
    write(folder, "lab", [section("fuse"), section("wire")], title="The other lab")
    write(folder, "next")
    assert fates(bring("--on-conflict", "keep")) == {"lab": ("kept", 1), "next": ("new", 1)}
    assert database.execute(KEPT) == [(1, "Lab")]

    assert fates(bring("--on-conflict", "take")) == {"lab": ("changed", 2), "next": ("unchanged", 1)}
    assert database.execute(KEPT) == [(1, "Lab"), (2, "The other lab")]
    ((details,),) = database.execute("SELECT details FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")
    assert details["taken"] == ["lab"]
    assert fates(bring())["lab"] == ("unchanged", 2)


def test_one_section_in_common_is_enough(bring: Any, folder: Path, held: tuple[Any, ...]) -> None:
    write(folder, "lab", [section("fuse"), section("bench")])
    assert fates(bring()) == {"lab": ("changed", 2)}


def test_a_module_without_sections_has_none_to_share(bring: Any, folder: Path, database: Database) -> None:
    database.execute("INSERT INTO frames.modules (id, module_id, title) VALUES (7, 'lab', 'Old')")
    write(folder, "lab", [section("fuse")])
    (item,) = bring(status=3)["items"]
    assert item["reason"] == "no import made the database's module"
    assert item["remedy"].startswith("Export the module")


def test_what_was_exported_may_change_whole(
    bring: Any, folder: Path, held: tuple[Any, ...], cli: CommandLine, database: Database
) -> None:
    assert cli("modules", "export", "lab", "--output", str(folder), database=database).exit_code == 0
    file = folder / "lab.yaml"
    exported = file.read_text()
    changed = exported.replace("key: door", "key: fuse").replace("key: bench", "key: wire")
    file.write_text(changed)
    assert fates(bring("--dry-run")) == {"lab": ("changed", 2)}

    fields = yaml.safe_load(changed) | {
        "content_hash": "a" * 64,
        "revision": 7,
    }  # of another database, which is further
    file.write_text(as_yaml(fields))
    assert fates(bring(status=3)) == {"lab": ("conflict", 1)}


def test_each_kind_of_conflict_is_told_with_what_to_do(
    bring: Any, folder: Path, database: Database, held: tuple[Any, ...], cli: CommandLine
) -> None:
    write(folder, "next")
    bring()
    database.execute("UPDATE frames.modules SET title = 'Mine'")
    write(folder, "lab", [section("fuse")])
    write(folder, "next", [section("one", "Read that.")])

    lab, following = bring(status=3)["items"]

    assert lab["reason"].startswith("the database's module was edited elsewhere; the file has none of the sections")
    assert ("another slug" in lab["remedy"], "another slug" in following["remedy"]) == (True, False)
    told = cli("modules", "import", str(folder), database=database).stdout
    assert "\nlab: If these are two modules" in told
    assert "\nnext: Export the module and edit that" in told
    sarif = cli("modules", "import", str(folder), "--format", "sarif", database=database).stdout
    assert "another slug" in sarif
    assert "Export the module" in sarif


def test_a_package_does_not_take_the_slug_of_an_authors_module(
    bring: Any, tmp_path: Path, database: Database, held: tuple[Any, ...], cli: CommandLine
) -> None:
    package = as_folder(tmp_path / "sent", {"lab.gift": GIFT}) / "lab.gift"
    report = bring(package, status=3)
    assert fates(report) == {"lab": ("conflict", 1)}
    assert "a package's is made of its name or title" in report["items"][0]["remedy"]
    assert database.execute(STATE) == [held]
    compared = cli("modules", "diff", str(package), "--format", "json", database=database)
    fields = {item["field"]: item["after"] for item in json.loads(compared.stdout)["items"]}
    assert fields == {one["field"]: one["after"] for one in report["items"][0]["changes"]}

    other = package.rename(package.with_name("fuses.gift"))
    assert fates(bring(other)) == {"fuses": ("new", 1)}
    other.write_text(GIFT.replace("Blown", "Burnt"))
    assert fates(bring(other)) == {"fuses": ("changed", 2)}
