"""Command groups that import a command's module only when that command is run."""

import importlib
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


class LazyGroup(TyperGroup):
    """A group whose help comes from its table, and whose commands load when they are resolved."""

    table: ClassVar[Mapping[str, Entry]] = {}

    def __init__(self, **attributes: Any) -> None:
        attributes["commands"] = {
            name: TyperCommand(name, help=entry.help, rich_help_panel=entry.panel) for name, entry in self.table.items()
        }
        super().__init__(**attributes)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Load the command that `args` name."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, (listed if name is None else load(name, self.table[name])), rest


def group(name: str, help_text: str, table: Mapping[str, Entry]) -> LazyGroup:
    """Make a group of lazily loaded commands."""
    cls = type(f"{name.title()}Group", (LazyGroup,), {"table": table})
    made: LazyGroup = cls(name=name, help=help_text, no_args_is_help=True)
    return made


def load(name: str, entry: Entry) -> Any:
    """Import what an entry names and make it a command called `name`."""
    module_name, _, attribute = entry.target.partition(":")
    found: LazyGroup | Callable[..., None] = getattr(importlib.import_module(module_name), attribute)
    if isinstance(found, LazyGroup):
        return found
    single = typer.Typer(add_completion=False, rich_markup_mode="rich")
    single.command(name)(found)
    return get_command(single)
