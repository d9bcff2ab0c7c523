"""The manifest of a SCORM package."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.formats.xml_text import attribute, children, line_of, name_of, text_at
from toolbox_cli.modules.foreign.parcel import Names, Parcel

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

VERSIONS: Final = re.compile(r"1\.2\b.*|CAM 1\.3.*|1\.3.*|2004.*", re.IGNORECASE)
RULES: Final = frozenset(
    {"completionThreshold", "data", "dataFromLMS", "datafromlms", "masteryscore", "maxtimeallowed", "prerequisites",
     "presentation", "sequencing", "timeLimitAction", "timelimitaction"}
)  # fmt: skip
"""What an item tells of how it is shown and completed."""
_WITHIN: Final = {
    "manifest": {"manifest", "organizations", "resources", "sequencingCollection"},
    "organizations": {"organization"}, "organization": {"item", *RULES}, "item": {"item", *RULES},
    "resources": {"resource"},
}  # fmt: skip
"""Names of elements to those below them that are read."""
_LISTS: Final = frozenset({"organizations", "resources"})
_REMOTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\")


@dataclass
class Rule:
    """Something that an item tells of how it is shown and completed."""

    name: str
    element: "Element"

    @property
    def kind(self) -> str:
        return name_of(self.element)


@dataclass
class Item:
    """A place in a tree, or the tree itself.

    Attributes:
        name: tells it from all others.
        key: as the manifest calls it.
        leads_to: identifier of its resource, or empty.
        parameters: behind the address of the resource.
        hidden: whether students don't see it in the table of contents.
    """

    name: str
    key: str
    title: str
    element: "Element"
    leads_to: str = ""
    parameters: str = ""
    hidden: bool = False
    rules: list[Rule] = field(default_factory=list)
    children: "list[Item]" = field(default_factory=list)

    @property
    def line(self) -> int:
        return line_of(self.element)

    def walk(self) -> "Iterator[Item]":
        """Give the item and all below it."""
        yield self
        for below in self.children:
            yield from below.walk()


@dataclass
class Resource:
    """What items lead to.

    Attributes:
        entry: file that it begins with; empty where it names none.
        launch: the same as seen from the manifest, which is where players look for it.
        beside: what stands behind the file's name in its address.
        remote: whether it lies elsewhere.
        needs: identifiers of other resources.
    """

    name: str
    key: str
    line: int
    entry: str
    launch: str
    beside: str
    remote: bool
    needs: list[str]


class Manifest:
    """A manifest that was read.

    Attributes:
        root: None where it can't be read.
        organizations: in their order; each an item.
        default: that one of them which is meant.
        resources: by identifier.
        apart: names and kinds of what else there is: other manifests in it, and rules for all items.
        within: identifiers of those other manifests.
    """

    def __init__(self, parcel: Parcel, entry: str) -> None:
        self.entry = entry
        self._parcel = parcel
        self._folder = posixpath.dirname(entry)
        self._names = Names("{} ({})")
        self.organizations: list[Item] = []
        self.default: Item | None = None
        self.resources: dict[str, Resource] = {}
        self.apart: list[tuple[str, str]] = []
        self.within: set[str] = set()
        self._shared: dict[str, Element] = {}
        self.root = parcel.xml(entry)
        if self.root is not None and name_of(self.root) != "manifest":
            parcel.fault("M503", entry, f"its root is <{shown(name_of(self.root), 40)}>", entry)
            self.root = None
        if self.root is not None and not parcel.fits(self.counted(), entry):
            self.root = None
        if self.root is not None:
            self._read(self.root)

    @property
    def version(self) -> str:
        return "" if self.root is None else text_at(self.root, "metadata", "schemaversion")

    def counted(self) -> int:
        """Count what the manifest lists, by the names of its elements alone."""
        return 0 if self.root is None else _counted(self.root)

    def _read(self, root: "Element") -> None:
        if self.version and not VERSIONS.fullmatch(self.version):
            self._parcel.fault("M531", self.entry, f"version {shown(self.version, 40)}", self.entry)
        base = _based("", root)
        for element in children(root, "manifest", "sequencingCollection"):
            self.apart.append((self._named(name_of(element), element), name_of(element)))
        self.within = {_key(one) for one in children(root, "manifest")}
        self._shared = {_key(one): one for below in children(root, "sequencingCollection") for one in below}
        for element in children(root, "resources"):
            for one in children(element, "resource"):
                self._resource(one, _based(base, element))
        for element in children(root, "organizations"):
            found = [self._item(one) for one in children(element, "organization")]
            self.organizations += found
            self._choose(element, found)

    def _choose(self, element: "Element", found: list[Item]) -> None:
        wanted = str(element.get("default") or "")
        named = next((one for one in found if one.key == wanted), None)
        if wanted and named is None:
            told = f"the manifest has no organization {wanted}, which is the default"
            self._parcel.fault("M532", wanted, told, self.entry, line_of(element))
        self.default = self.default or named or next(iter(found), None)

    def _item(self, element: "Element") -> Item:
        rules = [one for one in children(element) if name_of(one) in RULES]
        name = self._named(name_of(element), element)
        return Item(
            name, _key(element), text_at(element, "title"), element, str(element.get("identifierref") or ""),
            str(element.get("parameters") or "").strip(),
            str(element.get("isvisible") or "").strip().lower() in {"false", "0"},
            [Rule(self._named(f"{name_of(one)} of {name}"), self._meant(one)) for one in rules],
            [self._item(one) for one in children(element, "item")],
        )  # fmt: skip

    def _meant(self, rule: "Element") -> "Element":
        """Give a rule itself, or that of all items that it refers to."""
        shared = self._shared.get(str(rule.get("IDRef") or ""))
        return rule if shared is None or len(rule) else shared

    def _resource(self, element: "Element", base: str) -> None:
        name = self._named("resource", element)
        href = str(element.get("href") or "").strip()
        here = _based(base, element)
        remote = any(_REMOTE.match(part) for part in (href, here))
        path, sign, beside = href.partition("?") if "?" in href else href.partition("#")
        needs = [str(one.get("identifierref") or "") for one in children(element, "dependency")]
        entry = self._entry(here + path) if path and not remote else ""
        launch = posixpath.relpath(entry, self._folder or ".") if entry else ""
        resource = Resource(name, _key(element), line_of(element), entry, launch, sign + beside, remote, needs)
        self.resources[resource.key if resource.key not in self.resources else name] = resource

    def _entry(self, path: str) -> str:
        """Give the entry that an address means: as it stands, or with its signs undone."""
        tried = (
            posixpath.normpath(posixpath.join(self._folder, one.replace("\\", "/"))) for one in (path, unquote(path))
        )
        names = [*tried]
        return next((name for name in names if name in self._parcel.entries), names[-1])

    def _named(self, kind: str, element: "Element | None" = None) -> str:
        """Give a name that nothing else has."""
        key = "" if element is None else _key(element)
        name = f"{kind} {shown(key)}" if key else kind if element is None else f"{kind} in line {line_of(element)}"
        return self._names.take(self._names.free(name))


def _key(element: "Element") -> str:
    return str(element.get("identifier") or element.get("ID") or "").strip()


def _based(base: str, element: "Element") -> str:
    own = attribute(element, "base") or ""
    return own if _REMOTE.match(own) else base + own


def _counted(element: "Element") -> int:
    """Count what is listed below an element; what a manifest within holds is not."""
    below = [one for one in element if name_of(one) in _WITHIN.get(name_of(element), ())]
    listed = sum(name_of(one) not in _LISTS for one in below)
    return listed + sum(_counted(one) for one in below if name_of(one) != "manifest")
