"""Holds values to a JSON Schema, as far as ours go; a word that it does not know is an error."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: not isinstance(value, bool) and isinstance(value, int | float) and value == value // 1,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "null": lambda value: value is None,
}
OF_KIND: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "minimum": ("number", lambda value, given: value >= given),
    "maximum": ("number", lambda value, given: value <= given),
    "minLength": ("string", lambda value, given: len(value) >= given),
    "maxLength": ("string", lambda value, given: len(value) <= given),
    "pattern": ("string", lambda value, given: re.search(given.replace("$", r"\Z"), value) is not None),
    "minItems": ("array", lambda value, given: len(value) >= given),
    "maxItems": ("array", lambda value, given: len(value) <= given),
    "uniqueItems": ("array", lambda value, given: not given or len({*map(repr, value)}) == len(value)),
    "required": ("object", lambda value, given: {*given} <= value.keys()),
}
TALK: Final = {"$schema", "$defs", "title", "description", "default", "discriminator"}


class Schema:
    def __init__(self, whole: Mapping[str, Any]) -> None:
        self.whole = whole

    def fits(self, value: Any, schema: Mapping[str, Any] | None = None) -> bool:
        schema = self.whole if schema is None else schema
        return all(self.keeps(value, name, given, schema) for name, given in schema.items() if name not in TALK)

    def keeps(self, value: Any, name: str, given: Any, schema: Mapping[str, Any]) -> bool:
        if name in OF_KIND:
            kind, holds = OF_KIND[name]
            return not KINDS[kind](value) or holds(value, given)
        if name in {"anyOf", "oneOf"}:
            fitting = sum(self.fits(value, one) for one in given)
            return fitting == 1 if name == "oneOf" else fitting > 0
        if name in {"properties", "additionalProperties", "items"}:
            return all(self.fits(part, one) for part, one in below(value, name, given, schema))
        return {
            "type": lambda: KINDS[given](value),
            "const": lambda: value == given and type(value) is type(given),
            "enum": lambda: value in given,
            "not": lambda: not self.fits(value, given),
            "$ref": lambda: self.fits(value, self.whole["$defs"][given.removeprefix("#/$defs/")]),
        }[name]()


def below(value: Any, name: str, given: Any, schema: Mapping[str, Any]) -> list[tuple[Any, Mapping[str, Any]]]:
    """Give the parts of a value that a word of a schema is about, each with its schema."""
    if name == "items":
        return [(part, given) for part in value] if isinstance(value, list) else []
    if not isinstance(value, dict):
        return []
    if name == "properties":
        return [(value[key], one) for key, one in given.items() if key in value]
    rest = {} if given is True else {"not": {}} if given is False else given
    return [(part, rest) for key, part in value.items() if key not in schema.get("properties", {})]
