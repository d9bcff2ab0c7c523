"""What converters share: files of a package read within limits, with whatever is wrong with them."""

import json
import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from toolbox_cli.content.faults.registry import finding
from toolbox_cli.content.html.addresses import host_of
from toolbox_cli.content.html.cleaning import clean
from toolbox_cli.content.html.drawings import ENDINGS, active_in
from toolbox_cli.content.modules.converting import Source, one_line
from toolbox_cli.content.modules.shapes.parts import LONGEST_ADDRESS
from toolbox_cli.core.archives.faults import ArchiveError, shown
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.formats.nodes import MAX_VALUES
from toolbox_cli.core.formats.xml_text import XmlError, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_BYTES: Final = 4 * 1024 * 1024
"""Of one file that is read as text."""
MOST_TOGETHER: Final = 10 * 1024 * 1024
"""Of all of them: what becomes of them is held in memory."""
MOST_ELEMENTS: Final = 300_000
"""Of all its XML."""
MOST_PARTS: Final = 20_000
"""Blocks, items or questions."""
_ACTIVE: Final = frozenset({"htm", "html", "js", "mjs", "php", "swf", "xhtml", "xml", "xsl"})
"""Endings of files that a browser would run or show as a page of its own."""

_MADE: Final = re.compile(r"([a-z]?[0-9a-f]{8})-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
"""32 digits, as platforms number what they keep."""

Way = Callable[[str], str | None]
"""Gives the entry that a relative address means; None where there is none."""


class Parcel:
    """A package that is converted.

    Attributes:
        faults: what is wrong with it, as it was found.
    """

    def __init__(self, source: Source) -> None:
        self.entries = source.archive.entries
        self.faults: list[Finding] = []
        self._named: dict[str, dict[str, str]] = {}
        self._drawings: dict[str, bool] = {}
        self._source = source
        self._left, self._elements_left, self._parts_left = MOST_TOGETHER, MOST_ELEMENTS, MOST_PARTS

    def fault(self, code: str, what: str, found: str, entry: str | None = None, line: int | None = None) -> None:
        """Note a fault."""
        self.faults.append(finding(code, shown(what), found, file=self.file(entry), line=line))

    def file(self, entry: str | None) -> str:
        """Name a file of the package for messages."""
        return f"{self._source.path}/{shown(entry)}" if entry else str(self._source.path)

    def data(self, entry: str) -> bytes | None:
        """Read a file; None, and a fault, where that can't be done."""
        if entry not in self.entries:
            self.fault("M501", entry, "is not in the package", entry)
            return None
        most = min(MOST_BYTES, self._left)
        if most < 0:
            return None
        try:
            with self._source.archive.open(entry) as opened:
                read = opened.read(most + 1)
        except ArchiveError as error:
            self.fault("M502", entry, error.message, entry)
            return None
        if len(read) <= most:
            self._left -= len(read)
            return read
        if most == MOST_BYTES:
            self.fault("M502", entry, f"it has more than {MOST_BYTES:,} bytes", entry)
            return None
        self._left = -1
        found = f"its texts have more than {MOST_TOGETHER:,} bytes together; from this one on they are not read"
        self.fault("M502", entry, found, entry)
        return None

    def xml(self, entry: str) -> "Element | None":
        """Read a file as XML; None, and a fault, where it is none."""
        read = self.data(entry)
        if read is None:
            return None
        try:
            root = parse_xml(read)
        except XmlError as error:
            self.fault("M502", entry, error.problem, entry, error.line)
            return None
        count = sum(1 for _ in root.iter())
        if count > self._elements_left:
            self.fault("M502", entry, f"with the XML before it, it has more than {MOST_ELEMENTS:,} elements", entry)
            return None
        self._elements_left -= count
        return root

    def room(self) -> bool:
        """Say whether there is room for one more part; a fault is noted where there first is none."""
        self._parts_left -= 1
        if self._parts_left == -1:
            self.fault(
                "M502", self._source.path.name, f"it has more than {MOST_PARTS:,} parts; the others are not read"
            )
        return self._parts_left >= 0

    def fits(self, parts: int, entry: str) -> bool:
        """Say whether a file with so many parts is read; a fault is noted where not."""
        self._parts_left -= parts
        if self._parts_left < 0:
            self.fault("M502", entry, f"with what was read before, it has more than {MOST_PARTS:,} parts", entry)
        return self._parts_left >= 0

    def json(self, entry: str) -> Any:
        """Read a file as JSON; None, and a fault, where it is none."""
        read = self.data(entry)
        if read is not None and sum(map(read.count, (b",", b"[", b"{"))) > MAX_VALUES:
            self.fault("M502", entry, f"it has more than {MAX_VALUES:,} values", entry)
            return None
        try:
            return None if read is None else json.loads(read.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            self.fault("M502", entry, "it is no JSON", entry, getattr(error, "lineno", None))
            return None

    def text(self, entry: str) -> str | None:
        """Read a file as browsers read pages: UTF-8, or what its mark says, or windows-1252."""
        read = self.data(entry)
        if read is None:
            return None
        if read[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return read.decode("utf-16", "replace")
        try:
            return read.decode("utf-8-sig")
        except UnicodeDecodeError:
            return read.decode("cp1252", "replace")

    def html(
        self, text: str, place: str, way: Way, *, entry: str, line: int | None = 1, what: str | None = None
    ) -> str:
        """Clean HTML; what was taken out is noted.

        Args:
            text: of it.
            place: section that it goes into.
            way: from its addresses to entries.
            entry: that it is from.
            line: of the entry, where the text begins; None where lines of the text are none of the entry.
            what: names the text better than the section does.
        """
        cleaned = clean(text, asset=lambda address: self.asset(address, place, way), first_line=line or 1)
        found = cleaned.findings(self.file(entry), what or place)
        self.faults += found if line else [replace(one, line=None) for one in found]
        return cleaned.html

    def asset(self, address: str, place: str, way: Way) -> str | None:
        """Give the name that a module uses for a file of the package; None where it is none that is shown."""
        path, sign, anchor = address.partition("#")
        entry = way(unquote(re.split("[?]", path, maxsplit=1)[0]))
        if entry not in self.entries or entry is None or entry.rpartition(".")[2].lower() in _ACTIVE:
            return None
        if entry.rpartition(".")[2].lower() in ENDINGS and self._runs(entry):
            return None
        name = quote(entry)
        if len(name) > LONGEST_ADDRESS:
            return None
        self._named.setdefault(entry, {})[place] = name
        return f"{name}{sign}{anchor}"

    def _runs(self, entry: str) -> bool:
        """Say whether a drawing runs or fetches something; that is told once."""
        if entry not in self._drawings:
            read = self.data(entry)
            active = "it can't be read" if read is None else active_in(read)
            self._drawings[entry] = bool(active)
            if active:
                self.fault("M601", entry, f"the drawing is not shown: {active}", entry)
        return self._drawings[entry]

    def shown_in(self, entry: str, places: Collection[str]) -> str | None:
        """Say which of some sections names a file; None where none does."""
        return next((place for place in self._named.get(entry, ()) if place in places), None)

    def assets(self, places: Collection[str]) -> dict[str, str]:
        """Give the files that some sections name, by the name that they use."""
        return {name: entry for entry, named in self._named.items() for place, name in named.items() if place in places}

    def beside(self, entry: str) -> Way:
        """Give the way from a file's addresses, which are relative to it."""
        folder = posixpath.dirname(entry)
        return lambda address: _joined(folder, address)


class Names:
    """Names that are in use, and new ones that are told from them by a number; many at a time.

    Args:
        pattern: of a name with its number.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern, self._taken, self._next = pattern, set[str](), dict[str, int]()

    def free(self, name: str) -> str:
        """Give the name itself, or the first with a number that is not in use.

        Example:
            >>> names = Names("{}-{}")
            >>> names.take(names.free("door")), names.free("door")
            ('door', 'door-2')
        """
        made, number = name, self._next.get(name, 2)
        while made in self._taken:
            made, number = self._pattern.format(name, number), number + 1
        self._next[name] = max(2, number - 1)
        return made

    def take(self, name: str) -> str:
        """Note that a name is in use."""
        self._taken.add(name)
        return name


def brief(identifier: str) -> str:
    """Shorten an identifier that a program made, so that people can type it; others stay as they are.

    Example:
        >>> brief("g1c0ffee5a5b4c369a4e0123456789abc"), brief("before-you-begin")
        ('g1c0ffee5', 'before-you-begin')
    """
    found = _MADE.fullmatch(identifier)
    return found[1] if found else identifier


def is_shown_from(address: str) -> bool:
    """Say whether a film can be shown from an address of the web.

    Example:
        >>> is_shown_from("https://a.example/b.mp4"), is_shown_from("http://a.example/b.mp4")
        (True, False)
    """
    plain = one_line(address) == address and " " not in address
    return plain and address.startswith("https://") and bool(host_of(address)) and len(address) <= LONGEST_ADDRESS


def _joined(folder: str, address: str) -> str | None:
    if address.startswith("/"):
        return None
    joined = posixpath.normpath(posixpath.join(folder, address.replace("\\", "/")))
    return None if joined.startswith("..") else joined


def module_type(sections: "list[Mapping[str, Any]]") -> str:
    """Say what type a module with these sections is."""
    kinds = {str(section["type"]) for section in sections}
    return "text" if not kinds & {"interactive"} else "interactive" if kinds == {"interactive"} else "mixed"
