"""What is exported is imported again as what it was; and what people see of modules."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.modules.files import section, write
from tests.support.commands import ROOT, CommandLine
from tests.support.modules import MODULES
from tests.support.servers import Database
from toolbox_cli.content.modules.canonical import canonical, content_hash
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.content.modules.writing import as_yaml

FIXTURES = ROOT / "fixtures" / "modules"
STATE = """
SELECT (SELECT array_agg(m ORDER BY id)::text FROM frames.modules AS m),
       (SELECT array_agg(s ORDER BY id)::text FROM frames.module_sections AS s),
       (SELECT array_agg(r ORDER BY module_id, revision)::text FROM frames.module_revisions AS r)"""


def fates(stdout: str) -> set[str]:
    return {item["fate"] for item in json.loads(stdout)["items"]}


@pytest.mark.parametrize("form", ["yaml", "json", "markdown"])
def test_import_export_import_changes_nothing(cli: CommandLine, database: Database, tmp_path: Path, form: str) -> None:
    assert cli("modules", "import", str(FIXTURES), database=database).exit_code == 0
    before = database.execute(STATE)
    assert cli("modules", "export", "--output", str(tmp_path), "--as", form, database=database).exit_code == 0

    done = cli("modules", "import", str(tmp_path), "--format", "json", database=database)

    assert (done.exit_code, fates(done.stdout)) == (0, {"unchanged"})
    assert database.execute(STATE) == before


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(modules=st.lists(MODULES, min_size=1, max_size=3, unique_by=lambda fields: fields["slug"]))
def test_whatever_is_imported_comes_back_the_same(
    cli: CommandLine, database: Database, tmp_path_factory: pytest.TempPathFactory, modules: list[dict[str, Any]]
) -> None:
    database.execute("DELETE FROM frames.modules")
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    for fields in modules:
        (first / f"{fields['slug']}.yaml").write_text(as_yaml(fields), encoding="utf-8", newline="")
    done = cli("modules", "import", str(first), database=database)
    assert done.exit_code == 0, done.stdout + done.stderr
    held = database.execute("SELECT module_id, content_hash FROM frames.modules")
    assert dict(held) == {fields["slug"]: content_hash(canonical(Module.model_validate(fields))) for fields in modules}
    before = database.execute(STATE)

    assert cli("modules", "export", "--output", str(second), database=database).exit_code == 0
    again = cli("modules", "import", str(second), "--format", "json", database=database)

    assert (again.exit_code, fates(again.stdout)) == (0, {"unchanged"}), again.stdout
    assert database.execute(STATE) == before


def test_the_fixtures_use_every_type_of_section(cli: CommandLine, database: Database) -> None:
    assert cli("modules", "import", str(FIXTURES), database=database).exit_code == 0
    types = "SELECT DISTINCT section_type FROM frames.module_sections ORDER BY 1"
    assert [name for (name,) in database.execute(types)] == [
        "checklist", "game", "guided_struggle", "image", "interactive", "sandbox", "text", "video",
    ]  # fmt: skip
    text = "SELECT content FROM frames.module_sections WHERE section_key = 'dust'"
    assert database.execute(text)[0][0].startswith("# What dust does\n\nA grain of dust")


def test_what_other_programs_wrote_is_exported_as_it_is(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    with database.connect() as connection:
        connection.execute("INSERT INTO frames.modules (id, module_id, title, tags) VALUES (7, 'old', 'Old', NULL)")
        connection.execute(
            "INSERT INTO frames.module_sections (module_id, section_number, section_type, content, section_config)"
            " VALUES (7, 3, 'sandbox', 'Try it.', %s)",
            [Jsonb({"language": "python", "theme": "dark"})],
        )
    done = cli("modules", "export", "old", "--as", "json", database=database)
    assert done.exit_code == 0
    written = json.loads(done.stdout)
    assert written["sections"][0]["section_config"] == {"language": "python", "theme": "dark"}
    assert "old: M201 sections[0].section_config.files: is missing; an import would refuse it." in done.stderr
    for _ in range(2):
        again = cli("modules", "export", "--output", str(tmp_path), database=database)
        assert again.exit_code == 0, again.stderr
    assert "old: M202 sections[0].section_config.theme: unknown key; an import would refuse it." in done.stderr


def test_several_modules_need_a_folder(cli: CommandLine, database: Database) -> None:
    assert cli("modules", "import", str(FIXTURES), database=database).exit_code == 0
    done = cli("modules", "export", database=database)
    assert (done.exit_code, done.stdout) == (2, "")
    assert cli("modules", "export", "gone", database=database).exit_code == 2


def test_the_list_can_be_narrowed(cli: CommandLine, database: Database) -> None:
    assert cli("modules", "import", str(FIXTURES), "--publish", database=database).exit_code == 0
    for options, slugs in (
        ((), ["clean-room", "first-script", "lab-safety", "orbit-basics"]),
        (("--category", "Technical"), ["first-script", "orbit-basics"]),
        (("--tag", "lab"), ["clean-room", "lab-safety"]),
        (("--status", "draft"), []),
    ):
        done = cli("modules", "list", *options, "--format", "json", database=database)
        assert [item["slug"] for item in json.loads(done.stdout)["items"]] == slugs


def test_differences_are_told_by_field(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    write(tmp_path, "lab", [section("door"), section("bench", section_config={"format": "plain"})])
    assert cli("modules", "import", str(tmp_path), database=database).exit_code == 0
    write(
        tmp_path, "lab", [section("bench", section_config={"format": "html"}), section("door"), section("exit")],
        tags=["lab"],
    )  # fmt: skip
    wanted = {
        ("tags", "[]", "['lab']"), ("sections.bench.section_config.format", "plain", "html"),
        ("sections.exit", "None", "text: exit"), ("sections", "['door', 'bench']", "['bench', 'door', 'exit']"),
    }  # fmt: skip

    def told(*arguments: str) -> set[tuple[str, str, str]]:
        done = cli("modules", "diff", *arguments, "--format", "json", database=database)
        assert done.exit_code == 0, done.stderr
        items = json.loads(done.stdout)["items"]
        return {(item["field"], str(item["before"]), str(item["after"])) for item in items}

    assert told(str(tmp_path)) == wanted
    assert cli("modules", "import", str(tmp_path), database=database).exit_code == 0
    assert told(str(tmp_path)) == set()
    assert told("lab") == told("lab", "--revision", "1") == wanted
    done = cli("modules", "diff", "lab", "--revision", "9", database=database)
    assert (done.exit_code, "It has 1, 2." in done.stderr) == (2, True)
    assert cli("modules", "diff", str(tmp_path), "--revision", "1", database=database).exit_code == 2
    (tmp_path / "lab.yaml").unlink()
    assert cli("modules", "diff", str(tmp_path), database=database).exit_code == 2  # nothing is no sameness


def test_files_are_checked_without_a_database(cli: CommandLine, tmp_path: Path) -> None:
    nowhere = {"TOOLBOX_DATABASE_URL": "postgresql://127.0.0.1:1/nowhere"}
    write(tmp_path, "lab", prerequisites=["gone"])
    done = cli("modules", "validate", str(tmp_path), environ=nowhere)
    assert done.exit_code == 3
    assert "M302" in done.stdout
    write(tmp_path, "lab", [section("door", "")])
    assert cli("modules", "validate", str(tmp_path), environ=nowhere).exit_code == 0
    assert cli("modules", "validate", str(tmp_path), "--fail-on", "warning", environ=nowhere).exit_code == 3
    assert cli("modules", "validate", str(FIXTURES), environ=nowhere).stdout == "4 modules, nothing wrong.\n"


def test_with_a_database_its_modules_are_known(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    database.execute("INSERT INTO frames.modules (module_id, title) VALUES ('old', 'Old')")
    write(tmp_path, "lab", prerequisites=["old"])
    assert cli("modules", "validate", str(tmp_path), database=database).exit_code == 3
    assert cli("modules", "validate", str(tmp_path), "--with-database", database=database).exit_code == 0


def test_the_schema_knows_every_type_of_section(cli: CommandLine) -> None:
    schema = json.loads(cli("modules", "schema").stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {*schema["properties"]["sections"]["items"]["discriminator"]["mapping"]} == {
        "text", "video", "image", "checklist", "sandbox", "game", "interactive", "guided_struggle",
    }  # fmt: skip
    assert schema["required"] == ["slug", "title", "sections"]


def test_an_export_takes_nobodys_work(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    export = ("modules", "export", "--output", str(tmp_path))
    file = write(tmp_path, "lab", [section("door", "Knock.")])
    assert cli("modules", "import", str(tmp_path), database=database).exit_code == 0
    database.execute("UPDATE frames.modules SET title = 'Theirs'")
    assert cli(*export, database=database).exit_code == 0  # what was imported stands in the database
    assert "title: Theirs" in file.read_text()
    assert cli(*export, database=database).exit_code == 0  # and what was exported from it

    write(tmp_path, "lab", [section("door", "Knock twice.")])
    done = cli(*export, database=database)
    assert (done.exit_code, f"{file}: lab: says what was never imported" in done.stderr) == (4, True)
    file.write_text("slug: lab\ntitle: [")
    assert cli(*export, database=database).exit_code == 4
    assert file.read_text() == "slug: lab\ntitle: ["


def test_an_export_puts_no_module_beside_itself(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    write(tmp_path, "lab")
    assert cli("modules", "import", str(tmp_path), database=database).exit_code == 0
    done = cli("modules", "export", "--output", str(tmp_path), "--as", "markdown", database=database)
    assert (done.exit_code, "an import would find it twice" in done.stderr) == (4, True)
    assert [file.name for file in tmp_path.iterdir()] == ["lab.yaml"]


def test_differences_of_long_texts_are_shown_where_they_are(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    long = "A word and another. " * 20
    write(tmp_path, "lab", [section("door", f"{long}Knock.")], adaptive_config={"on": True})
    assert cli("modules", "import", str(tmp_path), database=database).exit_code == 0
    shown = cli("modules", "show", "lab", database=database).stdout
    assert 'adaptive config: {"on": true}' in shown
    assert "edited" not in shown
    first = cli("modules", "diff", "lab", database=database)
    assert (first.exit_code, "none before it was kept" in first.stderr) == (2, True)
    database.execute(f"UPDATE frames.module_sections SET content = '{long}Ring.'")
    write(tmp_path, "lab", [section("door", f"{long}Shout.")], adaptive_config={"on": True})
    assert "Another program edited it" in cli("modules", "show", "lab", database=database).stdout
    for done in (
        cli("modules", "diff", str(tmp_path), database=database),
        cli("modules", "import", str(tmp_path), database=database),
    ):
        assert "Ring." in done.stdout
        assert "Shout." in done.stdout
        assert len(max(done.stdout.splitlines(), key=len)) < 250
