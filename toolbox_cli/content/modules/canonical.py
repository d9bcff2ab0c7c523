"""The canonical form of a module: what two files, or a file and the database, must share to be the same module.

Every field of the content stands in it, defaults too; what has no value is null there, and left out of settings. It
knows neither order of keys nor how numbers were written.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.content.modules.shapes.module import Module

Content = Mapping[str, Any]
"""A module in its canonical form."""

LOCK: Final = frozenset({"status", "revision", "content_hash"})
"""Fields that are no content."""

SETTINGS: Final = frozenset({"section_config", "completion_criteria"})


def canonical(module: Module) -> dict[str, Any]:
    """Give a module's canonical form."""
    content = module.model_dump(mode="json", exclude=set(LOCK))
    content["adaptive_config"] = settled(content["adaptive_config"])
    content["sections"] = [
        {name: settled(value) if name in SETTINGS else value for name, value in section.items()}
        for section in content["sections"]
    ]
    return content


def content_hash(content: Content) -> str:
    """Give the SHA-256 of a canonical form, in hexadecimal digits."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def settled(value: Any) -> Any:
    """Give settings as JSONB keeps them: whole numbers without point, keys without value left out.

    Example:
        >>> settled({"points": 2.0, "hint": None, "tasks": [{"tolerance": 0.5}]})
        {'points': 2, 'tasks': [{'tolerance': 0.5}]}
    """
    if isinstance(value, Mapping):
        return {name: settled(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [settled(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
