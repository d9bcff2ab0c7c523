"""Activities as modules: what known libraries show and ask becomes sections; others are kept whole, or dropped."""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.html.words import markdown_of, words_of
from toolbox_cli.content.modules.converting import WITHIN, Converted, LossReport, Source, slug_of, title_of
from toolbox_cli.modules.foreign.h5p.asking import ASKING, picture_of, tasks_of
from toolbox_cli.modules.foreign.h5p.content import CONTENT, MANIFEST, Activity, Content, counted, text
from toolbox_cli.modules.foreign.h5p.showing import SHOWING, TEXTS, Dropped, Work, fields_of, percent
from toolbox_cli.modules.foreign.parcel import Names, Parcel, module_type
from toolbox_cli.modules.foreign.questions import Task, UnusableError, quiz
from toolbox_cli.modules.foreign.whole import package_of

GROUPS: Final = frozenset(
    {"H5P.Column", "H5P.CoursePresentation", "H5P.InteractiveBook", "H5P.Row", "H5P.RowColumn", "H5P.Page"}
)
"""Libraries that arrange others."""
SETS: Final = frozenset({"H5P.QuestionSet"})
"""Libraries that ask what others ask, one after the other."""

_KEY: Final = re.compile(r"[0-9a-f]+(-[0-9a-f]+)*")
_MOST_SIGNS: Final = 2 * 1024 * 1024
"""Of all questions: gaps are asked for one by one, each with the words around it."""
_KEPT: Final = "it stays in the package, which is kept whole"


def detect(source: Source) -> bool:
    """Say whether it is a package of H5P, by the names of its files."""
    entry = _manifest(source)
    return entry is not None and posixpath.join(posixpath.dirname(entry), CONTENT) in source.archive.entries


def convert(source: Source) -> Converted:
    """Make a module of an activity."""
    parcel = Parcel(source)
    entry = _manifest(source)
    if entry is None:
        parcel.fault("M503", source.path.name, "there is no h5p.json in it")
        return Converted((), LossReport(), tuple(parcel.faults))
    return _Converting(parcel, Activity(parcel, entry), source.path).converted()


def _manifest(source: Source) -> str | None:
    found = [name for name in source.archive.entries if posixpath.basename(name) == MANIFEST]
    return min(found, key=lambda name: (name.count("/"), name), default=None)


