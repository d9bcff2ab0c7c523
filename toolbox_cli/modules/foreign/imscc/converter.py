"""Cartridges as modules: each folder at the top of the tree is one, each item in it that shows something a section."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from toolbox_cli.content.modules.converting import WITHIN, Converted, LossReport, Source, slug_of, title_of
from toolbox_cli.modules.foreign.imscc.canvas import SETTINGS, read_canvas
from toolbox_cli.modules.foreign.imscc.manifest import Item, Manifest, Resource, manifests
from toolbox_cli.modules.foreign.imscc.resources import Dropped, Made, Resources
from toolbox_cli.modules.foreign.parcel import Names, Parcel, brief, module_type

_LOOKED_AT: Final = 64 * 1024
_SHOWN: Final = frozenset({"assignment", "discussion", "quiz", "webcontent", "weblink"})
_SHOWS: Final = "its item shows it"
_HIDDEN: Final = "it is not published there"
_UNASKED: Final = "it has no question that can be asked here"
_APART: Final = {
    "manifest": "a package within the package",
    "organization": "another order of the same content; the first one is kept",
}


def detect(source: Source) -> bool:
    """Say whether it is a cartridge, by the beginning of its highest manifest."""
    entry = next(iter(manifests(source.archive.entries)), None)
    if entry is None:
        return False
    with source.archive.open(entry) as opened:
        begins = opened.read(_LOOKED_AT).replace(b"\0", b"").lower()
    return b"imscc" in begins or b"common cartridge" in begins


def convert(source: Source) -> Converted:
    """Make modules of a cartridge."""
    parcel = Parcel(source)
    found = manifests(parcel.entries)
    if not found:
        parcel.fault("M503", source.path.name, "there is no imsmanifest.xml in it")
        return Converted((), LossReport(), tuple(parcel.faults))
    return _Converting(parcel, Manifest(parcel, found[0]), source.path.stem).converted()


class _Converting:
    """One cartridge on its way."""

    def __init__(self, parcel: Parcel, manifest: Manifest, name: str) -> None:
        self._parcel, self._manifest = parcel, manifest
        self._title = title_of(manifest.title, otherwise=name)
        self._canvas = read_canvas(parcel, manifest.base)
        self._resources = Resources(parcel, manifest)
        self._modules: list[dict[str, Any]] = []
        self._slugs = Names("{}-{}")
        self._folders: list[tuple[Item, dict[str, Any]]] = []
        self._losses = LossReport()
        self._asked: dict[str, int] = {}
        self._places: set[str] = set()
        self._shown: dict[str, tuple[str, str]] = {}
        self._failed: dict[str, tuple[str, str | None]] = {}
        """Resource to why it is not shown, and the item that this is about."""
        self._lost: dict[str, str | None] = {}

    def converted(self) -> Converted:
        items = [one for top in self._manifest.items for one in top.walk()]
        if items:
            self._tree()
        else:
            self._without_tree()
        if not self._modules:
            self._parcel.fault("M503", self._manifest.entry, "nothing in it can be kept", self._manifest.entry)
        self._before()
        for resource in self._manifest.resources.values():
            self._resource(resource)
        others = [name for name in self._parcel.entries if name not in self._manifest.files and not _hidden(name)]
        for name in others:
            self._losses.dropped(name, "file", "the manifest does not name it")
        for name, kind in self._manifest.apart:
            self._losses.dropped(name, kind, _APART[kind])
        counted = (items, self._manifest.resources, self._manifest.apart, others)
        self._losses.counted = sum(map(len, counted)) + sum(self._asked.values())
        assets = self._parcel.assets(self._places)
        return Converted(tuple(self._modules), self._losses, tuple(self._parcel.faults), assets)

    def _tree(self) -> None:
        """Make a module of each folder at the top, and one of what lies beside the folders."""
        tops, root = self._manifest.items, None
        if len(tops) == 1 and tops[0].children and not tops[0].leads_to:
            root, tops = tops[0], tops[0].children
        folders = [one for one in tops if one.children]
        loose = [one for one in tops if not one.children]
        if not folders and root:
            self._module(root.title or self._title, loose, root)
            return
        if loose:
            self._module(self._title, loose, None)
        for folder in folders:
            self._module(folder.title, folder.children, folder)
        if root and self._modules:
            self._losses.merged(root.name, "item", self._modules[0]["slug"], "the root of the tree")
        elif root:
            self._losses.dropped(root.name, "item", "nothing in it was kept")

    def _without_tree(self) -> None:
        """Make one module of a cartridge that has resources alone."""
        items = [
            Item(one.name, one.key, "", one.key, one.line)
            for one in self._manifest.resources.values() if one.kind in _SHOWN and not self._is_part(one)
        ]  # fmt: skip
        self._module(self._title, items, None, in_tree=False)

    def _is_part(self, resource: Resource) -> bool:
        """Say whether a resource is none to see by itself: a file that pages show, or what another one needs."""
        needed = any(resource.key in one.needs for one in self._manifest.resources.values())
        page = resource.entry.rpartition(".")[2].lower() in {"htm", "html", "xhtml", "pdf"}
        return needed or (resource.kind == "webcontent" and not page)

    def _module(self, title: str, items: Sequence[Item], folder: Item | None, *, in_tree: bool = True) -> None:
        """Make a module of some items, and of the folder that they lie in."""
        name = title_of(title, otherwise=self._title)
        told = brief(folder.lasting) if folder and folder.title not in {"", self._title} else ""
        slug = self._slugs.free(slug_of(f"{self._title} {told}"))
        if folder and folder.key in self._canvas.hidden:
            self._drop(folder, _HIDDEN)
            return
        module = _Module(slug, [])
        for item in [folder, *items] if folder and folder.leads_to else items:
            self._item(item, module, in_tree=in_tree, alone=item is folder)
        if module.sections:
            self._slugs.take(slug)
            about = {} if name == self._title else {"description": f"A part of {self._title}."}
            made = {
                "slug": slug, "title": name, **about, "estimated_minutes": None, "prerequisites": [],
                "module_type": module_type(module.sections), "sections": module.sections,
            }  # fmt: skip
            self._modules.append(made)
            if folder and not folder.leads_to:
                self._folders.append((folder, made))
        elif folder and not folder.leads_to:
            self._losses.dropped(folder.name, "item", "nothing in it was kept")

    def _item(self, item: Item, module: "_Module", *, in_tree: bool, alone: bool = False) -> None:
        if item.key in self._canvas.hidden:
            self._drop(item, _HIDDEN)
            return
        first = len(module.sections)
        told = self._section(item, module) if item.leads_to else None
        for below in () if alone else item.children:
            self._item(below, module, in_tree=in_tree)
        if not in_tree:
            return
        if isinstance(told, tuple):
            self._losses.mapped(item.name, "item", *told)
        elif item.children and not alone and len(module.sections) > first:
            into = f"{module.slug}#{module.sections[first]['key']}"
            self._losses.merged(item.name, "item", into, "groups are not kept; what is in it follows one another")
        else:
            heading = "nothing in it was kept" if item.children else "a heading, which shows nothing by itself"
            self._losses.dropped(item.name, "item", told or heading)

    def _section(self, item: Item, module: "_Module") -> "tuple[str, str | None] | str":
        """Make a section; gives its place and what it lost, or why there is none."""
        resource = self._manifest.resources.get(item.leads_to)
        if resource is None:
            found = f"the manifest has no resource {item.leads_to}"
            self._parcel.fault("M501", item.name, found, self._manifest.entry, item.line)
            return "its resource is not in the manifest"
        key = module.keys.free(slug_of(item.lasting, otherwise="section"))
        place, title = f"{module.slug}#{key}", title_of(item.title, otherwise=_title(resource))
        try:
            made = self._resources.section(resource, title, place)
        except Dropped as reason:
            self._failed.setdefault(resource.name, (str(reason), None))
            return str(reason)
        self._tell_questions(resource, made, place)
        if made.fields:
            module.keys.take(key)
            self._places.add(place)
            self._shown.setdefault(resource.name, (place, _SHOWS))
            self._lost.setdefault(resource.name, made.lost)
            seen = {"completion_criteria": {"type": "view", "value": 100}} if item.key in self._canvas.seen else {}
            title = title_of(item.title or made.title, otherwise=title)
            module.sections.append({"key": key, "title": title, **made.fields, **seen})
            lost = [made.lost, "without what completes it there" if item.key in self._canvas.done else None]
            return place, "; ".join(filter(None, lost)) or None
        self._failed.setdefault(resource.name, (_UNASKED, None))
        return _UNASKED

    def _tell_questions(self, resource: Resource, made: Made, place: str) -> None:
        """Tell of the questions of a quiz, once however many items show it."""
        if resource.name in self._asked:
            return
        self._asked[resource.name] = len(made.questions)
        for number, one in enumerate(made.questions, 1):
            name = f"{resource.name}, question {number}: {one.name}"
            if one.task:
                self._losses.mapped(name, "question", place, one.reason)
            else:
                self._losses.dropped(name, "question", str(one.reason))
        for entry in made.read_with:
            other = next((one for one in self._manifest.resources.values() if entry in one.files), None)
            if other and made.fields:
                self._shown.setdefault(other.name, (place, "read with its quiz"))

    def _resource(self, resource: Resource) -> None:
        """Tell what became of a resource."""
        shown = self._shown.get(resource.name)
        used = next(filter(None, (self._parcel.shown_in(file, self._places) for file in resource.files)), None)
        settings = resource.entry.removeprefix(self._manifest.base).startswith(SETTINGS)
        if shown and not self._manifest.items and shown[1] == _SHOWS:
            self._losses.mapped(resource.name, resource.kind, shown[0], self._lost.get(resource.name))
        elif shown:
            self._losses.merged(resource.name, resource.kind, *shown)
        elif used:
            self._losses.merged(resource.name, resource.kind, used, "the section shows it or links to it")
        elif settings:
            reason = "settings of the other platform; the order of its modules was read"
            self._losses.dropped(resource.name, resource.kind, reason)
        else:
            told = self._failed.get(resource.name, ("nothing in the tree leads to it", None))
            self._losses.dropped(resource.name, resource.kind, *told)

    def _drop(self, item: Item, reason: str) -> None:
        for one in item.walk():
            self._losses.dropped(one.name, "item", *((reason,) if one is item else (WITHIN, item.name)))
            if resource := self._manifest.resources.get(one.leads_to):
                self._failed.setdefault(resource.name, ("the item that shows it was dropped", one.name))

    def _before(self) -> None:
        """Say which modules come first, as Canvas has it."""
        slugs = {folder.key: made["slug"] for folder, made in self._folders if folder.key}
        for folder, made in self._folders:
            needed = [one for one in self._canvas.needs.get(folder.key, ()) if one != folder.key]
            made["prerequisites"] = list(dict.fromkeys(slugs[one] for one in needed if one in slugs))
            lost = "without prerequisites that were dropped" if {*needed} - {*slugs} else None
            self._losses.mapped(folder.name, "item", made["slug"], lost)


class _Module:
    """A module that is being made."""

    def __init__(self, slug: str, sections: list[Mapping[str, Any]]) -> None:
        self.slug, self.sections = slug, sections
        self.keys = Names("{}-{}")


def _title(resource: Resource) -> str:
    """Name a resource that has no title, by its file."""
    name = resource.entry.rpartition("/")[2].rpartition(".")[0] or resource.key
    return name.replace("-", " ").replace("_", " ").strip().capitalize() or "Untitled"


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))
