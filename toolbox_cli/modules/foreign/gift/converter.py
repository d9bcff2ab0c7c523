"""Questions in GIFT as a module: each category is a section of type interactive, each description one of type text."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.content.faults.registry import finding
from toolbox_cli.content.modules.converting import Converted, LossReport, Source, slug_of, title_of
from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.archives.single import Single
from toolbox_cli.modules.foreign.gift.blocks import Block, GiftError, blocks, counted
from toolbox_cli.modules.foreign.gift.parsing import Kind, Question, parsed
from toolbox_cli.modules.foreign.gift.tasks import html_of, task_of
from toolbox_cli.modules.foreign.parcel import Names, Parcel, module_type
from toolbox_cli.modules.foreign.questions import Task, UnusableError, quiz

_LOOKED_AT: Final = 64 * 1024
_ANSWERS: Final = re.compile(
    rb"^\s*(?:::[^\n]*::|\$CATEGORY:)|\{\s*(?:[=~#]|T\s*\}|F\s*\}|TRUE\b|FALSE\b)", re.MULTILINE
)
_LONGEST: Final = 2000
"""Signs of a file's name; two of them must not become one."""
_TEXTS: Final = (".gift", ".txt")


def detect(source: Source) -> bool:
    """Say whether all of it is GIFT: by the name, or by how the beginning of a text looks."""
    names = [*source.archive.entries]
    if not names or any(not name.lower().endswith(_TEXTS) for name in names):
        return False
    return all(name.lower().endswith(".gift") or _looks(source, name) for name in names)


def convert(source: Source) -> Converted:
    """Make a module of each text."""
    parcel = Parcel(source)
    losses = LossReport()
    modules: list[Mapping[str, Any]] = []
    slugs = Names("{}-{}")
    for name in parcel.entries:
        if not name.lower().endswith(_TEXTS) and len(parcel.entries) > 1:
            losses.counted += 1
            losses.dropped(name, "file", "it is no GIFT by its name")
            continue
        text = (parcel.text(name) or "").replace("\0", "\ufffd")
        if not parcel.fits(counted(text), name):
            continue
        made = _Converting(parcel, losses, name, slugs, single=isinstance(source.archive, Single)).module(text)
        if made:
            modules.append(made)
    if not modules:
        parcel.fault("M503", source.path.name, "no question in it can be kept")
    return Converted(tuple(modules), losses, tuple(parcel.faults))


def _looks(source: Source, name: str) -> bool:
    with source.archive.open(name) as opened:
        return bool(_ANSWERS.search(opened.read(_LOOKED_AT)))


class _Converting:
    """One text on its way."""

    def __init__(self, parcel: Parcel, losses: LossReport, entry: str, slugs: Names, *, single: bool) -> None:
        self._parcel, self._losses, self._entry, self._slugs = parcel, losses, entry, slugs
        stem = re.sub("[-_]+", " ", posixpath.splitext(posixpath.basename(entry))[0]).strip()
        self._title = title_of(stem[:1].upper() + stem[1:], otherwise="Questions")
        self._file = "" if single else entry
        self._slug = slugs.free(slug_of(posixpath.splitext(entry)[0]))
        self._sections: list[dict[str, Any]] = []
        self._keys = Names("{}-{}")
        self._category: tuple[str, ...] = ()
        """Its name, and those of the categories that it is in before it."""
        self._open: tuple[str, str] | None = None
        """Category that no section has been made of yet: its name in the report, and itself."""
        self._told: tuple[str, list[Task]] | None = None

    def module(self, text: str) -> Mapping[str, Any] | None:
        self._losses.counted += counted(text)
        for block in blocks(text):
            name = f"{shown(self._entry, _LONGEST)}:{block.line}"
            if block.category is None:
                self._question(block, name)
            else:
                self._category = _category(block.category)
                self._told = None
                self._drop_open()
                self._open = (name, block.category)
        self._drop_open()
        if not self._sections:
            return None
        self._slugs.take(self._slug)
        return {
            "slug": self._slug, "title": self._title, "estimated_minutes": None,
            "module_type": module_type([*self._sections]), "sections": self._sections,
        }  # fmt: skip

    def _question(self, block: Block, name: str) -> None:
        try:
            question = parsed(block.piece)
        except GiftError as error:
            line, column = block.place(error.index)
            file = self._parcel.file(self._file)
            self._parcel.faults.append(finding("M551", name, error.problem, file=file, line=line, column=column))
            self._losses.dropped(name, "question", error.problem)
            return
        name = f"{name} {shown(question.title, 60)}".strip()
        if question.kind is Kind.DESCRIPTION:
            self._description(question, block, name)
            return
        try:
            made, left = task_of(question, lambda text: self._clean(text, block, name))
        except UnusableError as error:
            self._losses.dropped(name, question.kind.value, str(error))
            return
        lost = f"without {' and '.join(left)}" if left else None
        self._losses.mapped(name, question.kind.value, self._asked(made), lost)

    def _asked(self, made: Task) -> str:
        """Put a question into its category's section; say where that is."""
        if self._told is None:
            config = quiz([])
            fields = {"type": "interactive", "section_config": config}
            place = self._section(self._named or self._title, " ".join(self._category) or self._title, "quiz", fields)
            self._told = (place, config["tasks"])
        place, tasks = self._told
        tasks.append(made)
        return place

    def _description(self, question: Question, block: Block, name: str) -> None:
        html = html_of(question.stem, "", lambda text: self._clean(text, block, name))
        if not html:
            self._losses.dropped(name, "description", "it shows nothing, or nothing that may stay")
            return
        self._told = None
        fields = {"type": "text", "content": html, "section_config": {"format": "html"}}
        key = question.title or " ".join((*self._category, "text"))
        place = self._section(question.title or self._named, key, "text", fields)
        self._losses.mapped(name, "description", place)

    @property
    def _named(self) -> str:
        return self._category[-1] if self._category else ""

    def _section(self, title: str, key: str, otherwise: str, fields: Mapping[str, Any]) -> str:
        key = self._keys.take(self._keys.free(slug_of(key, otherwise=otherwise)))
        self._sections.append({"key": key, **({"title": title_of(title)} if title else {}), **fields})
        place = f"{self._slug}#{key}"
        if self._open:
            self._losses.mapped(f"{self._open[0]} {shown(self._open[1])}", "category", place)
        self._open = None
        return place

    def _drop_open(self) -> None:
        if self._open:
            self._losses.dropped(f"{self._open[0]} {shown(self._open[1])}", "category", "no question in it was kept")

    def _clean(self, text: str, block: Block, name: str) -> str:
        return self._parcel.html(text, name, lambda _: None, entry=self._file, line=block.line)


def _category(path: str) -> tuple[str, ...]:
    """Give the names of a category and of those around it, but the ones that Moodle puts around all.

    Example:
        >>> _category("$course$/top/Lab/Doors // windows")
        ('Lab', 'Doors / windows')
    """
    parts = [" / ".join(map(str.strip, part.split("\0"))) for part in path.replace("//", "\0").split("/")]
    kept = [part.strip() for part in parts if part.strip() and not re.fullmatch(r"\$\w+\$", part.strip())]
    return tuple(kept[1:] if kept[:1] == ["top"] else kept)
