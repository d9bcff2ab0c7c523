"""Command groups that import a command's module only when that command is run."""

import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class Entry(NamedTuple):
    """One line of a group's table.

    Attributes:
        target: `module:name` of a command function or of another group.
        help: the line that the group's help shows; the first line of the command's own docstring.
        panel: the heading under which the group's help lists it.
    """

    target: str
    help: str
    panel: str | None = None


def deferred(name: str) -> Any:
    """Give a module that is imported when something of it is first used.

    For the work of a command, in its `cli.py` alone: help must not pay for the database driver.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    package, _, last = name.rpartition(".")
    if package:
        setattr(sys.modules[package], last, module)  # as an import leaves it
    return module


class Command(TyperCommand):
    """A command whose docstring ends in an `Examples:` section, which help shows last and as it is written."""

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_split(self.help)[0])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, each on its own line."""
        if examples := _split(self.help)[1]:
            with formatter.section("Examples"):
                formatter.write("".join(f"{' ' * formatter.current_indent}{line}\n" for line in examples.splitlines()))


class LazyGroup(TyperGroup):
    """A group whose help comes from its table, and whose commands load when they are resolved."""

    table: ClassVar[Mapping[str, Entry]] = {}

    def __init__(self, **attributes: Any) -> None:
        attributes["commands"] = {name: Command(name, help=entry.help) for name, entry in self.table.items()}
        super().__init__(**attributes)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Load the command that `args` name."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, (listed if name is None else load(name, self.table[name])), rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands under their panels, in the table's order."""
        width = max(map(len, self.table))
        for panel in dict.fromkeys(entry.panel for entry in self.table.values()):
            with formatter.section(panel or "Commands"):
                formatter.write_dl(
                    [(name.ljust(width), entry.help) for name, entry in self.table.items() if entry.panel == panel]
                )


def group(name: str, help_text: str, table: Mapping[str, Entry]) -> LazyGroup:
    """Make a group of lazily loaded commands."""
    cls = type(f"{name.title()}Group", (LazyGroup,), {"table": table})
    made: LazyGroup = cls(name=name, help=help_text, no_args_is_help=True, rich_markup_mode=None)
    return made


def load(name: str, entry: Entry) -> Any:
    """Import what an entry names and make it a command called `name`."""
    module_name, _, attribute = entry.target.partition(":")
    found: LazyGroup | Callable[..., None] = getattr(importlib.import_module(module_name), attribute)
    if isinstance(found, LazyGroup):
        return found
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, cls=Command)(found)
    return get_command(single)


def _split(text: str | None) -> tuple[str, str]:
    """Part a docstring into what the command does and its examples."""
    does, _, examples = inspect.cleandoc(text or "").partition("\nExamples:\n")
    return does.strip(), inspect.cleandoc(examples)
