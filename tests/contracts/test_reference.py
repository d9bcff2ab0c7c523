"""The command reference is what the commands are, and their examples run."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from docs.generate import FOLDER, Command, every_command, pages
from tests.contracts.district import Surroundings
from tests.support.commands import CommandLine, process_environment
from tests.support.examples import parse, toolbox_lines
from tests.support.servers import Database, Server
from toolbox_cli.core.exits import Exit

LONGEST_EXAMPLE: Final = 96
"""What a terminal of 100 columns shows on one line, indented."""

NOT_RUN: Final = {
    "toolbox quickstart": "docs/getting-started.md runs it",
    "toolbox db restore": "needs a backup, which tests/db/backup makes",
    "toolbox db start": "needs the embedded server, which tests/db/server has",
    "toolbox db stop": "needs the embedded server, which tests/db/server has",
    "toolbox db shell": "becomes psql, which tests/db/server looks at",
}
"""Commands whose examples need more than a migrated database, and where they are tried."""

ON_EMPTY: Final = {"toolbox db upgrade"}

BEFORE: Final = {
    "toolbox lms sync district --approve 13": ("lms sync district", Exit.REFUSED),
}
"""Examples that speak of a district whose export is broken off, what is called before them, and how that ends."""


def test_reference_is_current() -> None:
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
    assert on_disk == pages(), "docs/reference is not what the commands are: run `make docs`"


each_command = pytest.mark.parametrize("command", every_command(), ids=lambda command: command.name)


@each_command
def test_every_option_says_what_it_is(command: Command) -> None:
    assert not [name for name, text in command.parameters() if not text.strip() or text.startswith("[")]


@each_command
def test_has_examples_that_parse(command: Command) -> None:
    assert command.examples, "its docstring needs a paragraph `Examples:`"
    for line in command.examples:
        assert len(line) <= LONGEST_EXAMPLE
        calls = list(toolbox_lines(line))
        assert calls, f"{line!r} calls no toolbox"
        for call in calls:
            parse(call)
    assert any(f"{command.name} " in f"{line} " for line in command.examples)


EXAMPLES: Final = [
    pytest.param(command, line, id=line)
    for command in every_command()
    for line in command.examples
    if command.name not in NOT_RUN
]


@pytest.fixture(scope="module")
def district(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a database that `toolbox lms` worked with, to be copied."""
    folder = tmp_path_factory.mktemp("district")
    with server.temporary(server.template) as made:
        Surroundings(CommandLine(process_environment(folder), folder), folder).settle(made)
        yield made.name


@pytest.fixture
def database_of(
    request: pytest.FixtureRequest, server: Server, surroundings: Surroundings
) -> Iterator[Callable[[Command], Database]]:
    """Give what a command's examples are run on."""
    with ExitStack() as stack:

        def database(command: Command) -> Database:
            if command.name in ON_EMPTY:
                return request.getfixturevalue("empty_database")  # type: ignore[no-any-return]
            if command.path[1] != "lms" or command.name == "toolbox lms add":
                return request.getfixturevalue("database")  # type: ignore[no-any-return]
            made = stack.enter_context(server.temporary(request.getfixturevalue("district")))
            surroundings.move(made)
            return made

        yield database


@pytest.fixture
def surroundings(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Surroundings:
    monkeypatch.chdir(tmp_path)
    made = Surroundings(cli, tmp_path)
    made.furnish()
    return made


@pytest.mark.parametrize(("command", "line"), EXAMPLES)
def test_examples_run(
    command: Command, line: str, surroundings: Surroundings, database_of: Callable[[Command], Database]
) -> None:
    database = database_of(command)
    before, status = BEFORE.get(line, ("", Exit.DONE))
    if before:
        surroundings.break_export()
        assert surroundings(before, database).exit_code == status
    for call in toolbox_lines(line):
        done = surroundings(shlex.join(call), database)
        if done.exit_code == Exit.REFUSED and "no terminal to ask on" in done.stderr:
            continue
        assert done.exit_code == Exit.DONE, done.stderr


def test_what_is_not_run_exists() -> None:
    assert NOT_RUN.keys() | ON_EMPTY <= {command.name for command in every_command()}
    assert BEFORE.keys() <= {line for command in every_command() for line in command.examples}
