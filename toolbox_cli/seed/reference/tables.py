"""The tables that hold reference data: how each tells its rows apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from toolbox_cli.content.reference.base import Ref
from toolbox_cli.content.reference.keys import reference_integer, reference_uuid


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        keys: what its key is: uuid and integer come from the stable key, text is the stable key, and none means that
            its references are its key.
        stable: column that holds the stable key, so that a row which an installation made itself is found by it.
    """

    keys: Literal["uuid", "integer", "text", "none"] = "uuid"
    stable: str | None = None

    def key_of(self, name: str, stable_key: str) -> str | int | None:
        """Give the key of a row as reference data makes it."""
        if self.keys == "uuid":
            return str(reference_uuid(name, stable_key))
        if self.keys == "integer":
            return reference_integer(name, stable_key)
        return stable_key if self.keys == "text" else None


TABLES: Final[Mapping[str, Mapping[str, Table]]] = {
    "toolboxai": {
        "users": Table(stable="username"),
        "learning_objectives": Table(),
        "achievements": Table(stable="slug"),
        "educational_content": Table(),
        "content_objectives": Table("none"),
        "quizzes": Table(),
        "quiz_questions": Table(),
        "quiz_options": Table(),
        "roblox_templates": Table(),
        "ai_agents": Table(stable="name"),
    },
    "pas_in_peace": {
        "users": Table("integer", stable="telegram_id"),
        "quests": Table("integer", stable="quest_id"),
    },
    "frames": {
        "universities": Table("text", stable="id"),
        "faculty": Table("text", stable="id"),
        "modules": Table("integer", stable="module_id"),
        "module_sections": Table("integer"),
    },
}
"""Platform to its tables, in an order that satisfies the foreign keys."""


def reference_name(platform: str, table: str) -> str:
    """Name a table as `Reference` does: with its platform where another platform has one of that name too."""
    twice = sum(table in tables for tables in TABLES.values()) > 1
    return f"{platform}.{table}" if twice else table


def plain(values: Mapping[str, Any], keys: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    """Put keys in place of references.

    Args:
        values: columns; references are `Ref`.
        keys: table and stable key to key.
    """
    return {name: keys[value] if isinstance(value, Ref) else value for name, value in values.items()}
