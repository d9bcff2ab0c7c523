"""Count what is there as the design documents count: tables, indexes, constraints and enums."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.core.database.catalog import Catalog, Key
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.drift.partitions import parents_of


@dataclass(frozen=True, slots=True)
class Group:
    """What one document's installation holds; indexes as pg_indexes, constraints as the information schema has them.

    Attributes:
        tables: their names, or how many of the tables that no other group names.
        enums: how many enum types.
    """

    name: str
    tables: frozenset[str] | int
    indexes: int
    constraints: int
    enums: int = 0


ROBLOX: Final = frozenset({
    "roblox_achievements", "roblox_content", "roblox_player_progress", "roblox_quiz_results", "roblox_sessions",
    "roblox_templates",
})  # fmt: skip

GROUPS: Final = {
    "toolboxai": (Group("Roblox", ROBLOX, 36, 71, 2), Group("learning", 33, 47, 217)),
    "pas_in_peace": (Group("quests", 9, 25, 64, 5),),
    "frames": (Group("modules", 10, 29, 59),),
    RECORDS: (Group("records", 0, 0, 0),),
}
"""Of document 000, then 001; of 002; of 004. The last is ours alone."""


def counted(platform: str, expected: Catalog, live: Catalog) -> dict[str, Any]:
    """Count a platform's live objects in groups, beside what the documents have; tables of others don't count."""
    parts = parents_of(expected, live)
    ours = {key.table for key in expected.objects if key.kind == "table" and key.table not in parts}
    named = {name for group in GROUPS[platform] if not isinstance(group.tables, int) for name in group.tables}
    return {group.name: dict(_counts(group, live, ours, named)) for group in GROUPS[platform]}


def as_text(counts: dict[str, Any]) -> str:
    """Write a platform's counts in a line: what the documents have, plus what is ours."""
    return "; ".join(
        f"{name}: " + ", ".join(f"{_sum(**numbers)} {what}" for what, numbers in group.items() if any(numbers.values()))
        for name, group in counts.items()
    )


def _counts(group: Group, live: Catalog, ours: Set[str], named: Set[str]) -> Iterator[tuple[str, dict[str, int]]]:
    tables = ours - named if isinstance(group.tables, int) else group.tables
    held = {key: fields for key, fields in live.objects.items() if key.table in tables}
    rules = [fields for key, fields in held.items() if key.kind == "constraint"]
    not_null = sum(1 for key, fields in held.items() if key.kind == "column" and fields["not_null"])
    indexes = sum(1 for key in held if key.kind == "index") + sum(1 for fields in rules if fields["index"])
    documented = group.tables if isinstance(group.tables, int) else len(group.tables)
    yield "tables", _pair(documented, sum(1 for key in held if key.kind == "table"))
    yield "indexes", _pair(group.indexes, indexes)
    yield "constraints", _pair(group.constraints, len(rules) + not_null)
    yield "enums", _pair(group.enums, sum(map(_is_enum, live.objects)) if group.enums else 0)


def _pair(documents: int, found: int) -> dict[str, int]:
    return {"documents": documents, "found": found}


def _is_enum(key: Key) -> bool:
    return key.kind == "enum"


def _sum(documents: int, found: int) -> str:
    if found < documents:
        return f"{found} of {documents}"
    return f"{documents} + {found - documents}" if found > documents and documents else str(found)
