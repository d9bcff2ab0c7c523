"""The command reference is what the commands are, and every command explains itself."""

import pytest

from docs.generate import FOLDER, Command, every_command, pages
from tests.support.examples import parse, toolbox_lines

LONGEST_EXAMPLE = 96
"""What a terminal of 100 columns shows on one line, indented."""


def test_reference_is_current() -> None:
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
    assert on_disk == pages(), "docs/reference is not what the commands are: run `make docs`"


each_command = pytest.mark.parametrize("command", every_command(), ids=lambda command: command.name)


@each_command
def test_the_groups_line_is_the_docstrings_first(command: Command) -> None:
    assert command.line == command.help.partition("\n")[0]


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
