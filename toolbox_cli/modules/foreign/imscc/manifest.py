"""The manifest of a cartridge."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.formats.xml_text import attribute, child, children, line_of, name_of, text_at
from toolbox_cli.modules.foreign.parcel import Names, Parcel

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MANIFEST: Final = "imsmanifest.xml"
_VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3", "1.4")
_NUMBERED: Final = re.compile(r"([a-z]{0,12}[_-]?)?(\d+|[0-9a-f]{8})", re.IGNORECASE)
"""Identifiers that are numbered, or drawn by lot, with each export."""


@dataclass
class Item:
    """A place in the tree.

    Attributes:
        name: tells it from all others.
        key: as the manifest calls it.
        leads_to: identifier of its resource, or empty.
    """

    name: str
    key: str
    title: str
    leads_to: str
    line: int
    children: "list[Item]" = field(default_factory=list)

    @property
    def lasting(self) -> str:
        """What tells it from the others in the next export too: its identifier, or its title."""
        return self.title if self.title and _NUMBERED.fullmatch(self.key) else self.key or self.title

    def walk(self) -> "Iterator[Item]":
        """Give the item and all below it."""
        yield self
        for below in self.children:
            yield from below.walk()


@dataclass
class Resource:
    """What items lead to.

    Attributes:
        name: tells it from all others.
        files: entries, that of `href` first.
        needs: identifiers of other resources.
    """

    name: str
    key: str
    type: str
    line: int
    files: list[str]
    needs: list[str]

    @property
    def kind(self) -> str:
        """Its type without versions: webcontent, quiz, bank, weblink, discussion, lti, assignment; or as it stands."""
        begins = self.type.lower().partition("/")[0].partition("_")[0]
        if begins == "imsqti":
            return "bank" if "question-bank" in self.type.lower() else "quiz"
        return _KINDS.get(begins, self.type)

    @property
    def entry(self) -> str:
        """The file that it is; empty where it names none."""
        return self.files[0] if self.files else ""


_KINDS: Final[Mapping[str, str]] = {
    "webcontent": "webcontent",
    "associatedcontent": "webcontent",
    "imswl": "weblink",
    "imsdt": "discussion",
    "imsbasiclti": "lti",
    "assignment": "assignment",
}


def manifests(entries: Mapping[str, Any]) -> list[str]:
    """List manifests, the highest first."""
    found = [name for name in entries if posixpath.basename(name).lower() == MANIFEST]
    return sorted(found, key=lambda name: (name.count("/"), name))


class Manifest:
    """A manifest that was read.

    Attributes:
        base: folder of the cartridge in the package, with `/` at its end, or empty.
        items: at the top of the tree.
        resources: by identifier.
        apart: names and kinds of what else there is: other trees, and manifests within.
    """

    def __init__(self, parcel: Parcel, entry: str) -> None:
        self.entry = entry
        self.base = posixpath.dirname(entry) + "/" if "/" in entry else ""
        self.title, self.items = "", list[Item]()
        self.resources: dict[str, Resource] = {}
        self.apart: list[tuple[str, str]] = []
        self._parcel = parcel
        self._names = Names("{} ({})")
        root = parcel.xml(entry)
        if root is not None:
            self._read(root)

    @property
    def files(self) -> set[str]:
        """Entries that the manifest names, and itself."""
        return {self.entry} | {file for resource in self.resources.values() for file in resource.files}

    def _read(self, root: "Element") -> None:
        if name_of(root) != "manifest":
            self._parcel.fault("M503", self.entry, f"its root is <{shown(name_of(root), 40)}>", self.entry)
            return
        version = text_at(root, "metadata", "schemaversion")
        if version and not version.startswith(_VERSIONS):
            self._parcel.fault("M521", self.entry, f"version {shown(version, 40)}", self.entry)
        self.title = _first(root, "metadata", "lom", "general", "title") or _first(root, "metadata", "lom", "title")
        for element in children(root, "resources"):
            self._resources(element)
        self.apart = [(self._named("manifest", _key(one), one), "manifest") for one in children(root, "manifest")]
        trees = [one for below in children(root, "organizations") for one in children(below, "organization")]
        for one in trees[:1]:
            self.items = [self._item(below) for below in children(one, "item") if self._fits(below)]
            self.title = self.title or text_at(one, "title")
        self.apart += [(self._named("organization", _key(one), one), "organization") for one in trees[1:]]

    def _resources(self, resources: "Element") -> None:
        base = attribute(resources, "base") or ""
        for element in filter(self._fits, children(resources, "resource")):
            key = _key(element)
            name = self._named("resource", key, element)
            here = base + (attribute(element, "base") or "")
            files = [element.get("href"), *(one.get("href") for one in children(element, "file"))]
            needs = [str(one.get("identifierref") or "") for one in children(element, "dependency")]
            entries = dict.fromkeys(self._entry(here, str(file)) for file in files if file)
            resource = Resource(
                name, key, str(element.get("type") or ""), line_of(element), list(entries), needs
            )  # fmt: skip
            self.resources[key if key not in self.resources else name] = resource

    def _entry(self, base: str, href: str) -> str:
        """Give the entry that an address means: as it stands, or with its signs undone."""
        path = self.base + base + href.partition("?")[0]
        names = [posixpath.normpath(name) for name in (path, unquote(path))]
        return next((name for name in names if name in self._parcel.entries), names[-1])

    def _item(self, element: "Element") -> Item:
        key = _key(element)
        below = [self._item(one) for one in children(element, "item") if self._fits(one)]
        leads_to = str(element.get("identifierref") or "")
        title = text_at(element, "title")
        return Item(self._named("item", key, element), key, title, leads_to, line_of(element), below)

    def _fits(self, element: "Element") -> bool:
        return self._parcel.room()

    def _named(self, kind: str, key: str, element: "Element") -> str:
        """Give a name that nothing else has."""
        name = f"{kind} {shown(key)}" if key else f"{kind} in line {line_of(element)}"
        return self._names.take(self._names.free(name))


def _key(element: "Element") -> str:
    return str(element.get("identifier") or "")


def _first(element: "Element", *way: str) -> str:
    """Give a text that may stand there in several languages: the first of them."""
    found = child(element, *way)
    texts = ("".join(map(str, one.itertext())).strip() for one in (() if found is None else [*found] or [found]))
    return next(filter(None, texts), "")
