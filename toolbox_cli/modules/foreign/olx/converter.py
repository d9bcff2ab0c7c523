"""Courses as modules: each chapter is one, each text, problem and video in it a section."""

from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.content.modules.converting import WITHIN, Converted, LossReport, Source, slug_of, title_of
from toolbox_cli.modules.foreign.olx.components import DROPPED, Dropped, lost_of, section_of
from toolbox_cli.modules.foreign.olx.course import GROUPS, Block, Course, roots
from toolbox_cli.modules.foreign.parcel import Names, Parcel, brief, module_type

_LOOKED_AT: Final = 64 * 1024
_USUAL: Final = frozenset(
    {"blank advanced problem", "blank common problem", "checkboxes", "dropdown", "html", "multiple choice",
     "numerical input", "problem", "raw html", "section", "subsection", "text", "text input", "unit", "video"}
)  # fmt: skip
"""Titles that Studio gives by itself."""

_BESIDE: Final = {
    "about": "a page beside the course",
    "assets": "settings of the other platform",
    "drafts": "a draft that was never published",
    "info": "a page beside the course",
    "policies": "settings of the other platform; titles in it were read",
    "static": "no section names it",
    "tabs": "a page beside the course",
    "wiki": "a page beside the course",
}
"""Folder of a course to why a file in it is no section."""


def detect(source: Source) -> bool:
    """Say whether it is a course, by the beginning of its highest course.xml."""
    entry = next(iter(roots(source.archive.entries)), None)
    if entry is None:
        return False
    with source.archive.open(entry) as opened:
        return b"<course" in opened.read(_LOOKED_AT).replace(b"\0", b"")


def convert(source: Source) -> Converted:
    """Make modules of a course."""
    parcel = Parcel(source)
    found = roots(parcel.entries)
    if not found:
        parcel.fault("M503", source.path.name, "there is no course.xml in it")
        return Converted((), LossReport(), tuple(parcel.faults))
    same = [name for name in found[1:] if name.count("/") == found[0].count("/")]
    for name in same:
        parcel.fault("M511", name, f"is another course beside {found[0]}, which is read", name)
    return _Converting(parcel, Course(parcel, found[0])).converted()


class _Converting:
    """One course on its way."""

    def __init__(self, parcel: Parcel, course: Course) -> None:
        self._parcel, self._course = parcel, course
        self._modules: list[Mapping[str, Any]] = []
        self._losses = LossReport()
        self._slugs, self._keys = Names("{}-{}"), Names("{}-{}")
        self._places: set[str] = set()

    def converted(self) -> Converted:
        root = self._course.root
        blocks = [*root.walk()] if root else []
        if root:
            self._course_block(root)
        if not self._modules:
            self._parcel.fault("M503", root.name if root else "course.xml", "nothing in it can be kept")
        others = [name for name in self._parcel.entries if name not in self._course.backing and not _hidden(name)]
        for name in others:
            self._file(name)
        self._losses.counted = len(blocks) + len(others)
        return Converted(
            tuple(self._modules), self._losses, tuple(self._parcel.faults), self._parcel.assets(self._places)
        )

    def _course_block(self, root: Block) -> None:
        for below in root.children:
            if self._hidden(below):
                self._drop(below, "staff alone sees it")
            elif below.kind == "chapter":
                self._chapter(below)
            else:
                self._drop(below, DROPPED.get(below.kind, "stands outside of every chapter"))
        if self._modules:
            self._losses.merged(
                root.name, root.kind, self._modules[0]["slug"], "each of its chapters is a module of its own"
            )
        else:
            self._losses.dropped(root.name, root.kind, root.lacks or "nothing in it was kept")

    def _chapter(self, chapter: Block) -> None:
        title = title_of(chapter.title or chapter.key, otherwise="Untitled")
        slug = self._slugs.free(slug_of(f"{self._course.code} {brief(chapter.key) or title}"))
        self._keys = Names("{}-{}")
        sections: list[Mapping[str, Any]] = []
        for below in chapter.children:
            self._block(below, slug, sections, "")
        if sections:
            self._slugs.take(slug)
            self._losses.mapped(chapter.name, chapter.kind, slug)
            self._modules.append(self._module(slug, title, sections))
        else:
            self._losses.dropped(chapter.name, chapter.kind, chapter.lacks or "nothing in it was kept")

    def _module(self, slug: str, title: str, sections: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        root = self._course.root
        name = title_of(root.title, otherwise=self._course.code) if root else ""
        told = {"description": f"A chapter of the course {name}."} if name else {}
        return {
            "slug": slug, "title": title, **told, "estimated_minutes": None, "module_type": module_type(sections),
            "sections": sections,
        }  # fmt: skip

    def _block(self, block: Block, slug: str, sections: list[Mapping[str, Any]], above: str) -> None:
        """Convert a block with all below it; `above` is the nearest title."""
        if block.kind not in GROUPS:
            self._component(block, slug, sections, above)
            return
        if self._hidden(block):
            self._drop(block, "staff alone sees it")
            return
        first = len(sections)
        for below in block.children:
            self._block(below, slug, sections, _own(block) or above)
        if len(sections) > first:
            into = f"{slug}#{sections[first]['key']}"
            self._losses.merged(block.name, block.kind, into, "groups are not kept; what is in it follows one another")
        else:
            self._losses.dropped(block.name, block.kind, block.lacks or "nothing in it was kept")

    def _component(self, block: Block, slug: str, sections: list[Mapping[str, Any]], above: str) -> None:
        key = self._keys.free(slug_of(block.key or _own(block) or above, otherwise="section"))
        place = f"{slug}#{key}"
        try:
            fields = section_of(block, place, self._parcel, self._course.base, self._course.backing)
        except Dropped as reason:
            self._drop(block, str(reason))
            return
        self._keys.take(key)
        self._places.add(place)
        title = _own(block) or above
        sections.append({"key": key, **({"title": title_of(title)} if title else {}), **fields})
        self._losses.mapped(block.name, block.kind, place, lost_of(block))

    def _drop(self, block: Block, reason: str) -> None:
        self._losses.dropped(block.name, block.kind, reason)
        for below in block.walk():
            if below is not block:
                self._losses.dropped(below.name, below.kind, WITHIN, block.name)

    def _hidden(self, block: Block) -> bool:
        return block.get("visible_to_staff_only").lower() == "true"

    def _file(self, name: str) -> None:
        place = self._parcel.shown_in(name, self._places)
        if place:
            self._losses.merged(name, "file", place, "the section shows it or links to it")
            return
        inside = name.removeprefix(self._course.base)
        within = "/" in inside and name.startswith(self._course.base)
        reason = _BESIDE.get(inside.partition("/")[0]) if within else None
        self._losses.dropped(name, "file", reason or "nothing in the course leads to it")


def _own(block: Block) -> str:
    """Give the title that an author gave."""
    return "" if block.title.strip().casefold() in _USUAL else block.title.strip()


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))
