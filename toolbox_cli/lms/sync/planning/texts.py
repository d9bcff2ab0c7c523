"""SQL under names: a file beside a module, each statement after a line `-- name: what it does`."""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

import psycopg

_NAMED: Final = re.compile(r"^-- ([a-z_]+): ", re.MULTILINE)

_IN_ORDER: Final = 18_00_00
"""Since when PostgreSQL makes keys that follow each other, which go into an index in half the time."""
_NEW_KEY: Final = "CREATE OR REPLACE FUNCTION pg_temp.new_key() RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT {made}'"


@cache
def statements(name: str) -> dict[str, str]:
    """Read a file's statements, by name.

    Args:
        name: of the file, without its ending.
    """
    parts = _NAMED.split(files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8"))
    return {key: _without_comment(text) for key, text in zip(parts[1::2], parts[2::2], strict=True)}


def _without_comment(text: str) -> str:
    lines = text.splitlines()[1:]
    while lines and lines[0].startswith("--"):
        lines.pop(0)
    return "\n".join(lines).strip().removesuffix(";")


def make_functions(connection: psycopg.Connection[Any]) -> None:
    """Make the session's functions that the statements use."""
    connection.execute(files(__package__).joinpath("functions.sql").read_bytes())
    made = "uuidv7()" if connection.info.server_version >= _IN_ORDER else "gen_random_uuid()"
    connection.execute(_NEW_KEY.format(made=made).encode())
