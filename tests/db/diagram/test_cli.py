import json
from pathlib import Path

import pytest

from tests.db.diagram.erdiagram import read
from tests.support.commands import CommandLine
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.diagram import writing
from toolbox_cli.models import metadata_of


def test_data_on_stdout_and_nothing_else(cli: CommandLine) -> None:
    done = cli("db", "diagram", "--platform", "frames")
    assert (done.exit_code, done.stderr) == (Exit.DONE, "")
    assert len(read(done.stdout).entities) == 12


def test_all_platforms_in_one(cli: CommandLine) -> None:
    assert len(read(cli("db", "diagram").stdout).entities) == sum(
        len(metadata_of(name).tables) for name in (RECORDS, *PLATFORMS)
    )


def test_into_a_file(cli: CommandLine, tmp_path: Path) -> None:
    done = cli("db", "diagram", "--platform", "toolbox", "--as", "dot", "--output", str(tmp_path / "records.dot"))
    assert (done.exit_code, done.stdout, done.stderr) == (Exit.DONE, "", "")
    assert (tmp_path / "records.dot").read_text().startswith('digraph "toolbox" {')
    done = cli("db", "diagram", "--output", str(tmp_path / "nowhere" / "x.mmd"))
    assert done.exit_code == Exit.USAGE
    assert "can't be written" in done.stderr


@pytest.mark.parametrize(
    "wrong", [("--around", "nothing_like_it"), ("--area", "x"), ("--platform", "x"), ("--as", "x"), ("--columns", "x")]
)
def test_wrong_use(cli: CommandLine, wrong: tuple[str, str]) -> None:
    done = cli("db", "diagram", *wrong)
    assert (done.exit_code, done.stdout) == (Exit.USAGE, "")


def test_too_much_for_mermaid_is_said(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "TEXT_LIMIT", 100)
    done = cli("db", "diagram", "--platform", "frames")
    assert done.exit_code == Exit.DONE
    assert "Mermaid draws up to 100 unless its maxTextSize is raised" in done.stderr
    assert cli("db", "diagram", "--platform", "frames", "--as", "dot").stderr == ""
    assert cli("--quiet", "db", "diagram", "--platform", "frames").stderr == ""


def test_it_asks_no_database_and_no_configuration(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "toolbox.yaml").write_text("nonsense: true\n")
    done = cli("db", "diagram", "--platform", "frames", environ={"TOOLBOX_DATABASE_URL": "postgresql://127.0.0.1:1/x"})
    assert (done.exit_code, done.stderr) == (Exit.DONE, "")


def test_for_programs(cli: CommandLine) -> None:
    envelope = json.loads(cli("db", "diagram", "--platform", "frames", "--around", "teams", "--as", "json").stdout)
    assert (envelope["kind"], envelope["ok"]) == ("toolbox.db.diagram/1", True)
    assert envelope["items"][1] == {
        "child": "students",
        "parent": "teams",
        "columns": ["team_id"],
        "target_columns": ["id"],
        "optional": True,
        "single": False,
        "dependent": False,
    }
    tables = {table["name"]: table for table in envelope["summary"]["tables"]}
    assert {name for name, table in tables.items() if table["aside"]} == {
        "module_assignments",
        "students",
        "universities",
    }
    assert tables["teams"]["columns"] == [
        {"name": "id", "type": "integer", "keys": ["PK"]},
        {"name": "university_id", "type": "varchar", "keys": ["FK"]},
    ]
    assert tables["students"]["columns"] == []
