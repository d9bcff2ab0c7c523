"""What is imported by name obeys the layers too: import-linter sees statements only."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.commands import ROOT
from toolbox_cli.app import COMMANDS

PACKAGE: Final = ROOT / "toolbox_cli"
SHARED: Final = {"core", "models"}
BELOW: Final = {
    "quickstart": {"quickstart", "verify", "db", "seed", "content", *SHARED},
    "verify": {"verify", "db", "seed", "content", *SHARED},
    "db": {"db", *SHARED},
    "seed": {"seed", "content", *SHARED},
    "lms": {"lms", *SHARED},
    "modules": {"modules", "content", *SHARED},
    "quests": {"quests", "content", *SHARED},
    "agents": {"agents", "content", *SHARED},
    "roblox": {"roblox", "content", *SHARED},
    "analytics": {"analytics", "content", *SHARED},
}
"""What the modules of each group may name, as `[tool.importlinter]` has it."""


def deferred(file: Path) -> Iterator[str]:
    """Give the modules that a file names to import them later."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "deferred":
            (name,) = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            yield str(name)


def test_every_group_has_its_layer() -> None:
    assert COMMANDS.keys() <= BELOW.keys()


@pytest.mark.parametrize("group", sorted(COMMANDS))
def test_groups_defer_only_what_they_may_import(group: str) -> None:
    named = {name for file in (PACKAGE / group).rglob("*.py") for name in deferred(file)}
    assert {name for name in named if name.split(".")[1] not in BELOW[group]} == set()
