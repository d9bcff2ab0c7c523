"""HTML without what does not belong into a lesson, and a list of what that was.

lxml reads it, for it knows lines; what is kept is written anew, each element closed; nh3 has the last word.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final, cast

from toolbox_cli.content.html.addresses import Asset, judged, within
from toolbox_cli.content.html.removed import Cleaned, Removed
from toolbox_cli.content.html.rules import (
    ACTIVE,
    ADDRESSES,
    ATTRIBUTES,
    ATTRIBUTES_MOST,
    ELEMENTS_MOST,
    EVERYWHERE,
    FORMATTING,
    FRAME,
    LINKED,
    LONGEST,
    MEDIA,
    NESTED,
    PREFIX,
    RAN,
    SILENT,
    TAGS,
    VOID,
    WITHOUT_PLACE,
    allowed,
)
from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.errors import MissingExtraError

try:
    import nh3
    from lxml import etree
except ImportError:
    nh3 = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_STARTS: Final = re.compile("<([a-z][a-z0-9]*)")
_BETWEEN: Final = re.compile(r"[\s/]")
"""What may stand between two attributes."""
_LISTED: Final = 40
"""Kinds of things that are told of one text."""


def clean(text: str, *, asset: Asset = within, first_line: int = 1) -> Cleaned:
    """Take out of HTML what runs, what fetches from elsewhere, and what a lesson does not need.

    Args:
        text: of a page, or a part of one.
        asset: knows relative addresses.
        first_line: of the text in its file.

    Raises:
        MissingExtraError: nh3 or lxml is not installed.
    """
    if nh3 is None:
        raise MissingExtraError("nh3", "content")
    if refused := _too_much(text):
        return Cleaned("", (Removed("M604", refused, None, 1),))
    root, problem = _read(text)
    if problem:
        return Cleaned("", (Removed("M604", problem[0], problem[1] + first_line - 1, 1),))
    writing = _Writing(asset, first_line)
    if root is not None:
        writing.add(root, 0)
    made = "".join(writing.parts)
    kept = _cleaner().clean(made).strip()
    return Cleaned(kept, tuple(writing.removed(_lost(made, kept))))


def _too_much(text: str) -> str | None:
    """Say why a text is not read at all: what follows takes memory by element, and time by attribute squared."""
    if len(text) > LONGEST:
        return f"it has more than {LONGEST:,} signs"
    if text.count("<") > ELEMENTS_MOST:
        return f"it has more than {ELEMENTS_MOST:,} elements"
    long = (part for part in text.split("<") if len(part) > ATTRIBUTES_MOST)
    if any(len(_BETWEEN.findall(part)) > ATTRIBUTES_MOST for part in long):
        return f"an element has more than {ATTRIBUTES_MOST:,} attributes"
    return None


@cache
def _cleaner() -> "nh3.Cleaner":
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={**{tag: set(names) for tag, names in ATTRIBUTES.items()}, "*": set(EVERYWHERE)},
        generic_attribute_prefixes={PREFIX}, url_schemes={*LINKED, "data"}, link_rel=None, attribute_filter=_last_word,
    )  # fmt: skip


def _last_word(tag: str, name: str, value: str) -> str | None:
    return judged(tag, value, lambda address: address).address if name in ADDRESSES else value


def _lost(made: str, kept: str) -> Iterator[tuple[str, int]]:
    """Name elements that stood where HTML has no place for them."""
    lost = Counter(_STARTS.findall(made)) - Counter(_STARTS.findall(kept))
    yield from lost.items()


def _read(text: str) -> "tuple[Element | None, tuple[str, int] | None]":
    """Read HTML as a tree; or say what keeps it from being read, and where."""
    parser = etree.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
    )  # fmt: skip
    data = text.replace("\0", "").encode("utf-8", "replace")
    if not data.strip():
        return None, None
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    for error in parser.error_log:
        if error.type_name in {"ERR_RESOURCE_LIMIT", "ERR_NO_MEMORY"}:
            told = error.message.partition(", use ")[0].strip()
            return None, (shown(told[:1].lower() + told[1:]), error.line)
    return root, None


class _Writing:
    """Writes what is kept of a tree."""

    def __init__(self, asset: Asset, first_line: int) -> None:
        self.parts: list[str] = []
        self._asset, self._first_line = asset, first_line
        self._found: dict[tuple[str, str], tuple[int | None, int]] = {}

    def removed(self, lost: Iterator[tuple[str, int]]) -> Iterator[Removed]:
        """Give what was taken out, as it stood there."""
        for number, ((code, what), (line, count)) in enumerate(self._found.items()):
            if number == _LISTED:
                more = sum(one[1] for one in [*self._found.values()][_LISTED:])
                yield Removed("M603", f"{more} other things", None, 1)
                break
            yield Removed(code, what, line, count)
        for tag, count in lost:
            yield Removed("M603", f"<{tag}>, which stands where it can't", None, count)

    def add(self, element: "Element", formatting: int) -> None:
        """Write an element with what it holds; recursion ends where the parser's depth does."""
        tag = str(element.tag).lower()
        if tag in SILENT:
            if tag == "base" or str(element.get("http-equiv")).strip().lower() == "refresh":
                self._note("M602", f"<{tag}>", element)
            return
        if tag in ACTIVE or tag in WITHOUT_PLACE:
            remote = tag == "link" and "//" in (element.get("href") or "")
            self._note("M601" if tag in ACTIVE else "M602" if remote else "M603", f"<{shown(tag, 40)}>", element)
            return
        depth = formatting + (tag in FORMATTING)
        if tag in TAGS and depth <= NESTED:
            self._kept(element, tag, depth)
            return
        if tag not in FRAME:
            self._note("M603", f"<{shown(tag, 40)}>", element)
        self._inside(element, formatting)

    def _kept(self, element: "Element", tag: str, depth: int) -> None:
        attributes = dict(self._attributes(element, tag))
        if tag in MEDIA and "src" not in attributes and (tag in VOID or tag == "iframe"):
            self.parts.append(escape(str(element.get("alt") or ""), quote=False))
            return
        if tag == "a" and not attributes:
            self._inside(element, depth)
            return
        if tag == "a" and "//" in attributes.get("href", ""):
            attributes["rel"] = "noopener noreferrer"
        told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        self.parts.append(f"<{tag}{told}>")
        if tag not in VOID:
            if tag != "iframe":  # browsers never show what it holds
                self._inside(element, depth)
            self.parts.append(f"</{tag}>")

    def _inside(self, element: "Element", formatting: int) -> None:
        self.parts.append(escape(element.text or "", quote=False))
        for below in element:
            if isinstance(below.tag, str):
                self.add(below, formatting)
            self.parts.append(escape(below.tail or "", quote=False))

    def _attributes(self, element: "Element", tag: str) -> Iterator[tuple[str, str]]:
        for key, given in element.items():
            name, value = str(key).lower(), str(given)
            if RAN.fullmatch(name):
                self._note("M601", f"{shown(name, 40)} of <{tag}>", element)
            elif not allowed(tag, name):
                self._note("M603", f"{shown(name, 40)} of <{tag}>", element)
            elif name not in ADDRESSES:
                yield name, value
            else:
                address, code = judged(tag, value, self._asset)
                if address is None:
                    self._note(code, f"{name} of <{tag}>: {shown(value, 120)}", element)
                else:
                    yield name, address

    def _note(self, code: str, what: str, element: "Element") -> None:
        line = cast("int | None", element.sourceline)
        told = None if line is None else line + self._first_line - 1
        first, count = self._found.get((code, what), (told, 0))
        self._found[code, what] = (first, count + 1)
