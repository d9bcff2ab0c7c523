"""Every module can be imported by itself, and the examples in its docstrings give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import toolbox_cli

MODULES = [
    found.name
    for found in pkgutil.walk_packages(toolbox_cli.__path__, "toolbox_cli.")
    if not found.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
