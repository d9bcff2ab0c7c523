import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from tests.support.commands import CommandLine, ToolboxProcess
from toolbox_cli.app import app
from toolbox_cli.core.commands import Command, Entry, LazyGroup, deferred, group, load


def entries(found: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Entry, Any]]:
    """Give every entry of every group: the words that call it, its line in the table, and what it loads."""
    for name, entry in found.table.items():
        loaded = load(name, entry)
        yield (*path, name), entry, loaded
        if isinstance(loaded, LazyGroup):
            yield from entries(loaded, (*path, name))


ENTRIES = list(entries(get_command(app)))
named = pytest.mark.parametrize(("path", "entry", "loaded"), ENTRIES, ids=[" ".join(found[0]) for found in ENTRIES])


@named
def test_a_groups_help_says_the_first_line_of_a_command(path: tuple[str, ...], entry: Entry, loaded: Any) -> None:
    assert loaded.help.strip().partition("\n")[0] == entry.help


@named
def test_every_command_has_help(cli: CommandLine, path: tuple[str, ...], entry: Entry, loaded: Any) -> None:
    for option in ("--help", "-h"):
        done = cli(*path, option)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.startswith(f"Usage: toolbox {' '.join(path)} ")
        assert entry.help in " ".join(done.stdout.split())


@named
def test_examples_are_shown_as_they_are_written(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], entry: Entry, loaded: Any
) -> None:
    if isinstance(loaded, LazyGroup):
        return
    monkeypatch.setenv("COLUMNS", "40")
    _, heading, examples = loaded.help.partition("Examples:\n")
    assert heading, "a command shows how it is called"
    lines = cli(*path, "--help").stdout.splitlines()
    at = lines.index("Examples:")
    assert [line.strip() for line in lines[at + 1 :]] == [line.strip() for line in examples.strip().splitlines()]
    assert all(line.startswith("  toolbox ") for line in lines[at + 1 :])
    assert "Examples:" not in "\n".join(lines[:at])


def test_help_is_an_answer_and_a_missing_command_is_not(cli: CommandLine) -> None:
    asked, not_asked = cli("db", "--help"), cli("db")
    assert (asked.exit_code, asked.stderr) == (0, "")
    assert (not_asked.exit_code, not_asked.stdout) == (2, "")
    assert not_asked.stderr == asked.stdout


def test_the_root_alone_shows_what_there_is(cli: CommandLine) -> None:
    done = cli()
    assert done.exit_code == 2
    for path, entry, _ in ENTRIES:
        if len(path) == 1:
            assert any(line.split() == [*path, *entry.help.split()] for line in done.stderr.splitlines())


def test_the_version_is_told(cli: CommandLine) -> None:
    done = cli("--version")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("toolbox 0.")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("sed",), "No such command 'sed'. Did you mean 'seed'?"),
        (("db", "upgrad"), "No such command 'upgrad'. Did you mean 'upgrade'?"),
        (("nothing-alike",), "No such command 'nothing-alike'."),
        (("seed", "roblox", "--sead", "1"), "No such option: --sead (Possible options: --reset, --seed)"),
        (("seed", "roblox", "--seed"), "Option '--seed' requires an argument."),
        (("seed", "roblox", "--seed", "x"), "Invalid value for '--seed'"),
        (("seed", "roblox", "--as-of", "tomorrow"), "Invalid value for '--as-of'"),
        (("seed", "roblox", "--format", "xml"), "Invalid value for '--format'"),
        (("seed", "roblox", "more"), "Got unexpected extra argument(s) (more)"),
        (("seed", "roblox", "--quiet"), "--quiet stands before the command's name: toolbox --quiet ..."),
        (("db", "upgrade", "-v"), "-v stands before the command's name: toolbox -v ..."),
        (("--loud", "db"), "No such option: --loud"),
    ],
)
def test_wrong_use_is_told_with_what_was_meant(cli: CommandLine, argv: tuple[str, ...], told: str) -> None:
    done = cli(*argv)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Error: {told}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("toolbox se", ["seed"]),
        ("toolbox seed re", ["reference"]),
        ("toolbox seed roblox --se", ["--seed"]),
        ("toolbox seed roblox --format ", ["table", "json"]),
        ("toolbox db upgrade --platform ", ["toolboxai", "pas_in_peace", "frames"]),
    ],
)
def test_a_shell_can_complete_commands_and_options(
    toolbox_process: ToolboxProcess, line: str, offered: list[str]
) -> None:
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_TOOLBOX_COMPLETE": "complete_bash"}
    done = toolbox_process(environ=asked)
    assert (done.exit_code, done.stdout.split()) == (0, offered)


def test_a_groups_help_loads_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: CommandLine) -> None:
    (tmp_path / "a_command_module.py").write_text('def run() -> None:\n    """Run."""\n')
    monkeypatch.syspath_prepend(tmp_path)
    made = group("things", "Do things.", {"run": Entry("a_command_module:run", "Run.")})
    with pytest.raises(SystemExit) as stop:
        made.main(["--help"], prog_name="things")
    assert stop.value.code == 0
    assert "a_command_module" not in sys.modules
    with pytest.raises(SystemExit) as stop:
        made.main(["run"], prog_name="things")
    assert stop.value.code == 0
    assert sys.modules.pop("a_command_module")


def test_a_groups_help_keeps_the_order_and_the_panels_of_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    table: Mapping[str, Entry] = {
        "zeta": Entry("nowhere:zeta", "Come first.", "Early"),
        "alpha": Entry("nowhere:alpha", "Come last.", "Late"),
        "mu": Entry("nowhere:mu", "Come between.", "Early"),
    }
    with pytest.raises(SystemExit):
        group("things", "Do things.", table).main(["--help"], prog_name="things")
    words = capsys.readouterr().out.split("Early:")[1].split()
    assert words == ["zeta", "Come", "first.", "mu", "Come", "between.", "Late:", "alpha", "Come", "last."]


def test_a_command_without_examples_has_none_in_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    def plain() -> None:
        """Do it.

        Plainly.
        """

    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command("plain", cls=Command)(plain)
    with pytest.raises(SystemExit):
        get_command(single).main(["--help"], prog_name="plain")
    assert "Do it.\n\n  Plainly." in (shown := capsys.readouterr().out)
    assert "Examples" not in shown


def test_a_deferred_module_runs_when_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_heavy_module.py").write_text(
        "from pathlib import Path\nPath(__file__).with_suffix('.ran').touch()\nVALUE = 5\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    ran = tmp_path / "a_heavy_module.ran"
    module = deferred("a_heavy_module")
    assert not ran.exists()
    assert module.VALUE == 5
    assert ran.exists()
    assert deferred("a_heavy_module") is module
    del sys.modules["a_heavy_module"]


def test_a_deferred_module_stands_in_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_package").mkdir()
    (tmp_path / "a_package" / "__init__.py").touch()
    (tmp_path / "a_package" / "inner.py").write_text("VALUE = 5\n")
    monkeypatch.syspath_prepend(tmp_path)
    deferred("a_package.inner")
    import a_package.inner  # type: ignore[import-not-found]

    assert a_package.inner.VALUE == 5
    del sys.modules["a_package"], sys.modules["a_package.inner"]


def test_a_deferred_module_must_exist() -> None:
    with pytest.raises(ModuleNotFoundError, match="a_missing_module"):
        deferred("a_missing_module")
