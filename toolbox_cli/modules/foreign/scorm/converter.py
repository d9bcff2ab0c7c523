"""Packages as modules: the tree that is meant is one, and each program in it a section that launches it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from toolbox_cli.content.modules.converting import WITHIN, Converted, LossReport, Source, one_line, slug_of, title_of
from toolbox_cli.content.modules.shapes.parts import LONGEST_ADDRESS
from toolbox_cli.core.formats.xml_text import child
from toolbox_cli.modules.foreign.imscc.manifest import manifests
from toolbox_cli.modules.foreign.parcel import Names, Parcel
from toolbox_cli.modules.foreign.scorm.completing import DROPPED, completed_by
from toolbox_cli.modules.foreign.scorm.manifest import Item, Manifest, Resource
from toolbox_cli.modules.foreign.scorm.metadata import seconds_of, told_of
from toolbox_cli.modules.foreign.whole import package_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LOOKED_AT: Final = 64 * 1024
_GROUPS: Final = "groups are not kept; what is in it follows one another"
_NOTHING: Final = "nothing in it was kept"


def detect(source: Source) -> bool:
    """Say whether it is a package of SCORM, by the beginning of its highest manifest."""
    entry = next(iter(manifests(source.archive.entries)), None)
    if entry is None:
        return False
    with source.archive.open(entry) as opened:
        begins = opened.read(_LOOKED_AT).replace(b"\0", b"").lower()
    return b"adlcp" in begins or b"adl scorm" in begins


def convert(source: Source) -> Converted:
    """Make a module of a package."""
    parcel = Parcel(source)
    found = manifests(parcel.entries)
    if not found:
        parcel.fault("M503", source.path.name, "there is no imsmanifest.xml in it")
        return Converted((), LossReport(), tuple(parcel.faults))
    return _Converting(parcel, Manifest(parcel, found[0]), source.path).converted()


class _Converting:
    """One package on its way."""

    def __init__(self, parcel: Parcel, manifest: Manifest, path: Path) -> None:
        self._parcel, self._manifest, self._path = parcel, manifest, path
        self._losses = LossReport()
        self._sections: list[dict[str, Any]] = []
        self._keys = Names("{}-{}")
        self._assets: dict[str, str] = {}
        self._led: dict[str, str] = {}
        self._package = package_of(path)
        self._slug, self._all_hidden = "", False

    def converted(self) -> Converted:
        module = self._module(self._manifest.default) if self._manifest.default else None
        if module is None:
            self._parcel.fault("M503", self._manifest.entry, "nothing in it can be launched", self._manifest.entry)
        for one in self._manifest.organizations:
            if one is not self._manifest.default:
                self._drop(one, "another order of the same content; the one that is the default is kept")
        for resource in self._manifest.resources.values():
            self._resource(resource)
        for name, kind in self._manifest.apart:
            told = "a package within the package" if kind == "manifest" else "rules of sequencing have no equivalent"
            self._losses.dropped(name, kind, told)
        self._files()
        self._losses.counted = self._manifest.counted() + 1
        return Converted((module,) if module else (), self._losses, tuple(self._parcel.faults), self._assets)

    def _module(self, tree: Item) -> Mapping[str, Any] | None:
        root = self._manifest.root
        told = {**told_of(_metadata(root)), **told_of(_metadata(tree.element))}
        title = title_of(tree.title or told.get("title", ""), otherwise=self._path.stem)
        self._slug = slug_of(title)
        leaves = [one for one in tree.walk() if one.leads_to]
        self._all_hidden = all(one.hidden for one in leaves)
        for below in tree.children:
            self._item(below)
        if not self._sections:
            self._losses.dropped(tree.name, "organization", _NOTHING)
            self._rules(tree, None)
            return None
        self._losses.mapped(tree.name, "organization", self._slug)
        self._rules(tree, None)
        return {
            "estimated_minutes": None, **told, "slug": self._slug, "title": title, "module_type": "interactive",
            "sections": self._sections,
        }  # fmt: skip

    def _item(self, item: Item) -> None:
        if item.hidden and not self._all_hidden:
            self._drop(item, "hidden from students")
            return
        first = len(self._sections)
        told = self._section(item) if item.leads_to else None
        for below in item.children:
            self._item(below)
        if told is None and len(self._sections) > first:
            place = self._place(self._sections[first])
            self._losses.merged(item.name, "item", place, _GROUPS)
        elif told is not None and len(self._sections) > first and self._sections[first] is told:
            hidden = "it was hidden, as all items are" if item.hidden else None
            self._losses.mapped(item.name, "item", self._place(told), hidden)
        else:
            self._losses.dropped(item.name, "item", self._lack(item))
        self._rules(item, told)

    def _section(self, item: Item) -> dict[str, Any] | None:
        """Make a section of an item; None where it leads nowhere."""
        resource = self._manifest.resources.get(item.leads_to)
        if resource is None or resource.remote or not resource.entry:
            if resource is None and item.leads_to not in self._manifest.within:
                told = f"the manifest has no resource {item.leads_to}"
                self._parcel.fault("M501", item.name, told, self._manifest.entry, item.line)
            return None
        if resource.entry not in self._parcel.entries:
            told = f"{resource.entry} is not in the package"
            self._parcel.fault("M501", resource.name, told, self._manifest.entry, resource.line)
            return None
        launch = quote(resource.launch) + _with(resource.beside, item.parameters)
        if len(launch) > LONGEST_ADDRESS or one_line(launch) != launch:
            return None
        title = title_of(item.title, otherwise=resource.key or "Untitled")
        key = self._keys.take(self._keys.free(slug_of(item.key or title, otherwise="item")))
        config = {"environment_type": "scorm", "launch": launch, "assets": [self._package]}
        section: dict[str, Any] = {"key": key, "title": title, "type": "interactive", "section_config": config}
        if seconds := seconds_of(_metadata(item.element)):
            section["duration_seconds"] = seconds
        self._sections.append(section)
        self._assets[quote(resource.launch)] = resource.entry
        self._lead(resource, self._place(section))
        return section

    def _lack(self, item: Item) -> str:
        """Say why there is no section."""
        resource = self._manifest.resources.get(item.leads_to)
        if not item.leads_to:
            return _NOTHING if item.children else "a heading, which shows nothing by itself"
        if resource is None:
            within = item.leads_to in self._manifest.within
            return "it leads to a package within the package" if within else "its resource is not in the manifest"
        if resource.remote:
            return "what it launches lies elsewhere"
        if not resource.entry:
            return "its resource names no file to launch"
        return (
            "its address is too long, or is none" if resource.entry in self._parcel.entries else "its file is missing"
        )

    def _lead(self, resource: Resource, place: str) -> None:
        """Note which section a resource belongs to, with all that it needs."""
        ahead = [resource]
        while ahead:
            one = ahead.pop()
            if one.name not in self._led:
                self._led[one.name] = place
                ahead += [self._manifest.resources[key] for key in one.needs if key in self._manifest.resources]

    def _resource(self, resource: Resource) -> None:
        place = self._led.get(resource.name)
        if place:
            self._losses.merged(resource.name, "resource", place, "it stays in the package, which is kept whole")
        else:
            self._losses.dropped(resource.name, "resource", "nothing that was kept leads to it")

    def _rules(self, item: Item, section: dict[str, Any] | None) -> None:
        """Let rules complete a section, or tell what is lost of them."""
        criteria, used = completed_by(item.rules) if section else (None, {})
        if section and criteria:
            section["completion_criteria"] = criteria
        for rule in item.rules:
            if section and rule.name in used:
                self._losses.merged(rule.name, rule.kind, self._place(section), used[rule.name])
            else:
                self._losses.dropped(rule.name, rule.kind, DROPPED[rule.kind.lower()])

    def _drop(self, item: Item, reason: str) -> None:
        """Drop an item or tree with all below it."""
        for below in item.walk():
            kind = "organization" if below in self._manifest.organizations else "item"
            self._losses.dropped(below.name, kind, *((reason,) if below is item else (WITHIN, item.name)))
            self._rules(below, None)

    def _files(self) -> None:
        name, kind = "all files of the package", "files"
        if self._sections:
            self._losses.merged(name, kind, self._slug, "they stay in the package, which is kept whole")
        else:
            self._losses.dropped(name, kind, "nothing launches them")

    def _place(self, section: Mapping[str, Any]) -> str:
        return f"{self._slug}#{section['key']}"


def _metadata(element: "Element | None") -> "Element | None":
    return None if element is None else child(element, "metadata")


def _with(beside: str, parameters: str) -> str:
    """Put an item's parameters behind an address as SCORM says."""
    more = parameters.lstrip("?&")
    if not more:
        return beside
    if more.startswith("#"):
        return beside if "#" in beside else beside + more
    return f"{beside}{'&' if '?' in beside else '?'}{more}"
