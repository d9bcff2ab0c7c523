"""Pieces of SQL text."""

import hashlib
import re
from itertools import count
from typing import Any

from toolbox_cli.core.database.catalog import SCHEMA, Key
from toolbox_cli.core.database.names import quote


def literal(value: str) -> str:
    """Quote a string, for a session with standard_conforming_strings."""
    return "'" + value.replace("'", "''") + "'"


def dollars(body: str) -> str:
    """Quote a function's body with a tag that is not in it."""
    tag = "$$" if "$" not in body else next(f"$body{n}$" for n in count(1) if f"$body{n}$" not in body)
    return f"{tag}{body}{tag}"


def mentions(text: str | None, name: str) -> bool:
    """Say whether an identifier may stand in a text; what is alike in a literal counts too."""
    if not text:
        return False
    return quote(name) in text or bool(re.search(rf'(?<![\w"$]){re.escape(name)}(?![\w"$])', text))


def temporary_name(key: Key) -> str:
    """Name what stands beside an object until it takes its place: the same on every run."""
    return f"toolbox_diff_{hashlib.sha256(repr(key).encode()).hexdigest()[:12]}"


def options(given: list[str] | None) -> str:
    """Write storage parameters, which the catalog has as "name=value"."""
    parts = (option.partition("=") for option in given or ())
    return ", ".join(f"{name} = {literal(value)}" for name, _, value in parts)


def option_names(given: list[str]) -> str:
    return ", ".join(option.partition("=")[0] for option in given)


def setting(entry: str, schema: str) -> str:
    """Write a function's own setting, which the catalog has as "name=value"."""
    name, _, value = entry.partition("=")
    if name in _LISTS:
        return f"SET {name} TO {value.replace(SCHEMA, quote(schema)) or literal('')}"
    return f"SET {name} TO {literal(value)}"


_LISTS = frozenset({
    "local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries",
    "temp_tablespaces", "unix_socket_directories",
})  # fmt: skip
"""Settings whose value is a list of names, which the server keeps quoted."""


def comment(what: str, text: Any) -> str:
    return f"COMMENT ON {what} IS {literal(text) if text else 'NULL'}"
