"""Blocks that students see, as sections."""

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from toolbox_cli.core.formats.xml_text import children, inner
from toolbox_cli.modules.foreign.olx.course import Block
from toolbox_cli.modules.foreign.olx.problem_text import HINTS, questions_of_text
from toolbox_cli.modules.foreign.olx.problems import questions_of
from toolbox_cli.modules.foreign.parcel import Parcel, is_shown_from
from toolbox_cli.modules.foreign.questions import Task, UnusableError, quiz

Fields = dict[str, Any]
"""Fields of a section but key and title."""

_YOUTUBE: Final = re.compile(r"[A-Za-z0-9_-]{6,20}")
_CLOCK: Final = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,5})(?:\.\d+)?")

DROPPED: Final[Mapping[str, str]] = {
    "discussion": "a discussion, and nobody discusses in a module",
    "lti": "a tool of another provider, with keys of its own",
    "lti_consumer": "a tool of another provider, with keys of its own",
    "openassessment": "students judge each other's texts in it",
    "poll": "it collects opinions",
    "poll_question": "it collects opinions",
    "survey": "it collects opinions",
    "word_cloud": "it collects words of students",
    "split_test": "it shows each student another part",
    "conditional": "what it shows depends on other blocks",
    "library_content": "it draws blocks of a library by lot",
    "itembank": "it draws blocks of a library by lot",
    "randomize": "it draws one of its blocks by lot",
    "drag-and-drop-v2": "what is dragged where has no equivalent",
    "textbook": "a book beside the course",
    "html_textbook": "a book beside the course",
    "pdf_textbook": "a book beside the course",
}
"""Kind of a block to why it can't be kept; others are said to have no equivalent."""


class Dropped(Exception):  # noqa: N818  it says what became of a block, and is no error
    """Nothing can be made of the block; its text says why."""


def section_of(block: Block, place: str, parcel: Parcel, course_base: str, backing: set[str]) -> Fields:
    """Make a section.

    Args:
        block: a component.
        place: of the section, for faults.
        parcel: that the block is from.
        course_base: folder of the course in it.
        backing: entries that blocks stand in; grows.

    Raises:
        Dropped: none can be made.
    """
    if block.lacks:
        raise Dropped(block.lacks)
    if block.get("visible_to_staff_only").lower() == "true":
        raise Dropped("staff alone sees it")
    make = _MAKERS.get(block.kind)
    if make is None:
        raise Dropped(DROPPED.get(block.kind, f"blocks of kind {block.kind} have no equivalent"))
    return make(block, _Work(block, place, parcel, course_base, backing))


class _Work:
    """What every maker needs."""

    def __init__(self, block: Block, place: str, parcel: Parcel, base: str, backing: set[str]) -> None:
        self.block, self.place, self.parcel, self.base, self.backing = block, place, parcel, base, backing

    def way(self, address: str) -> str | None:
        """Give the entry that an address of the course means: what lies in `static`."""
        name = address.removeprefix("/static/").removeprefix("static/")
        return None if name.startswith("/") or ".." in name.split("/") else f"{self.base}static/{name}"

    def clean(self, text: str, entry: str | None = None, line: int = 1) -> str:
        """Clean HTML of the block, or of another file that holds it."""
        return self.parcel.html(text, self.place, self.way, entry=entry or self.block.entry, line=line)


def _html(block: Block, work: _Work) -> Fields:
    """Read the text from its file, or from the block itself."""
    name = block.get("filename")
    if name:
        entry = posixpath.normpath(f"{work.base}html/{name.replace(':', '/')}.html")
        work.backing.add(entry)
        text = work.parcel.text(entry)
        if text is None:
            raise Dropped("its file is not in the package, or can't be read")
        return _text(work.clean(text, entry))
    return _text(work.clean(inner(block.element), line=block.line))


def _text(html: str) -> Fields:
    if not html:
        raise Dropped("it shows nothing, or nothing that may stay")
    return {"type": "text", "content": html, "section_config": {"format": "html"}}


def _problem(block: Block, work: _Work) -> Fields:
    try:
        tasks = _tasks(block, lambda text, line: work.clean(text, line=line))
    except UnusableError as error:
        raise Dropped(str(error)) from None
    if not tasks:
        return _text(work.clean(inner(block.element), line=block.line))
    return {"type": "interactive", "section_config": quiz(tasks)}


def _tasks(block: Block, clean: Callable[[str, int], str]) -> list[Task]:
    """Read questions from the text that its author typed, if there is one: it is plainer than the XML."""
    typed = block.get("markdown")
    if typed and typed != "null":
        try:
            made = questions_of_text(typed, lambda text: clean(text, block.line))
        except UnusableError:
            if not len(block.element):
                raise
        else:
            if made:
                return made
    return questions_of(block.element, clean)


def lost_of(block: Block) -> str | None:
    """Say what a block says that its section does not."""
    hints = block.kind == "problem" and (
        HINTS.search(block.get("markdown")) or any(True for _ in block.element.iter("demandhint"))
    )
    return "without the hints that students ask for" if hints else None


def _video(block: Block, work: _Work) -> Fields:
    address = next(filter(None, _addresses(block, work)), None)
    if address is None:
        raise Dropped("it names no address: the video is in the other platform's own store")
    times = {"start_seconds": _seconds(block.get("start_time")), "end_seconds": _seconds(block.get("end_time"))}
    config: Fields = {name: value for name, value in times.items() if value}
    captions = next(filter(None, (work.parcel.asset(name, work.place, work.way) for name in _captions(block))), None)
    if captions:
        config["captions"] = captions
    return {"type": "video", "media_url": address, **({"section_config": config} if config else {})}


def _addresses(block: Block, work: _Work) -> Iterator[str | None]:
    old = block.get("youtube").partition("1.00:")[2].partition(",")[0]
    for number in (block.get("youtube_id_1_0"), old):
        yield f"https://www.youtube.com/watch?v={number}" if _YOUTUBE.fullmatch(number) else None
    given = [*_listed(block.get("html5_sources")), *(one.get("src") for one in children(block.element, "source"))]
    for address in (str(one or "").strip() for one in given):
        if "://" not in address:
            yield work.parcel.asset(address, work.place, work.way)
        yield address if is_shown_from(address) else None


def _captions(block: Block) -> Iterator[str]:
    told = _listed(block.get("transcripts"), of=dict)
    yield from (str(told[language]) for language in sorted(told, key=lambda one: (one != "en", one)))
    yield from (str(one.get("src") or "") for one in children(block.element, "transcript"))
    if block.get("sub"):
        yield f"subs_{block.get('sub')}.srt.sjson"


def _listed(text: str, of: type = list) -> Any:
    try:
        read = json.loads(text) if text else of()
    except (ValueError, RecursionError):
        return of()
    return read if isinstance(read, of) else of()


def _seconds(text: str) -> int:
    """Read a time of day's form, or seconds.

    Example:
        >>> _seconds("00:01:10")
        70
    """
    found = _CLOCK.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


_MAKERS: Final[Mapping[str, Callable[[Block, _Work], Fields]]] = {"html": _html, "problem": _problem, "video": _video}
