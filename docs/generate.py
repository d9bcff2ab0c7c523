"""Writes docs/reference from the commands themselves: `make docs`.

A command's docstring is its help and its page: the first line as the group's table has it, then prose, then a
paragraph `Examples:` with one command line a line.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer
from typer.main import get_command

from toolbox_cli.app import app
from toolbox_cli.core.commands import LazyGroup, load

FOLDER: Final = Path(__file__).with_name("reference")
NOTICE: Final = "<!-- Made from the commands by `make docs`; change their docstrings and options instead. -->"
EXAMPLES: Final = "\n\nExamples:\n"


@dataclass(frozen=True)
class Command:
    """One command or group, loaded.

    Attributes:
        path: the words that call it, `toolbox` first.
        line: what its group's help says of it.
        panel: the heading under which its group lists it.
        loaded: Typer's command.
    """

    path: tuple[str, ...]
    line: str
    panel: str | None
    loaded: Any

    @property
    def name(self) -> str:
        return " ".join(self.path)

    @property
    def help(self) -> str:
        return inspect.cleandoc(self.loaded.help or "")

    @property
    def prose(self) -> str:
        return self.help.partition(EXAMPLES)[0]

    @property
    def examples(self) -> tuple[str, ...]:
        """The example lines, unindented."""
        return tuple(inspect.cleandoc(self.help.partition(EXAMPLES)[2]).splitlines())

    @property
    def subcommands(self) -> tuple["Command", ...]:
        if not isinstance(self.loaded, LazyGroup):
            return ()
        table = self.loaded.table.items()
        return tuple(Command((*self.path, name), entry.help, entry.panel, load(name, entry)) for name, entry in table)

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Give each argument and option with its help and default."""
        context = typer.Context(self.loaded, info_name=self.name)
        for parameter in self.loaded.params:
            record = parameter.get_help_record(context)
            if record:
                yield record

    @property
    def usage(self) -> str:
        context = typer.Context(self.loaded, info_name=self.name)
        return " ".join([self.name, *self.loaded.collect_usage_pieces(context)])


def root() -> Command:
    command = get_command(app)
    return Command(("toolbox",), (command.help or "").partition("\n")[0], None, command)


def every_command() -> tuple[Command, ...]:
    """Give the commands that do something: no groups."""
    return tuple(_commands_of(root()))


def _commands_of(group: Command) -> Iterator[Command]:
    for sub in group.subcommands:
        yield from _commands_of(sub) if sub.subcommands else (sub,)


def pages() -> dict[str, str]:
    """Give each page of the reference: file name to text."""
    top = root()
    made = {"README.md": _index(top)}
    for group in top.subcommands:
        made[f"{group.path[-1]}.md"] = _group_page(group) if group.subcommands else _page(_command(group, 1))
    return made


def _index(top: Command) -> str:
    parts = ["# Command reference", top.prose, *_parameter_table(top, "Options before the command's name")]
    for group in top.subcommands:
        listed = tuple(_commands_of(group)) or (group,)
        parts += [f"## [{group.name}]({group.path[-1]}.md)", group.line] if group.subcommands else []
        parts.append("\n".join(f"- [{one.name}]({group.path[-1]}.md#{_anchor(one)}): {one.line}" for one in listed))
    return _page(parts)


def _group_page(group: Command) -> str:
    parts = [f"# {group.name}", group.prose]
    for command in _commands_of(group):
        parts += _command(command, 2)
    return _page(parts)


def _command(command: Command, level: int) -> list[str]:
    parts = [f"{'#' * level} {command.name}", command.prose, _block("text", [command.usage])]
    parts += _parameter_table(command, "Arguments and options")
    return [*parts, "Examples:", _block("bash", command.examples)] if command.examples else parts


def _parameter_table(command: Command, title: str) -> list[str]:
    rows = [f"| `{_cell(name)}` | {_cell(text)} |" for name, text in command.parameters()]
    return ["\n".join([f"| {title} | |", "|---|---|", *rows])] if rows else []


def _cell(text: str) -> str:
    return text.replace("|", "\\|").strip()


def _block(language: str, lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join([f"```{language}", *lines, "```"])


def _anchor(command: Command) -> str:
    return "-".join(command.path)


def _page(parts: list[str]) -> str:
    return "\n\n".join([NOTICE, *parts]) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for stale in {file.name for file in FOLDER.glob("*.md")} - made.keys():
        (FOLDER / stale).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
