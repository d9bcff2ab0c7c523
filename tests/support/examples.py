"""The command lines that documentation shows: found in Markdown, and parsed without being run."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from typer.main import get_command

from tests.support.commands import ROOT
from toolbox_cli.app import app

PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
SHELLS: Final = {"bash", "sh", "console", "crontab"}
RUN: Final = "run"
"""The word after a block's language that says: this runs as it stands, in an empty home."""

_FENCE: Final = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
"""A block that shows a block is fenced by more than that."""
_OPERATORS: Final = {"|", "||", "&&", ";", "&", ">", ">>", "<", "2>", "<<"}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, with what stands after its fence: language and marks."""

    page: Path
    marks: tuple[str, ...]
    text: str

    @property
    def in_shell(self) -> bool:
        return bool(self.marks) and self.marks[0] in SHELLS

    @property
    def runs(self) -> bool:
        return self.in_shell and RUN in self.marks


def blocks(page: Path) -> list[Block]:
    found = _FENCE.finditer(page.read_text(encoding="utf-8"))
    return [Block(page, tuple(match["info"].split()), match["text"]) for match in found]


def toolbox_lines(text: str) -> Iterator[tuple[str, ...]]:
    """Give the arguments of every call of `toolbox` in shell text; what stands around the call does not matter."""
    for line in text.replace("\\\n", " ").splitlines():
        words = _words(line)
        while "toolbox" in words:
            words = words[words.index("toolbox") + 1 :]
            end = next((place for place, word in enumerate(words) if word in _OPERATORS), len(words))
            yield tuple(words[:end])
            words = words[end:]


def _words(line: str) -> list[str]:
    reader = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
    reader.whitespace_split = True
    return list(reader)


def parse(arguments: Sequence[str]) -> None:
    """Parse one command line as far as running it would, and stop there.

    Raises:
        Exception: Typer's usage error.
    """
    command: Any = get_command(app)
    context = command.make_context("toolbox", list(arguments))
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)
