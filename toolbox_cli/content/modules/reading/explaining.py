"""Pydantic's errors as faults at their places."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from toolbox_cli.content.faults.registry import placed
from toolbox_cli.content.modules.shapes import configs, sections
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.content.modules.shapes.parts import ADDRESS, HASH, LINE, PLAIN, SLUG, WHOLE
from toolbox_cli.core.documents import Document, Steps
from toolbox_cli.core.findings import Finding, said
from toolbox_cli.core.nearby import near

MOST: Final = 1000
"""Faults of one file that are told one by one."""

_MISSING, _UNKNOWN, _KIND, _LISTED, _WRITTEN = "01", "02", "03", "04", "05"
_CODES: Final[Mapping[tuple[bool, str], str]] = {
    (False, _MISSING): "M101", (False, _UNKNOWN): "M102", (False, _KIND): "M103", (False, _LISTED): "M104",
    (False, _WRITTEN): "M105",
    (True, _MISSING): "M201", (True, _UNKNOWN): "M202", (True, _KIND): "M203", (True, _LISTED): "M204",
    (True, _WRITTEN): "M205",
}  # fmt: skip
"""Whether it is in a section, and what is wrong, to the fault."""

_PATTERNS: Final = {
    SLUG: "expected lower-case letters and digits, in words joined by hyphens",
    LINE: "expected one line of text without blanks around it",
    ADDRESS: "expected an address that begins with https://, or that of a file beside the module's",
    HASH: "expected 64 hexadecimal digits",
}


def explained(document: Document, error: ValidationError) -> Iterator[Finding]:
    """Write pydantic's errors about a whole module down at their places."""
    errors = error.errors(include_url=False)
    for number, item in enumerate(errors[: MOST + 1]):
        steps, at_key = _way(item)
        steps += ("type",) if item["type"] == "union_tag_invalid" else ()
        inside = steps[:1] == ("sections",) and len(steps) > 1
        what, found, remedy = _told(item, steps)
        found += f"; and {len(errors) - MOST:,} more faults of the same file" if number == MOST else ""
        more = {"remedy": remedy} if remedy else {}
        yield placed(document, _CODES[inside, what], steps, found, at_key=at_key or what == _UNKNOWN, **more)


def _way(error: Mapping[str, Any]) -> tuple[Steps, bool]:
    """Give the path in the document: without the names of the shapes that a value may have; and whether a key is wrong.

    The last step is always the document's own where a key is unknown, whatever that is called.
    """
    loc: Sequence[str | int] = error["loc"]
    unknown = error["type"] in {"extra_forbidden", "invalid_key"}
    at_key = loc[-1] == "[key]" and not unknown
    loc = loc[:-1] if at_key else loc
    own = len(loc) - 1 if unknown else len(loc)
    steps: list[str | int] = []
    for number, step in enumerate(loc):
        is_shape = (number == 2 and loc[0] == "sections") or (bool(steps) and steps[-1] == "completion_criteria")
        if number >= own or not (is_shape or (step in {PLAIN, WHOLE} and isinstance(loc[number - 1], int))):
            steps.append(step)
    return tuple(steps), at_key


def _told(item: Mapping[str, Any], steps: Steps) -> tuple[str, str, str | None]:
    """Say of an error what kind it is, in words, and a better remedy where there is one."""
    kind = item["type"]
    if kind == "missing":
        return _MISSING, "is missing", None
    if kind == "union_tag_not_found" and isinstance(item["input"], dict):
        return _MISSING, "its type is missing", None
    if kind in {"extra_forbidden", "invalid_key"}:
        return _UNKNOWN, "unknown key", near(steps[-1], _names(len(steps), str(steps[0])))
    if kind in {"union_tag_invalid", "literal_error"} and isinstance(given := _named(item), str):
        return _LISTED, *_not_listed(given, item["ctx"].get("expected_tags") or item["ctx"]["expected"])
    if kind.endswith("_type") or kind in {"literal_error", "union_tag_invalid", "union_tag_not_found"}:
        return _KIND, *_other_kind(item)
    return _WRITTEN, _words(item), None


def _named(item: Mapping[str, Any]) -> Any:
    """Give the word that is none of the list."""
    given = item["input"]
    return given.get("type") if item["type"] == "union_tag_invalid" and isinstance(given, dict) else given


def _not_listed(given: str, expected: str) -> tuple[str, str | None]:
    listed = [word for word in expected.split("'") if word.strip(", ") not in {"", "or"}]
    return f"unknown value {given[:40]!r}; expected {', '.join(listed)}", near(given, listed)


def _other_kind(item: Mapping[str, Any]) -> tuple[str, str | None]:
    if item["type"] == "string_type" and isinstance(item["input"], bool | int | float):
        return "expected text", "Write it in quotes."
    if item["type"] in {"model_type", "model_attributes_type", "dict_type", "union_tag_not_found"}:
        return "expected a mapping", None
    return _words(item), None


def _words(item: Mapping[str, Any]) -> str:
    if item["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(item["ctx"]["pattern"], "is not written as it has to be")
    found = said(item).replace("Input should be", "expected").replace("a valid integer", "a whole number")
    return found[:1].lower() + found[1:]


@cache
def _names(depth: int, first: str) -> tuple[str, ...]:
    """Give the keys that may stand so deep."""
    if depth == 1:
        return tuple(Module.model_fields)
    if first == "sections" and depth == 3:
        return (*sections.AnySection.model_fields, "type", "section_config")
    shapes = [shape for shape in vars(configs).values() if isinstance(shape, type) and issubclass(shape, BaseModel)]
    return tuple(dict.fromkeys(name for shape in shapes for name in shape.model_fields))
