"""Packages of other systems go the whole way: imported, told of, imported again, exported, and imported from that."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import CommandLine
from tests.support.packages import PACKAGES, as_folder, as_tar, as_zip, files_of
from tests.support.servers import Database
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.formats import xml_text

MODULES = {
    "olx": ["lab-l101-before", "lab-l101-power"],
    "imscc": ["rocket-workshop-m-fins", "rocket-workshop-m-tools"],
    "scorm12": ["the-lab"],
    "scorm2004": ["a-tour-of-the-lab"],
    "h5p": ["safety-in-the-lab"],
    "gift/lab-safety.gift": ["lab-safety"],
}
STATE = """
SELECT (SELECT array_agg(m ORDER BY id)::text FROM frames.modules AS m),
       (SELECT array_agg(s ORDER BY id)::text FROM frames.module_sections AS s),
       (SELECT count(*) FROM toolbox.audit_log)"""


def report(cli: CommandLine, database: Database | None, *arguments: str, status: int = 0) -> dict[str, Any]:
    done = cli("modules", *arguments, "--format", "json", database=database)
    assert done.exit_code == status, done.stdout + done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


@pytest.mark.parametrize("package", MODULES)
def test_a_package_is_imported_once_and_comes_back_as_native_files(
    cli: CommandLine, database: Database, tmp_path: Path, package: str
) -> None:
    path, form = str(PACKAGES / package), re.split("[/12]", package)[0]
    first = report(cli, database, "import", path)
    assert sorted((one["slug"], one["fate"]) for one in first["items"]) == [(slug, "new") for slug in MODULES[package]]
    (losses,) = first["summary"]["losses"]
    assert losses["form"] == form
    assert losses["objects"] == losses["mapped"] + losses["merged"] + losses["dropped"] == len(losses["told"])

    before = database.execute(STATE)
    assert {one["fate"] for one in report(cli, database, "import", path, "--from", form)["items"]} == {"unchanged"}
    for form_out in ("yaml", "markdown"):
        folder = tmp_path / form_out
        done = cli("modules", "export", "--as", form_out, "--output", str(folder), database=database)
        assert done.exit_code == 0, done.stderr
        again = report(cli, database, "import", str(folder))
        assert {one["fate"] for one in again["items"]} == {"unchanged"}, again
    assert database.execute(STATE) == before


def test_the_loss_report_for_people(cli: CommandLine, database: Database) -> None:
    done = cli("modules", "import", str(PACKAGES / "olx"), "--dry-run", database=database)
    assert done.exit_code == 0, done.stderr
    assert "27 objects of olx: 8 mapped, 8 merged, 11 dropped." in done.stdout
    assert "dropped 1 problem: a program makes its question (problem/iron-graph)" in done.stdout
    assert "problem/glasses" not in done.stdout
    assert "Sections name 3 files of it, which no import copies" in done.stdout
    assert database.execute("SELECT count(*) FROM frames.modules") == [(0,)]
    each = cli("modules", "validate", str(PACKAGES / "olx"), "--losses").stdout
    assert "  mapped problem problem/glasses into lab-l101-before#glasses" in each
    assert "  dropped html html/keys-text: stands in something that was dropped (vertical/keys)" in each


def test_the_loss_report_of_a_large_package_is_short_and_whole_where_it_is_asked_for(
    cli: CommandLine, tmp_path: Path
) -> None:
    polls = "".join(f'<poll url_name="p{number}" x="1"/>' for number in range(500))
    pages = "".join(f'<html url_name="h{number}"><p style="a">b</p></html>' for number in range(300))
    course = f'<chapter url_name="c"><sequential><vertical>{pages}{polls}</vertical></sequential></chapter>'
    path = as_folder(tmp_path, {"course.xml": f'<course org="Lab" course="L1">{course}</course>'})
    short = cli("modules", "validate", str(path)).stdout
    assert "  dropped 500 poll: it collects opinions (poll/p0, poll/p1, poll/p2 and 497 more)" in short
    assert "300 notes are not shown: --format json tells each." in short
    assert len(short.splitlines()) < 12
    assert len(cli("modules", "validate", str(path), "--losses").stdout.splitlines()) > 800
    told = report(cli, None, "validate", str(path))
    assert len(told["items"]) == 300
    assert sum(one["reason"] == "it collects opinions" for one in told["summary"]["losses"][0]["told"]) == 500


def test_what_keeps_all_out_is_told_with_the_losses(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    path = as_folder(tmp_path, {"course.xml": '<course org="L" course="1"><chapter url_name="c"/></course>'})
    (path / "chapter").mkdir()
    (path / "chapter/c.xml").write_text(
        '<chapter><sequential><vertical><poll url_name="p" x="1"/></vertical></sequential></chapter>'
    )
    for command in ("import", "validate"):
        done = cli("modules", command, str(path), database=database)
        assert done.exit_code == Exit.FINDINGS
        assert "dropped 1 poll: it collects opinions (poll/p)" in done.stdout


def test_forms_are_known_by_what_is_in_them(cli: CommandLine, tmp_path: Path) -> None:
    paths = [
        as_tar(tmp_path / "one.bin", files_of(PACKAGES / "olx")),
        as_zip(tmp_path / "two.bin", files_of(PACKAGES / "imscc")),
        as_folder(
            tmp_path / "three", {f"deep/below/{name}": data for name, data in files_of(PACKAGES / "olx").items()}
        ),
    ]
    forms = [report(cli, None, "validate", str(path))["summary"]["losses"][0]["form"] for path in paths]
    assert forms == ["olx", "imscc", "olx"]


def test_native_folders_are_not_taken_for_others(cli: CommandLine, tmp_path: Path) -> None:
    files = {"lab.yaml": "slug: lab\ntitle: Lab\nsections: [{key: a, type: text, content: A}]\n"}
    path = as_folder(tmp_path / "modules", {**files, "old/course.xml": "<course/>"})
    (path / "link").symlink_to(tmp_path)
    assert report(cli, None, "validate", str(path))["summary"] == {"modules": 1, "errors": 0, "warnings": 0}


def test_students_keep_their_places_when_the_source_changes(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    chapter = '<chapter url_name="{}" display_name="{}"><sequential><vertical>{}</vertical></sequential></chapter>'
    html = '<html url_name="{}" display_name="{}">a</html>'
    for title, names in (("Week 1", ("door", "bench")), ("Before you begin", ("hall", "bench", "door"))):
        text = chapter.format("0a6d5c1e" * 4, title, "".join(html.format(name, f"{title} {name}") for name in names))
        path = as_folder(tmp_path, {"course.xml": f'<course org="Lab" course="L1">{text}</course>'})
        if title != "Week 1":
            database.execute("""
                INSERT INTO frames.students (id) VALUES ('s');
                INSERT INTO frames.module_progress (module_id, student_id, current_section)
                SELECT id, 's', 1 FROM frames.modules""")
        report(cli, database, "import", str(path))
    assert database.execute("SELECT module_id, title, revision FROM frames.modules") == [
        ("lab-l1-0a6d5c1e", "Before you begin", 2)
    ]
    assert database.execute("SELECT current_section FROM frames.module_progress") == [(3,)]


COURSE = {
    "course.xml": '<course org="L" course="1"><chapter url_name="c"><sequential><vertical><html url_name="h">a</html>'
    "</vertical></sequential></chapter></course>",
    "policies/r/policy.json": "{}",
}


@pytest.mark.parametrize(
    ("folders", "beside", "codes"),
    [
        (["spring", "autumn"], {"README.md": "# Courses", "LICENSE": ""}, {"M511"}),
        (["course"], {"__MACOSX/._course": ""}, set()),
        (["course"], {"README.md": ""}, set()),
    ],
)
def test_a_package_is_found_beside_what_is_none(
    cli: CommandLine, tmp_path: Path, folders: list[str], beside: dict[str, str], codes: set[str]
) -> None:
    files = {f"{folder}/{name}": text for folder in folders for name, text in COURSE.items()}
    told = report(cli, None, "validate", str(as_folder(tmp_path, {**files, **beside})))
    assert told["summary"]["losses"][0]["form"] == "olx"
    assert {one["code"] for one in told["items"]} == codes


def test_a_folder_without_anything_is_told_as_such(cli: CommandLine, tmp_path: Path) -> None:
    as_folder(tmp_path, {"a.txt": ""})
    (tmp_path / "link").symlink_to(tmp_path)
    told = report(cli, None, "validate", str(tmp_path), status=Exit.FINDINGS)
    assert [one["code"] for one in told["items"]] == ["M007"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../course.xml": "<course/>"}, "M402"),
        ({"course.xml": "<course/>", "Course.xml": "<course/>"}, "M404"),
        ({"course.xml": "<course/>", "static/a.png": bytes(20_000_000)}, "M405"),
    ],
)
@pytest.mark.parametrize("make", [as_tar, as_zip])
def test_hostile_archives_are_told_with_all_else(
    cli: CommandLine, tmp_path: Path, make: Any, files: dict[str, str | bytes], code: str
) -> None:
    hostile = make(tmp_path / "hostile", files)
    arguments = ("validate", str(hostile), str(PACKAGES / "olx"), "--fail-on", "error")
    told = report(cli, None, *arguments, status=Exit.FINDINGS)
    assert {one["code"] for one in told["items"] if one["severity"] == "error"} == {code}
    assert told["summary"]["modules"] == 2


def test_what_shows_the_form_may_lie(cli: CommandLine, tmp_path: Path) -> None:
    path = as_zip(tmp_path / "lab.zip", {"course.xml": "<course/>" * 100})
    data = bytearray(path.read_bytes())
    size_at = data.index(b"PK\1\2") + 24
    data[size_at : size_at + 4] = (5).to_bytes(4, "little")
    path.write_bytes(data)
    told = report(cli, None, "validate", str(path), status=Exit.FINDINGS)
    assert [one["code"] for one in told["items"]] == ["M401"]


def test_without_the_package_the_extra_is_named(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_text, "etree", None)
    done = cli("modules", "validate", str(PACKAGES / "olx"))
    assert done.exit_code == Exit.USAGE
    assert "toolbox-cli[content]" in done.stderr
