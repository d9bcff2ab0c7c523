"""YAML files whose every value knows its place: line and column, for messages about what is wrong with it.

Plain words are read as YAML 1.2's core schema says: `no` and `on` are words, 010 is ten, 12:30 and 2030-12-31 are text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_VALUES: Final = 500_000
"""How many values a file may have, each alias counted with all that stands under it."""
MAX_DEPTH: Final = 60

_TAG: Final = "tag:yaml.org,2002:"
_QUOTED: Final = (False, True)
"""What the parser says of a scalar that stands in quotes or in a block."""
_WORDS: Final[Mapping[str, Any]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER: Final = re.compile(
    r"(?P<int>[-+]?[0-9]+)|(?P<radix>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<inf>[-+]?\.(?:inf|Inf|INF))|(?P<nan>\.(?:nan|NaN|NAN))"
)
_FIRST: Final = frozenset(["", *"+-.0123456789~tTfFnN"])
"""How words begin that may be more than text."""
_DIGITS: Final = 1000
"""Longest number that is read; longer ones take Python long, or are refused by it."""
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "str": (str,), "int": (int,), "float": (float, int), "bool": (bool,), "null": (type(None),),
}  # fmt: skip
_NOT_TEXT: Final = frozenset(_TAG + kind for kind in _KINDS if kind != "str")
_NO_TAG: Final = "a tag stands here that is not read"
_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")

Steps = tuple[str | int, ...]
"""The way to a value: keys and, in lists, numbers from 0."""


class Place(NamedTuple):
    """Where something stands in a file; both from 1."""

    line: int
    column: int


class Twice(NamedTuple):
    """A key that stands twice in one mapping; the last one counts."""

    steps: Steps
    place: Place
    first: Place


@dataclass(frozen=True)
class Document:
    """A file's content.

    Attributes:
        content: plain dict, list, str, int, float, bool and None; no two parts are the same object.
        twice: keys that stand twice.
    """

    file: Path
    content: Any
    twice: tuple[Twice, ...]
    _root: "_Node" = field(repr=False)

    def place(self, steps: Sequence[str | int]) -> Place:
        """Tell where a key, or an item of a list, stands; that of the nearest above it where there is none."""
        return self._places[self._nearest(steps)][0]

    def value_place(self, steps: Sequence[str | int]) -> Place:
        """Tell where a value begins; that of the nearest above it where there is none."""
        return self._places[self._nearest(steps)][1]

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
        found: dict[tuple[str, ...], tuple[Place, Place]] = {(): (self._root.place, self._root.place)}
        for way, key, value in _walk(self._root, ()):
            found[way] = (key, value)
        return found


def read_document(file: Path, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read a YAML file; what is in it is never shown by an error, for it may hold secrets.

    Keys that stand twice are left to the caller. Tags other than YAML's own, which could run code, are refused.

    Args:
        file: UTF-8, with one document or none.
        max_bytes: the largest that is read.

    Raises:
        InputError: it can't be read, is not YAML, or is larger or deeper than anybody writes by hand.
    """
    return document_of(file, _text(file, max_bytes))


def document_of(file: Path, text: str) -> Document:
    """Read the text of a YAML file; otherwise as `read_document`.

    Args:
        file: what to call it in errors.
        text: all of it.
    """
    reading = _Reading(text)
    try:
        root = reading.root()
        content = reading.content(root)
    except _Broken as error:
        place = f"{file}:{error.place.line}:{error.place.column}" if error.place else str(file)
        raise InputError(f"{place}: not valid YAML: {error.problem}.") from None
    return Document(file, content, tuple(reading.twice), root)


def _text(file: Path, max_bytes: int) -> str:
    try:
        with file.open("rb") as opened:
            read = opened.read(max_bytes + 1)
        if len(read) > max_bytes:
            raise InputError(f"{file} is larger than {max_bytes:,} bytes.")
        return read.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"{file} can't be read: {reason}.") from None


class _Broken(Exception):  # noqa: N818  never leaves this module
    def __init__(self, problem: str, place: Place | None) -> None:
        self.problem, self.place = problem, place


@dataclass(slots=True, eq=False)
class _Node:
    """A scalar's value, a sequence's nodes, or a mapping's pairs of key and value."""

    place: Place
    value: Any = None
    items: "list[_Node] | None" = None
    pairs: "list[tuple[_Node, _Node]] | None" = None
    merges: bool = False


