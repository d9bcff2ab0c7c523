import json
from pathlib import Path

import pytest

from docs.schemas import NOTICE, pages
from tests.support.commands import CommandLine
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.models import metadata_of

DICTIONARY = ("db", "dictionary")


@pytest.mark.parametrize("platform", [*PLATFORMS, RECORDS])
def test_the_pages_of_the_documentation_are_what_it_prints(cli: CommandLine, platform: str) -> None:
    done = cli(*DICTIONARY, "--platform", platform, "--format", "markdown")
    assert (done.exit_code, done.stderr) == (Exit.DONE, "")
    assert NOTICE + done.stdout == pages()[f"{platform}.md"]


def test_everything_at_once(cli: CommandLine) -> None:
    envelope = json.loads(cli(*DICTIONARY, "--format", "json").stdout)
    assert len(envelope["items"]) == sum(len(metadata_of(name).tables) for name in (RECORDS, *PLATFORMS))
    text = cli(*DICTIONARY).stdout
    assert all(f"{item['platform']}.{item['table']}: " in text for item in envelope["items"])


def test_into_a_file(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "dictionary.json"
    done = cli(*DICTIONARY, "--table", "frames.teams", "--format", "json", "--output", str(file))
    assert (done.exit_code, done.stdout, done.stderr) == (Exit.DONE, "", "")
    assert [item["table"] for item in json.loads(file.read_text())["items"]] == ["teams"]


def test_classes_add_up(cli: CommandLine) -> None:
    done = cli(
        *DICTIONARY, "--privacy", "secret", "--privacy", "sensitive", "--platform", "toolboxai", "--format", "json"
    )
    counts = json.loads(done.stdout)["summary"]["platforms"]["toolboxai"]["privacy"]
    assert {name for name, count in counts.items() if count} == {"sensitive", "secret"}
    done = cli(*DICTIONARY, "--privacy", "secret", "--platform", "frames", "--format", "markdown")
    assert (done.exit_code, done.stdout) == (Exit.DONE, "No table has such a column.\n")


@pytest.mark.parametrize("wrong", [("--table", "nothing_like_it"), ("--privacy", "private"), ("--platform", "x")])
def test_wrong_use(cli: CommandLine, wrong: tuple[str, str]) -> None:
    done = cli(*DICTIONARY, *wrong)
    assert (done.exit_code, done.stdout) == (Exit.USAGE, "")


def test_it_asks_no_database_and_no_configuration(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "toolbox.yaml").write_text("nonsense: true\n")
    done = cli(*DICTIONARY, "--table", "teams", environ={"TOOLBOX_DATABASE_URL": "postgresql://127.0.0.1:1/x"})
    assert (done.exit_code, done.stderr) == (Exit.DONE, "")
