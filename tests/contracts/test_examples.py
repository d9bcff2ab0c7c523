"""Every module can be imported by itself, and the examples in its docstrings give what they say."""

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import toolbox_cli

MODULES = [
    found.name
    for found in pkgutil.walk_packages(toolbox_cli.__path__, "toolbox_cli.")
    if not found.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(name)
    _import_deferred(module)
    assert doctest.testmod(module).failed == 0


def _import_deferred(module: ModuleType) -> None:
    """Import what other tests left to its first use: doctest looks at it, and its import adds to what it walks over."""
    known = -1
    while len(vars(module)) > known:
        known = len(vars(module))
        for part in list(vars(module).values()):
            hasattr(part, "__wrapped__")
