"""YAML and JSON files whose every value knows its place: line and column, for messages about what is wrong with it."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.formats.json_text import JsonText
from toolbox_cli.core.formats.nodes import MAX_DEPTH, MAX_VALUES, Broken, Node, Place, Steps, Twice, below, walk
from toolbox_cli.core.formats.yaml_text import YamlText

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_VALUES",
    "Document",
    "DocumentError",
    "Place",
    "Steps",
    "Twice",
    "parse_document",
    "read_document",
]

MAX_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True)
class Document:
    """A file's content.

    Attributes:
        content: plain dict, list, str, int, float, bool and None; no two parts are the same object.
        twice: keys that stand twice.
        root: the values with their places; where they cost something, what finds them when something is wrong.
    """

    file: Path
    content: Any
    twice: tuple[Twice, ...]
    root: Node | Callable[[], Node] = field(repr=False)

    def place(self, steps: Sequence[str | int]) -> Place:
        """Tell where a key, or an item of a list, stands; that of the nearest above it where there is none."""
        return self._places[self._nearest(steps)][0]

    def value_place(self, steps: Sequence[str | int]) -> Place:
        """Tell where a value begins; that of the nearest above it where there is none."""
        return self._places[self._nearest(steps)][1]

    def text_line(self, steps: Sequence[str | int]) -> int:
        """Tell in which line a text begins; of a block that is the one below its sign."""
        node = self.root if isinstance(self.root, Node) else self.root()
        for step in map(str, self._nearest(steps)):
            node = below(node, step)
        return node.place.line + node.is_block

    def finding(
        self, code: str, steps: Sequence[str | int], found: str, *, at_key: bool = False, **more: Any
    ) -> Finding:
        """Make an error about a value.

        Args:
            code: of the finding.
            steps: the way to the value; one that is missing is placed where it should be.
            found: what is wrong.
            at_key: the key itself is wrong.
            more: further fields; `object` is the way with points, where it is not given.
        """
        nearest = self._nearest(steps)
        key, value = self._places[nearest]
        place = key if at_key or len(nearest) < len(steps) else value
        told = {"object": ".".join(map(str, steps)) or self.file.name, **self._where(place), **more}
        return Finding(code, Severity.ERROR, found=found, **told)

    def twice_findings(self, code: str) -> list[Finding]:
        """Make an error about each key that stands twice."""
        return [
            Finding(
                code,
                Severity.ERROR,
                ".".join(map(str, one.steps)),
                found=f"stands twice, first in line {one.first.line}",
                **self._where(one.place),
            )
            for one in self.twice
        ]

    def _where(self, place: Place) -> dict[str, Any]:
        return {"file": str(self.file), "line": place.line, "column": place.column}

    def _nearest(self, steps: Sequence[str | int]) -> tuple[str, ...]:
        way = tuple(map(str, steps))
        while way not in self._places:
            way = way[:-1]
        return way

    @cached_property
    def _places(self) -> Mapping[tuple[str, ...], tuple[Place, Place]]:
        """Key and value of every way; walked only when something is wrong."""
        root = self.root if isinstance(self.root, Node) else self.root()
        found: dict[tuple[str, ...], tuple[Place, Place]] = {(): (root.place, root.place)}
        for way, key, value in walk(root, ()):
            found[way] = (key, value)
        return found


class DocumentError(InputError):
    """The text is not of its form.

    Attributes:
        problem: in words that show nothing of the text.
        place: None for what concerns the whole text.
    """

    def __init__(self, file: Path, form: str, problem: str, place: Place | None) -> None:
        self.problem, self.place = problem, place
        where = f"{file}:{place.line}:{place.column}" if place else str(file)
        super().__init__(f"{where}: not valid {form}: {problem}.")


def read_document(file: Path, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read a YAML file, or a JSON file whose name says so; an error never shows what is in it: that may be secret.

    Keys that stand twice are left to the caller. Tags other than YAML's own, which could run code, are refused.

    Args:
        file: UTF-8, with one document or none.
        max_bytes: the largest that is read.

    Raises:
        InputError: it can't be read, is not of its form, or is larger or deeper than anybody writes by hand.
    """
    return parse_document(file, read_text(file, max_bytes=max_bytes))


def parse_document(file: Path, text: str) -> Document:
    """Read a text as `read_document` does.

    Args:
        file: where it is from; its name says which form it has.
        text: of the whole file, or with blank lines in place of what is no document.

    Raises:
        DocumentError: it is not of its form.
    """
    form = "JSON" if file.suffix.lower() == ".json" else "YAML"
    try:
        return _json(file, text) if form == "JSON" else _yaml(file, text)
    except Broken as error:
        raise DocumentError(file, form, error.problem, error.place) from None


def read_text(file: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """Read a text file in UTF-8, with or without a mark at its beginning.

    Raises:
        InputError: it can't be read, or is too large.
    """
    return decoded(file, read_bytes(file, max_bytes=max_bytes))


def read_bytes(file: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Read a file that is not too large.

    Raises:
        InputError: it can't be read, or is too large.
    """
    try:
        with file.open("rb") as opened:
            read = opened.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"{file} can't be read: {error.strerror}.") from None
    if len(read) > max_bytes:
        raise InputError(f"{file} is larger than {max_bytes:,} bytes.")
    return read


def decoded(file: Path, data: bytes) -> str:
    """Read a file's bytes as UTF-8, with or without a mark at its beginning.

    Raises:
        DocumentError: they are no text.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise DocumentError(file, "text", "it is UTF-16, not UTF-8", None)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"byte 0x{data[error.start]:02X} is not UTF-8"
        raise DocumentError(file, "text", problem, _end_of(data[: error.start].decode("utf-8-sig"))) from None
    if "\0" in text:
        problem = "it holds a character that can't be kept"
        raise DocumentError(file, "text", problem, _end_of(text.partition("\0")[0]))
    return text


def _end_of(text: str) -> Place:
    return Place(text.count("\n") + 1, len(text) - text.rfind("\n"))


def _yaml(file: Path, text: str) -> Document:

    reading = YamlText(text)
    root = reading.root()
    content = reading.content(root)
    return Document(file, content, tuple(reading.twice), root)


def _json(file: Path, text: str) -> Document:
    reading = JsonText(text)
    content = reading.content()
    return Document(file, content, tuple(reading.twice), reading.root)
