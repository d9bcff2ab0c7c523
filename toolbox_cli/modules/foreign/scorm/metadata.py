"""What a package tells of itself, in the words of IEEE LOM as both versions of SCORM write it."""

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from toolbox_cli.content.html.cleaning import clean
from toolbox_cli.content.html.words import words_of
from toolbox_cli.content.modules.converting import one_line
from toolbox_cli.content.modules.shapes.parts import MOST
from toolbox_cli.core.formats.xml_text import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LONGEST_TAG: Final = 100
_PERIOD: Final = re.compile(
    r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})(?:\.\d+)?S)?)?", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2})(?:\.\d+)?")
_DIFFICULTY: Final = ("very easy", "easy", "medium", "difficult", "very difficult")


def told_of(metadata: "Element | None") -> dict[str, Any]:
    """Give fields of a module that metadata tell.

    Args:
        metadata: element with a `lom` in it; None where there is none.
    """
    if metadata is None:
        return {}
    seconds = seconds_of(metadata)
    level = _text(metadata, "lom", "educational", "difficulty", "value").lower()
    told = {
        "title": _text(metadata, "lom", "general", "title"),
        "description": _text(metadata, "lom", "general", "description"),
        "tags": [*_tags(metadata)],
        "estimated_minutes": math.ceil(seconds / 60) if seconds else None,
        "difficulty_level": _DIFFICULTY.index(level) + 1 if level in _DIFFICULTY else None,
    }
    return {name: value for name, value in told.items() if value}


def seconds_of(metadata: "Element | None") -> int:
    """Give the typical learning time; 0 where it is not told."""
    found = "" if metadata is None else _text(metadata, "lom", "educational", "typicallearningtime", first=True)
    if period := _PERIOD.fullmatch(found):
        days, hours, minutes, seconds = (int(part or 0) for part in period.groups())
    elif clock := _CLOCK.fullmatch(found):
        days, hours, minutes, seconds = 0, *map(int, clock.groups())
    else:
        return 0
    return min(MOST, days * 86_400 + hours * 3600 + minutes * 60 + seconds)


def _tags(metadata: "Element") -> Iterator[str]:
    seen: set[str] = set()
    for keyword in _at(metadata, "lom", "general", "keyword"):
        for text in (_words(keyword) or "").split(","):
            tag = one_line(text)
            if tag and len(tag) <= _LONGEST_TAG and tag.casefold() not in seen:
                seen.add(tag.casefold())
                yield tag


def _text(element: "Element", *way: str, first: bool = False) -> str:
    """Give the words at the end of a way, in the language that comes first."""
    found = next(_at(element, *way), None)
    if found is None:
        return ""
    if first:
        return next((str(part).strip() for part in found.itertext() if str(part).strip()), "")
    return _words(found)


def _words(element: "Element") -> str:
    """Give an element's text without HTML; of several languages the first one that has words."""
    texts = ("".join(map(str, one.itertext())).strip() for one in ([*element] or [element]))
    text = next(filter(None, texts), "")
    return words_of(clean(text).html) if "<" in text or "&" in text else text


def _at(element: "Element", *way: str) -> "Iterator[Element]":
    found = [element]
    for name in way:
        found = [below for one in found for below in one if name_of(below).lower() == name]
    return iter(found)
