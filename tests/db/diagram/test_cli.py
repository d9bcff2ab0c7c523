from pathlib import Path

import pytest

from tests.db.diagram.erdiagram import read
from tests.support.commands import CommandLine
from toolbox_cli.core.exits import Exit
from toolbox_cli.db.diagram import writing


def test_data_on_stdout_and_nothing_else(cli: CommandLine) -> None:
    done = cli("db", "diagram", "--platform", "frames")
    assert (done.exit_code, done.stderr) == (Exit.DONE, "")
    assert len(read(done.stdout).entities) == 10


def test_all_platforms_in_one(cli: CommandLine) -> None:
    assert len(read(cli("db", "diagram").stdout).entities) == 61


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
