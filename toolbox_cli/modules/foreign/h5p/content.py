"""The contents of a package: the one that is shown, and those within it."""

import math
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.formats.nodes import MAX_DEPTH, UNWRITABLE
from toolbox_cli.modules.foreign.parcel import Names, Parcel

MANIFEST: Final = "h5p.json"
CONTENT: Final = "content/content.json"

_LIBRARY: Final = re.compile(r"([A-Za-z][\w.]{0,80}) \d{1,5}\.\d{1,5}(?:\.\d{1,5})?")
_UNTITLED: Final = re.compile(r"untitled\b.*", re.IGNORECASE)


@dataclass
class Content:
    """Something that a library shows.

    Attributes:
        name: tells it from all others: the way to it in the JSON.
        library: without its version.
        key: that stays; empty where it has none.
        children: nearest contents within, in their order.
    """

    name: str
    library: str
    params: Any
    title: str = ""
    key: str = ""
    children: "list[Content]" = field(default_factory=list)

    def walk(self) -> "Iterator[Content]":
        """Give the content and all within it."""
        yield self
        for below in self.children:
            yield from below.walk()


class Activity:
    """A package that was read.

    Attributes:
        base: folder of it, with `/` at its end, or empty.
        entry: of the JSON with all contents.
        content: None where there is nothing that can be read.
        told: what `h5p.json` says.
    """

    def __init__(self, parcel: Parcel, manifest: str) -> None:
        self.base = posixpath.dirname(manifest) + "/" if "/" in manifest else ""
        self.entry = self.base + CONTENT
        self.manifest = manifest
        self.content: Content | None = None
        self._names = Names("{} ({})")
        self.told = parcel.json(manifest)
        params = parcel.json(self.entry)
        for entry, read in ((manifest, self.told), (self.entry, params)):
            if read is not None and not (isinstance(read, dict) and _shallow(read)):
                parcel.fault("M502", entry, "it is no object, or is nested too deep", entry)
                return
        library = text(self.told, "mainLibrary")
        if self.told is not None and not library:
            parcel.fault("M541", manifest, "it names no main library", manifest)
        elif library and params is not None and parcel.fits(counted(params), self.entry):
            self.content = Content(self._named(CONTENT), library, params, text(self.told, "title"))
            self.content.children = [*self._within(params, "")]

    def _within(self, value: Any, way: str) -> Iterator[Content]:
        if isinstance(value, dict):
            library = _LIBRARY.fullmatch(text(value, "library"))
            if library and way:
                yield self._made(value, library[1], way)
            else:
                for key, below in value.items():
                    yield from self._within(below, f"{way}.{key}" if way else key)
        elif isinstance(value, list):
            for number, below in enumerate(value):
                yield from self._within(below, f"{way}[{number}]")

    def _made(self, value: Mapping[str, Any], library: str, way: str) -> Content:
        title = text(value, "metadata", "title")
        made = Content(
            self._named(way), library, value.get("params"), "" if _UNTITLED.fullmatch(title) else title,
            text(value, "subContentId").lower(),
        )  # fmt: skip
        made.children = [
            one for key, below in value.items() if key != "library" for one in self._within(below, f"{way}.{key}")
        ]
        return made

    def _named(self, way: str) -> str:
        """Give a name that nothing else has."""
        return self._names.take(self._names.free(shown(way)))


def counted(params: Any) -> int:
    """Count contents by what they look like alone."""
    count, ahead = 1, [*_below(params)]
    while ahead:
        one = ahead.pop()
        count += isinstance(one, dict) and bool(_LIBRARY.fullmatch(text(one, "library")))
        ahead += _below(one)
    return count


def value_at(value: Any, *way: str) -> Any:
    """Give what stands at the end of a way; None where there is nothing."""
    for step in way:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def text(value: Any, *way: str) -> str:
    """Give the text at the end of a way without blanks around it; empty where there is none."""
    found = value_at(value, *way)
    return UNWRITABLE.sub("\ufffd", found).strip() if isinstance(found, str) else ""


def listed(value: Any, *way: str) -> list[Any]:
    """Give the list at the end of a way; empty where there is none."""
    found = value_at(value, *way)
    return found if isinstance(found, list) else []


def number(value: Any, *way: str) -> float | None:
    """Give the number at the end of a way; None where there is none."""
    found = value_at(value, *way)
    return float(found) if isinstance(found, int | float) and abs(found) < 1e9 and math.isfinite(found) else None


def _below(value: Any) -> list[Any]:
    return [*value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []


def _shallow(value: Any) -> bool:
    """Say whether it is nested no deeper than anybody nests."""
    ahead = [value]
    for _ in range(MAX_DEPTH):
        ahead = [below for one in ahead for below in _below(one)]
        if not ahead:
            return True
    return False
