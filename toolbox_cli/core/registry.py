"""Registries that are folders: each module of a package lists its entries under one name, and each entry has a code."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


def collected(package: ModuleType, name: str) -> dict[str, Any]:
    """Give the entries of all modules of a package by their codes, in the codes' order.

    Args:
        package: its modules are imported.
        name: of the list in each module.

    Raises:
        ValueError: two entries have the same code.
    """
    found: dict[str, Any] = {}
    for entry in _entries(package, name):
        if entry.code in found:
            raise ValueError(f"{entry.code} stands twice")
        found[entry.code] = entry
    return dict(sorted(found.items()))


def _entries(package: ModuleType, name: str) -> Iterator[Any]:
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        yield from getattr(import_module(module.name), name)
