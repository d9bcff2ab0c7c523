"""What two states of a module differ in, field by field."""

import json
import os.path
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from toolbox_cli.content.modules.canonical import Content

SHOWN: Final = 60
"""Signs of a value."""
_BEFORE: Final = 20
"""Signs of it before what differs."""


class Difference(NamedTuple):
    """A field that two states have otherwise.

    Attributes:
        path: of a section, with its key: `sections.door.content`.
        before: None where there is no such field.
        after: None where there is no such field.
    """

    path: str
    before: Any
    after: Any


def differences(before: Content, after: Content) -> list[Difference]:
    """Compare two canonical forms; sections by their keys.

    Example:
        >>> differences({"title": "A", "sections": []}, {"title": "B", "sections": []})
        [Difference(path='title', before='A', after='B')]
    """
    found = [*_fields("", {**before, "sections": None}, {**after, "sections": None})]
    return found + [*_sections(before.get("sections") or [], after.get("sections") or [])]


def _sections(before: list[Content], after: list[Content]) -> Iterator[Difference]:
    old, new = ({section["key"]: section for section in sections} for sections in (before, after))
    for key in [*old, *(key for key in new if key not in old)]:
        way = f"sections.{key}"
        if key not in new:
            yield Difference(way, _told(old[key]), None)
        elif key not in old:
            yield Difference(way, None, _told(new[key]))
        else:
            yield from _fields(f"{way}.", old[key], new[key])
    kept = [[key for key in one if key in other] for one, other in ((old, new), (new, old))]
    if kept[0] != kept[1]:
        yield Difference("sections", list(old), list(new))


def _fields(way: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from _fields(f"{way}{name}.", one, other)
        elif one != other:
            yield Difference(f"{way}{name}", one, other)


def _told(section: Content) -> str:
    return f"{section['type']}: {section['title'] or section['key']}"


def shown(change: Difference) -> tuple[str, str]:
    """Write both sides for a table: one line each, not too long, from a little before where they part.

    Example:
        >>> shown(Difference("tags", ["lab"], ["lab", "safety"]))
        ('["lab"]', '["lab", "safety"]')
    """
    before, after = _line(change.before), _line(change.after)
    same = len(os.path.commonprefix([before, after]))
    start = 0 if max(len(before), len(after)) <= SHOWN else max(0, same - _BEFORE)
    return _cut(before, start), _cut(after, start)


def _line(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())


def _cut(line: str, start: int) -> str:
    part = f"…{line[start:]}" if start else line
    return part if len(part) <= SHOWN else f"{part[: SHOWN - 1]}…"