class _Reading:
    """One reading of one text.

    The parser's events are put together here: its own composer crashes the process where something is nested deep.
    """

    def __init__(self, text: str) -> None:
        import yaml

        self._yaml = yaml
        self._text = text
        self._anchors: dict[str, _Node] = {}
        self._left = MAX_VALUES
        self._way: list[str | int] = []
        self.twice: list[Twice] = []

    def root(self) -> _Node:
        """Parse the text.

        Raises:
            _Broken: it is not one document of YAML.
        """
        yaml = self._yaml
        kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            self._loader = kind(self._text)
            self._next = self._loader.get_event
            self._next()
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return _Node(Place(1, 1))
            root = self._node(self._next(), 0)
            self._next()
            event = self._next()
        except yaml.MarkedYAMLError as error:
            self._broken(re.sub(r"'[^']{2,}'", "...", error.problem or "broken"), error.problem_mark)
        except yaml.YAMLError:
            self._broken("it holds a character that may not stand there", None)
        if not isinstance(event, yaml.StreamEndEvent):
            self._broken("a second document begins", event.start_mark)
        return root

    def _node(self, event: Any, depth: int) -> _Node:
        yaml, mark = self._yaml, event.start_mark
        if depth > MAX_DEPTH:
            self._broken(f"nested deeper than {MAX_DEPTH} levels", mark)
        if isinstance(event, yaml.AliasEvent):
            return self._anchors.get(event.anchor) or self._broken("found undefined alias ...", mark)
        node = _Node(Place(mark.line + 1, mark.column + 1))
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, node)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._plain_tag(event, "seq")
            node.items = []
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                node.items.append(self._node(event, depth + 1))
        else:
            self._plain_tag(event, "map")
            node.pairs = []
            while not isinstance(event := self._next(), yaml.MappingEndEvent):
                key = self._node(event, depth + 1)
                node.pairs.append((key, self._node(self._next(), depth + 1)))
        return node

    def _scalar(self, event: Any, node: _Node) -> None:
        value, tag = event.value, event.tag
        plain = event.implicit != _QUOTED and tag in {None, *_NOT_TEXT}
        if plain and value == "<<" and tag is None:
            node.merges = True
        node.value = _resolved(value) if plain else value
        if tag not in {None, "!"}:
            kind = tag.removeprefix(_TAG)
            if kind not in _KINDS:
                self._broken(_NO_TAG, event.start_mark)
            if not isinstance(node.value, _KINDS[kind]):
                self._broken(f"this is no {kind}", event.start_mark)
        if isinstance(node.value, str) and _UNWRITABLE.search(node.value):
            self._broken("a text holds a character that can't be kept", event.start_mark)

    def _plain_tag(self, event: Any, kind: str) -> None:
        if event.tag not in {None, "!", f"{_TAG}{kind}"}:
            self._broken(_NO_TAG, event.start_mark)

    def content(self, node: _Node) -> Any:
        """Give what a node stands for, aliases and merges written out.

        Raises:
            _Broken: this would be more, or deeper, than a file may hold.
        """
        if node.items is None and node.pairs is None:
            return node.value
        self._left -= 1 + len(node.items or node.pairs or ())
        if self._left < 0:
            raise _Broken(f"more than {MAX_VALUES:,} values, aliases written out", node.place)
        if len(self._way) > MAX_DEPTH:
            raise _Broken(f"nested deeper than {MAX_DEPTH} levels", node.place)
        return self._mapping(node) if node.items is None else [*self._list(node.items)]

    def _list(self, items: Sequence[_Node]) -> Iterator[Any]:
        for number, item in enumerate(items):
            yield self._below(number, item)

    def _below(self, step: str | int, node: _Node) -> Any:
        self._way.append(step)
        made = self.content(node)
        self._way.pop()
        return made

    def _mapping(self, node: _Node) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        places: dict[Any, Place] = {}
        for key, value in node.pairs or ():
            if key.merges:
                continue
            if key.items is not None or key.pairs is not None:
                raise _Broken("a key is a list or a mapping", key.place)
            name = key.value
            if name in places:
                self._twice(Twice((*self._way, name), key.place, places[name]))
            places[name] = key.place
            made[name] = self._below(name, value)
        for merged in _merged(node):
            if merged.pairs is None:
                raise _Broken("a merge is of something else than mappings", merged.place)
            for name, part in self._below("<<", merged).items():
                made.setdefault(name, part)
        return made

    def _twice(self, found: Twice) -> None:
        if all(found.place != one.place for one in self.twice):  # an alias leads to the same place again
            self.twice.append(found)

    def _broken(self, problem: str, mark: Any) -> NoReturn:
        raise _Broken(problem, Place(mark.line + 1, mark.column + 1) if mark else None)


def _resolved(word: str) -> Any:
    """Read a plain word as null, a truth value or a number, or as itself."""
    if word[:1] not in _FIRST:
        return word
    if word in _WORDS:
        return _WORDS[word]
    found = _NUMBER.fullmatch(word) if len(word) <= _DIGITS else None
    if found is None:
        return word
    if found["int"]:
        return int(word)
    if found["radix"]:
        return int(word, 0)
    return float(word if found["float"] else word.replace(".", "").lower())


def _merged(node: _Node) -> Iterator[_Node]:
    """Give the mappings that a mapping takes in, what counts more first."""
    for key, value in node.pairs or ():
        if key.merges:
            yield from [value] if value.items is None else value.items


def _walk(node: _Node, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Place, Place]]:
    for number, item in enumerate(node.items or ()):
        yield (*way, str(number)), item.place, item.place
        yield from _walk(item, (*way, str(number)))
    for merged in reversed([*_merged(node)]):
        yield from _walk(merged, way)
    for key, value in node.pairs or ():
        if not key.merges:
            yield (*way, str(key.value)), key.place, value.place
            yield from _walk(value, (*way, str(key.value)))
