"""Holds requests and answers to an OpenAPI description, as far as ours go; a word that it does not know is an error."""

import datetime
import json
import re
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support.web import Answer, Asked

KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "null": lambda value: value is None,
}
FORMATS: Final[Mapping[str, Callable[[str], Any]]] = {
    "uuid": uuid.UUID,
    "date-time": lambda text: datetime.datetime.fromisoformat(text).astimezone(datetime.UTC),
}
RULES: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "enum": lambda value, given: value in given,
    "minimum": lambda value, given: not isinstance(value, int | float) or value >= given,
    "maximum": lambda value, given: not isinstance(value, int | float) or value <= given,
    "minLength": lambda value, given: len(value) >= given,
    "maxLength": lambda value, given: len(value) <= given,
    "minItems": lambda value, given: len(value) >= given,
    "maxItems": lambda value, given: len(value) <= given,
    "pattern": lambda value, given: re.search(given, value) is not None,
    "required": lambda value, given: not isinstance(value, dict) or {*given} <= value.keys(),
    "format": lambda value, given: not isinstance(value, str) or meets(value, given),
}
SHAPES: Final = {"type", "properties", "additionalProperties", "items", "oneOf", "$ref", "description"}


def meets(text: str, form: str) -> bool:
    try:
        FORMATS[form](text)
    except ValueError:
        return False
    return True


class Described:
    """An API."""

    def __init__(self, file: Path) -> None:
        self.document: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))

    def faults(self, value: Any, schema: Mapping[str, Any], place: str = "$") -> list[str]:
        """Say everything that is wrong with a value."""
        schema = self.resolved(schema)
        assert schema.keys() <= SHAPES | RULES.keys(), schema
        if "oneOf" in schema:
            fitting = [one for one in schema["oneOf"] if not self.faults(value, one, place)]
            return [] if len(fitting) == 1 else [f"{place}: fits {len(fitting)}"]
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(KINDS[kind](value) for kind in kinds):
            return [f"{place}: {value!r} is no {kinds}"]
        found = [f"{place}: {name} {given}" for name, given in schema.items() if name in RULES
                 if value is not None and not RULES[name](value, given)]  # fmt: skip
        if isinstance(value, dict):
            known = schema.get("properties", {})
            if schema.get("additionalProperties") is False:
                found += [f"{place}: unknown {name}" for name in value.keys() - known.keys()]
            for name in value.keys() & known.keys():
                found += self.faults(value[name], known[name], f"{place}.{name}")
        if isinstance(value, list) and "items" in schema:
            found += [fault for at, one in enumerate(value)
                      for fault in self.faults(one, schema["items"], f"{place}[{at}]")]  # fmt: skip
        return found

    def request_faults(self, asked: Asked, base: str) -> list[str]:
        """Say everything that is wrong with a request."""
        operation = self.operation(asked, base)
        if operation is None:
            return [f"{asked.method} {asked.path} is not described"]
        found = [] if re.fullmatch(r"Bearer \S+", asked.headers.get("authorization", "")) else ["not signed"]
        told = {"query": set(asked.queries), "header": {"If-Match", "Idempotency-Key"}}
        named = set()
        for parameter in map(self.resolved, operation.get("parameters", [])):
            name, place = parameter["name"], parameter["in"]
            named.add(name)
            given: Any = asked.queries.get(name) if place == "query" else asked.headers.get(name.lower())
            if place == "path":
                continue
            if given is None:
                found += [f"{name} is missing"] * bool(parameter.get("required"))
                continue
            schema = self.resolved(parameter["schema"])
            if place == "query" and schema.get("type") != "array":
                given = int(given[-1]) if schema.get("type") == "integer" else given[-1]
            found += self.faults(given, schema, name)
        found += [f"{name} is not described" for name in told["query"] - named]
        if body := operation.get("requestBody"):
            found += self.faults(asked.json(), body["content"]["application/json"]["schema"])
        elif asked.body:
            found.append("a body is not described")
        return found

    def answer_faults(self, asked: Asked, base: str, answer: Answer) -> list[str]:
        """Say everything that is wrong with an answer."""
        operation = self.operation(asked, base)
        assert operation is not None
        answers = operation["responses"]
        if str(answer.status) not in answers and answer.status < 400:
            return [f"{answer.status} is not described"]
        described = self.resolved(answers.get(str(answer.status), answers["default"]))
        return self.faults(json.loads(answer.content), described["content"]["application/json"]["schema"])

    def operation(self, asked: Asked, base: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] = self.document["paths"].get(self.path(asked, base), {})
        return found.get(asked.method.lower())

    def path(self, asked: Asked, base: str) -> str | None:
        """Give the path that is asked as it is described; the first one that fits."""
        path = asked.path.removeprefix(base)
        return next(
            (one for one in self.document["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path)), None
        )

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema
