"""Resources that students see, as sections."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from toolbox_cli.content.html.addresses import host_of
from toolbox_cli.content.html.rules import VIDEO_HOSTS
from toolbox_cli.content.modules.converting import one_line
from toolbox_cli.content.modules.shapes.parts import LONGEST_ADDRESS
from toolbox_cli.core.formats.xml_text import child, line_of, text_at
from toolbox_cli.modules.foreign.imscc.canvas import SETTINGS
from toolbox_cli.modules.foreign.imscc.manifest import Manifest, Resource
from toolbox_cli.modules.foreign.imscc.quizzes import Asked, Clean, asked, drawn_of, html_of, items_of
from toolbox_cli.modules.foreign.parcel import Parcel, Way
from toolbox_cli.modules.foreign.questions import quiz

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

PAGES: Final = frozenset({"htm", "html", "xhtml"})
_IMAGES: Final = frozenset({"avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"})
_VIDEOS: Final = frozenset({"m4v", "mov", "mp4", "ogv", "webm"})
_BASE: Final = re.compile(r"\$IMS[-_]CC[-_]FILEBASE\$/?")
_TITLE: Final = re.compile(r"<title>([^<]{1,1000})", re.IGNORECASE)
_UNPUBLISHED: Final = re.compile(r'<meta\s+name="workflow_state"\s+content="(unpublished|deleted)"', re.IGNORECASE)
"""What Canvas says in the head of a page that students don't see."""
_HANDED_IN: Final = "its text alone: nothing is handed in"
_WEB: Final = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)

UNSHOWN: Final = {
    "lti": "a tool of another provider, with keys of its own",
    "bank": "a bank of questions, which no student sees by itself",
}
"""Kind of a resource to why it can't be kept."""


class Dropped(Exception):  # noqa: N818  it says what became of a resource, and is no error
    """Nothing can be made of the resource; its text says why."""


@dataclass
class Made:
    """What a resource became.

    Attributes:
        fields: of the section but key and title.
        lost: what the section does not say.
        title: as the resource has it.
        questions: of a quiz, those that were dropped too.
        read_with: entries that were read beside its own.
    """

    fields: dict[str, Any]
    lost: str | None = None
    title: str = ""
    questions: list[Asked] = field(default_factory=list)
    read_with: list[str] = field(default_factory=list)


class Resources:
    """Makes sections of resources."""

    def __init__(self, parcel: Parcel, manifest: Manifest) -> None:
        self._parcel, self._manifest = parcel, manifest

    def section(self, resource: Resource, title: str, place: str) -> Made:
        """Make a section.

        Args:
            resource: that it shows.
            title: of the section.
            place: of the section, for faults.

        Raises:
            Dropped: none can be made.
        """
        if reason := UNSHOWN.get(resource.kind):
            raise Dropped(reason)
        make = _MAKERS.get(resource.kind)
        if make is None:
            raise Dropped(f"resources of type {resource.type or 'none'} are not known")
        if resource.entry not in self._parcel.entries:
            self._parcel.fault("M501", resource.name, f"{resource.entry or 'its file'} is not in the package",
                               self._manifest.entry, resource.line)  # fmt: skip
            raise Dropped("its file is not in the package")
        return make(self, resource, title, place)

    def quiz_entry(self, resource: Resource) -> str:
        """Give the file that a quiz is read from: Canvas has one beside it that leaves no question out."""
        beside = [self._manifest.resources[key] for key in resource.needs if key in self._manifest.resources]
        files = [file for one in (resource, *beside) for file in one.files]
        return next((file for file in files if file.endswith(".xml.qti") and file in self._parcel.entries),
                    resource.entry)  # fmt: skip

    def _quiz(self, resource: Resource, title: str, place: str) -> Made:
        entry = self.quiz_entry(resource)
        root = self._xml(entry)
        clean = self._cleaner(place, entry)
        items = (item for item in items_of(root) if self._parcel.room())
        questions = [asked(item, number, clean) for number, item in enumerate(items, 1)]
        questions += [one for one in drawn_of(root) if self._parcel.room()]
        tasks = [one.task for one in questions if one.task]
        fields = {"type": "interactive", "section_config": quiz(tasks)}
        return Made(fields if tasks else {}, None, _titled(root), questions, [entry] if entry != resource.entry else [])

    def _weblink(self, resource: Resource, title: str, place: str) -> Made:
        root = self._xml(resource.entry)
        url = child(root, "url")
        address = str(url.get("href") or "").strip() if url is not None else ""
        if not _WEB.fullmatch(address) or not host_of(address):
            raise Dropped("its address is none of the web")
        if host_of(address) in VIDEO_HOSTS and len(address) <= LONGEST_ADDRESS and one_line(address) == address:
            return Made({"type": "video", "media_url": address}, title=text_at(root, "title"))
        said = text_at(root, "title")
        return Made(_linked(said or title, address), title=said)

    def _discussion(self, resource: Resource, title: str, place: str) -> Made:
        return self._said(resource, place, "its text alone: nobody discusses in a module")

    def _assignment(self, resource: Resource, title: str, place: str) -> Made:
        return self._said(resource, place, _HANDED_IN)

    def _said(self, resource: Resource, place: str, lost: str) -> Made:
        root = self._xml(resource.entry)
        element = child(root, "text")
        clean = self._cleaner(place, resource.entry)
        html = clean(html_of(element), line_of(element)) if element is not None else ""
        return Made(_text(html), lost, text_at(root, "title"))

    def _file(self, resource: Resource, title: str, place: str) -> Made:
        entry = resource.entry
        if entry.removeprefix(self._manifest.base).startswith(SETTINGS):
            raise Dropped("settings of the other platform")
        kind = entry.rpartition(".")[2].lower()
        if kind in PAGES:
            text = self._parcel.text(entry)
            if text is None:
                raise Dropped("its file can't be read")
            if _UNPUBLISHED.search(text):
                raise Dropped("it is not published there")
            handed_in = any(file.endswith("/assignment_settings.xml") for file in resource.files)
            found = _TITLE.search(text)
            said = one_line(unescape(found[1])) if found else ""
            return Made(_text(self._cleaner(place, entry)(text, 1)), _HANDED_IN if handed_in else None, said)
        address = self._parcel.asset(entry, place, lambda name: name)
        if address is None:
            raise Dropped("a file that runs something, or is none that a browser shows")
        if kind in _IMAGES:
            told = {"section_config": {"alternative_text": title}}
            return Made({"type": "image", "media_url": address, **told})
        if kind in _VIDEOS:
            return Made({"type": "video", "media_url": address})
        return Made(_linked(title, address))

    def _xml(self, entry: str) -> "Element":
        root = self._parcel.xml(entry)
        if root is None:
            raise Dropped("its file can't be read")
        return root

    def _cleaner(self, place: str, entry: str) -> Clean:
        way = self._way(entry)
        return lambda text, line: self._parcel.html(text, place, way, entry=entry, line=line)

    def _way(self, entry: str) -> Way:
        """Give the way from a file's addresses: relative to it, or to where the cartridge keeps its files."""
        base, folder = self._manifest.base, posixpath.dirname(entry)

        def way(address: str) -> str | None:
            name = _BASE.sub("", address, count=1)
            folders = (f"{base}web_resources", base, folder) if name != address else (folder,)
            found = (posixpath.normpath(posixpath.join(one, name)) for one in folders)
            return None if name.startswith("/") else next((one for one in found if one in self._parcel.entries), None)

        return way


def _titled(quiz: "Element") -> str:
    """Give a quiz's title."""
    found = child(quiz, "assessment")
    return str(found.get("title") or "") if found is not None else ""


def _text(html: str) -> dict[str, Any]:
    if not html:
        raise Dropped("it shows nothing, or nothing that may stay")
    return {"type": "text", "content": html, "section_config": {"format": "html"}}


def _linked(title: str, address: str) -> dict[str, Any]:
    words = re.sub(r"([\\`*_\[\]<>])", r"\\\1", title)
    return {"type": "text", "content": f"[{words}](<{address}>)"}


_MAKERS: Final[Mapping[str, Callable[[Resources, Resource, str, str], Made]]] = {
    "assignment": Resources._assignment,
    "discussion": Resources._discussion,
    "quiz": Resources._quiz,
    "webcontent": Resources._file,
    "weblink": Resources._weblink,
}