class _Converting:
    """One activity on its way."""

    def __init__(self, parcel: Parcel, activity: Activity, path: Path) -> None:
        self._parcel, self._activity, self._path = parcel, activity, path
        self._title = title_of(words_of(text(activity.told, "title")) or path.stem)
        self._slug = slug_of(self._title)
        self._losses = LossReport()
        self._sections: list[dict[str, Any]] = []
        self._keys = Names("{}-{}")
        self._told: set[str] = set()
        self._whole, self._signs_left = False, _MOST_SIGNS

    def converted(self) -> Converted:
        content = self._activity.content
        if content:
            before = len(self._parcel.faults)
            self._add(content, "")
            if not self._sections:
                del self._parcel.faults[before:]
                self._keep(content)
            for below in content.walk():
                self._drop(below, "what stands around it has no place for it")
            self._losses.counted = counted(content.params)
        else:
            self._parcel.fault("M503", self._activity.manifest, "nothing in it can be read", self._activity.manifest)
        places = {self._place(one) for one in self._sections}
        for name, kind in self._others():
            self._file(name, kind, places)
        modules = (self._module(),) if self._sections else ()
        return Converted(modules, self._losses, tuple(self._parcel.faults), self._parcel.assets(places))

    def _module(self) -> Mapping[str, Any]:
        description = words_of(text(self._activity.told, "metaDescription"))
        return {
            "slug": self._slug, "title": self._title, **({"description": description} if description else {}),
            "estimated_minutes": None, "module_type": module_type([*self._sections]), "sections": self._sections,
        }  # fmt: skip

    def _add(self, content: Content, above: str) -> None:
        """Convert a content with all within it; `above` is the nearest title."""
        title = content.title or above
        if content.library in GROUPS:
            self._group(content, title)
        elif content.library in SETS:
            self._set(content, title)
        elif content.library in ASKING:
            self._ask(content, title)
        elif content.library in SHOWING:
            self._show(content, title)
        else:
            self._drop(content, f"{content.library} has no equivalent")

    def _group(self, content: Content, title: str) -> None:
        first = len(self._sections)
        for below in content.children:
            self._add(below, "" if content.name == CONTENT else title)
        if len(self._sections) > first:
            into = self._place(self._sections[first])
            self._merge(content, into, "groups are not kept; what is in it follows one another")
        else:
            self._drop(content, "nothing in it was kept")

    def _set(self, content: Content, title: str) -> None:
        """Make one section of all questions in a set."""
        section, work = self._begun(content, title)
        tasks: list[Task] = []
        asked: list[Content] = []
        for below in content.children:
            try:
                tasks += self._tasks(below, work)
                asked.append(below)
            except UnusableError as error:
                self._drop(below, str(error))
        if not tasks:
            self._drop(content, "nothing in it was kept")
            return
        section |= {"type": "interactive", "section_config": quiz(tasks)}
        if introduction := markdown_of(work.clean(text(content.params, "introPage", "introduction"))):
            section["content"] = introduction
        if passing := percent(content.params, "passPercentage"):
            section["completion_criteria"] = {"type": "score", "value": passing}
        self._end(content, section)
        for below in asked:
            self._map(below, work.place)

    def _tasks(self, content: Content, work: Work) -> list[Task]:
        """Make questions of a content, if there is room for them.

        Raises:
            UnusableError: there is none, or they can't be asked here.
        """
        if content.library not in ASKING:
            raise UnusableError(f"{content.library} has no equivalent")
        if self._signs_left < 0:
            raise UnusableError("those before it ask more than anybody answers")
        made = tasks_of(content, work.clean)
        self._signs_left -= len(json.dumps(made))
        return made

    def _ask(self, content: Content, title: str) -> None:
        section, work = self._begun(content, title)
        try:
            tasks = self._tasks(content, work)
        except UnusableError as error:
            self._drop(content, str(error))
            return
        picture = picture_of(content)
        address = work.file(picture) if picture else None
        media = {"media_url": address} if address else {}
        self._end(content, {**section, **media, "type": "interactive", "section_config": quiz(tasks)})

    def _show(self, content: Content, title: str) -> None:
        section, work = self._begun(content, title)
        try:
            section |= fields_of(content, work)
        except Dropped as reason:
            if content.library != "H5P.InteractiveVideo":
                self._drop(content, str(reason))
                return
            self._group(content, title)
            return
        timed = content.library == "H5P.InteractiveVideo" and content.children
        self._end(content, section, "without the times at which it asks and tells something" if timed else None)
        for below in content.children if content.library == "H5P.InteractiveVideo" else ():
            self._add(below, content.title)
        for below in content.children if content.library == "H5P.Accordion" else ():
            if below.library in TEXTS:
                self._merge(below, work.place, "it is a part of the text around it")

    def _keep(self, content: Content) -> None:
        """Keep the package as it is, where nothing of it can be read."""
        self._losses.objects.clear()
        self._told.clear()
        self._whole = True
        section, _ = self._begun(content, content.title)
        config = {"environment_type": "h5p", "assets": [package_of(self._path)]}
        self._end(content, {**section, "type": "interactive", "section_config": config})
        for below in [*content.walk()][1:]:
            self._merge(below, self._place(self._sections[0]), _KEPT)

    def _begun(self, content: Content, title: str) -> tuple[dict[str, Any], Work]:
        """Begin a section, whose key and title are free to use if it is ended."""
        key = content.key if _KEY.fullmatch(content.key) and len(content.key) <= 40 else ""
        named = words_of(title) or (self._title if content.name == CONTENT else "")
        key = self._keys.free(slug_of(key or named or content.library.rpartition(".")[2], otherwise="section"))
        section = {"key": key, **({"title": title_of(named)} if named else {})}
        return section, Work(self._parcel, self._activity.entry, content.name, self._place(section))

    def _end(self, content: Content, section: dict[str, Any], lost: str | None = None) -> None:
        self._keys.take(section["key"])
        self._sections.append(section)
        self._map(content, self._place(section), lost)

    def _map(self, content: Content, into: str, lost: str | None = None) -> None:
        self._told.add(content.name)
        self._losses.mapped(content.name, content.library, into, lost)
        if content.library in ASKING and not self._whole:
            for below in content.children:
                self._beside(below, into)

    def _beside(self, content: Content, into: str) -> None:
        """Tell of the picture beside a question."""
        entry = self._parcel.beside(self._activity.entry)(text(content.params, "file", "path"))
        if content.library == "H5P.Image" and entry and self._parcel.shown_in(entry, {into}):
            self._merge(content, into, "it stands beside the question")
        else:
            self._drop(content, "it stood beside a question, and can't be shown there")

    def _merge(self, content: Content, into: str, reason: str) -> None:
        self._told.add(content.name)
        self._losses.merged(content.name, content.library, into, reason)

    def _drop(self, content: Content, reason: str) -> None:
        """Drop a content with all within it that nothing has been told of."""
        for below in content.walk():
            if below.name not in self._told:
                self._told.add(below.name)
                told = (reason,) if below is content else (WITHIN, content.name)
                self._losses.dropped(below.name, below.library, *told)

    def _others(self) -> Iterator[tuple[str, str]]:
        """Give files beside the contents, and folders of programs as one each."""
        base, folders = self._activity.base, set()
        for name in self._parcel.entries:
            inside = name.removeprefix(base)
            if name in {self._activity.manifest, self._activity.entry}:
                continue
            if inside.startswith("content/") or "/" not in inside:
                yield name, "file"
            elif (folder := base + inside.partition("/")[0] + "/") not in folders:
                folders.add(folder)
                yield folder, "library"

    def _file(self, name: str, kind: str, places: set[str]) -> None:
        self._losses.counted += 1
        place = self._parcel.shown_in(name, places)
        if self._whole:
            self._losses.merged(name, kind, self._slug, _KEPT)
        elif place:
            self._losses.merged(name, kind, place, "the section shows it")
        else:
            program = "a program; what it showed was read, and runs no more"
            self._losses.dropped(name, kind, program if kind == "library" else "no section shows it")

    def _place(self, section: Mapping[str, Any]) -> str:
        return f"{self._slug}#{section['key']}"
