"""Which platforms and tables of the models somebody means."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.declared.reading import declared
from toolbox_cli.db.declared.tables import Platform, Table

SCHEMAS: Final = (*PLATFORMS, RECORDS)


def platforms_of(name: str | None) -> tuple[Platform, ...]:
    """Read one platform, or all of them and the toolkit's own records.

    Raises:
        UsageError: there is no such platform.
    """
    if name is not None and name not in SCHEMAS:
        raise UsageError(f"There is no platform {name!r}.", remedy=f"The platforms are {', '.join(SCHEMAS)}.")
    return tuple(map(declared, SCHEMAS if name is None else (name,)))


def tables_named(platforms: Iterable[Platform], patterns: Sequence[str]) -> list[Table]:
    """Find the tables that each of some names or patterns stands for, "users" or "toolboxai.roblox_*".

    Raises:
        UsageError: one of them stands for none.
    """
    tables = [table for platform in platforms for table in platform.tables]
    for pattern in patterns:
        if not any(_fits(table, pattern) for table in tables):
            raise UsageError(f"There is no table {pattern}.", remedy=_meant(pattern, tables))
    return [table for table in tables if any(_fits(table, pattern) for pattern in patterns)]


def _fits(table: Table, pattern: str) -> bool:
    return fnmatchcase(table.path if "." in pattern else table.name, pattern)


def _meant(pattern: str, tables: Sequence[Table]) -> str:
    close = get_close_matches(pattern.rpartition(".")[2], [table.name for table in tables], n=3)
    return f"Did you mean {' or '.join(close)}?" if close else "`toolbox db dictionary` lists the tables."
