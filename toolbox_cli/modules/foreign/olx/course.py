"""The tree of a course's blocks."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.formats.xml_text import children, line_of, name_of
from toolbox_cli.modules.foreign.parcel import Names, Parcel

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

GROUPS: Final = frozenset({"course", "chapter", "sequential", "vertical"})
"""Blocks that hold others and nothing else."""
HOLDERS: Final = GROUPS | {"conditional", "library_content", "itembank", "randomize", "split_test", "wrapper"}
_POINTS: Final = frozenset({"url_name", "org", "course", "slug"})
"""Attributes of an element that says only where its block is."""
_BESIDE: Final = frozenset({"wiki", "show", "source_library_id"})
"""Elements of a group that only refer to what stands elsewhere."""
_DEEPEST: Final = 20


@dataclass
class Block:
    """A block.

    Attributes:
        name: tells it from all others.
        entry: the file that it stands in.
        key: as the course calls it; empty where it has no name.
        lacks: why nothing can be made of it.
    """

    kind: str
    name: str
    element: "Element"
    entry: str
    key: str = ""
    title: str = ""
    lacks: str | None = None
    children: "list[Block]" = field(default_factory=list)

    @property
    def line(self) -> int:
        return line_of(self.element)

    def get(self, name: str) -> str:
        """Give an attribute, empty where there is none."""
        return str(self.element.get(name) or "").strip()

    def walk(self) -> "Iterator[Block]":
        """Give the block and all below it."""
        yield self
        for below in self.children:
            yield from below.walk()


def roots(entries: Mapping[str, Any]) -> list[str]:
    """List files that a course may begin with, the highest first."""
    found = [name for name in entries if posixpath.basename(name) == "course.xml"]
    return sorted(found, key=lambda name: (name.count("/"), name))


class Course:
    """A course that was read.

    Attributes:
        base: folder in the package, with `/` at its end, or empty.
        backing: entries that blocks stand in.
    """

    def __init__(self, parcel: Parcel, entry: str) -> None:
        self.base = posixpath.dirname(entry) + "/" if "/" in entry else ""
        self.backing: set[str] = set()
        self._parcel = parcel
        self._names = Names("{} ({})")
        self._policy: Mapping[str, Any] = {}
        self.root = self._begin(entry)

    @property
    def code(self) -> str:
        """Organisation and number of the course."""
        return f"{self.root.get('org')} {self.root.get('course')}".strip() if self.root else ""

    def _begin(self, entry: str) -> Block | None:
        self.backing.add(entry)
        element = self._parcel.xml(entry)
        if element is None:
            return None
        if name_of(element) != "course":
            self._parcel.fault("M503", entry, f"its root is <{shown(name_of(element), 40)}>, not <course>", entry)
            return None
        run = str(element.get("url_name") or "")
        self._policy = self._policies(run)
        root = self._block(element, entry, 0)
        for name in ("org", "course"):
            if element.get(name) and not root.element.get(name):
                root.element.set(name, str(element.get(name)))
        return root

    def _policies(self, run: str) -> Mapping[str, Any]:
        names = (f"{self.base}policies/{run}/policy.json", f"{self.base}policies/{run}.json")
        entry = next((name for name in names if name in self._parcel.entries), None)
        read = self._parcel.json(entry) if entry else None
        return read if isinstance(read, dict) else {}

    def _block(self, element: "Element", entry: str, depth: int) -> Block:
        kind, key = shown(name_of(element), 60), str(element.get("url_name") or "").strip()
        block = Block(kind, self._named(kind, key, entry, element), element, entry, key)
        if key and block.name != f"{kind}/{shown(key)}":
            block.lacks = "stands in the course already"
            return block
        if depth > _DEEPEST:
            block.lacks = "lies too deep"
            return block
        if key and self._points(element):
            self._follow(block)
        block.title = self._title(block)
        if block.lacks is None and block.kind in HOLDERS:
            below = [one for one in children(block.element) if name_of(one) not in _BESIDE]
            block.children = [self._block(one, block.entry, depth + 1) for one in below if self._parcel.room()]
        return block

    def _points(self, element: "Element") -> bool:
        return not len(element) and not (element.text or "").strip() and {*map(str, element.keys())} <= _POINTS

    def _follow(self, block: Block) -> None:
        """Read a block from the file of its own."""
        entry = f"{self.base}{block.kind}/{block.key.replace(':', '/')}.xml"
        if entry not in self._parcel.entries:
            block.lacks = "its file is not in the package"
            self._parcel.fault("M501", block.name, f"{shown(entry)} is not in the package", block.entry, block.line)
            return
        self.backing.add(entry)
        element = self._parcel.xml(entry)
        if element is None:
            block.lacks = "its file can't be read"
        else:
            block.element, block.entry = element, entry

    def _title(self, block: Block) -> str:
        told = self._policy.get(f"{block.kind}/{block.key}")
        said = told.get("display_name") if isinstance(told, dict) else None
        return block.get("display_name") or (said if isinstance(said, str) else "")

    def _named(self, kind: str, key: str, entry: str, element: "Element") -> str:
        """Give a name that no other block has."""
        name = f"{kind}/{shown(key)}" if key else f"{shown(entry)}:{element.sourceline}:{kind}"
        return self._names.take(self._names.free(name))
