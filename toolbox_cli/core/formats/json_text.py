"""JSON as documents have it: the standard library's reader gives what it says, and this one where it stands.

Also what it must not hold: numbers that are none, texts that no column keeps, nesting without end.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from json import decoder
from typing import Any, Final, NoReturn

from toolbox_cli.core.formats.nodes import DIGITS, MAX_DEPTH, MAX_VALUES, UNWRITABLE, Broken, Node, Place, Twice

_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: Final[Mapping[str, Any]] = {"null": None, "true": True, "false": False}
_WORD: Final = re.compile("null|true|false")
_DOUBTFUL: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|[0-9]{1000}")
"""What has to be looked at more closely."""


class JsonText:
    """One reading of one text of JSON."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._twice = False
        self.twice: list[Twice] = []

    def content(self) -> Any:
        """Give what the text says.

        Raises:
            Broken: it is no JSON, or more, or deeper, than a file may hold.
        """
        if sum(map(self._text.count, ",[{")) > MAX_VALUES * 2:
            raise Broken(f"more than {MAX_VALUES:,} values", None)
        try:
            made = json.loads(self._text, object_pairs_hook=self._object, parse_constant=_refuse)
        except (ValueError, RecursionError):
            self.root()
            raise Broken("it is no JSON", None) from None
        if self._twice or _DOUBTFUL.search(self._text):
            self.root()
        return made

    def root(self) -> Node:
        """Read the text again, with places; notes keys that stand twice.

        Raises:
            Broken: as `content` does.
        """
        self.twice.clear()
        self._lines = [0, *(found.end() for found in re.finditer("\n", self._text))]
        self._way: list[str | int] = []
        node, end = self._value(self._blank(0), 0)
        if (end := self._blank(end)) < len(self._text):
            self._broken("something stands behind its end", end)
        return node

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        self._twice = self._twice or len(made) < len(pairs)
        return made

    def _value(self, start: int, depth: int) -> tuple[Node, int]:
        text = self._text
        if depth > MAX_DEPTH:
            self._broken(f"nested deeper than {MAX_DEPTH} levels", start)
        sign = text[start : start + 1]
        if sign == "{":
            return self._mapping(start, depth)
        if sign == "[":
            return self._list(start, depth)
        if sign == '"':
            return self._string(start)
        if found := _WORD.match(text, start):
            return Node(self._place(start), _WORDS[found[0]]), found.end()
        found = _NUMBER.match(text, start)
        if found is None:
            self._broken("a value is expected here", start)
        if len(found[0]) >= DIGITS:
            self._broken("a number is too long", start)
        return Node(self._place(start), float(found[0]) if found[1] or found[2] else int(found[0])), found.end()

    def _mapping(self, start: int, depth: int) -> tuple[Node, int]:
        pairs: list[tuple[Node, Node]] = []
        places: dict[str, Place] = {}
        at = self._blank(start + 1)
        while self._text[at : at + 1] != "}":
            if self._text[at : at + 1] != '"':
                self._broken("a key in quotes is expected here", at)
            key, at = self._string(at)
            if key.value in places:
                self.twice.append(Twice((*self._way, key.value), key.place, places[key.value]))
            places[key.value] = key.place
            at = self._expect(":", at)
            self._way.append(key.value)
            value, at = self._value(self._blank(at), depth + 1)
            self._way.pop()
            pairs.append((key, value))
            at = self._further(at, "}")
        return Node(self._place(start), pairs=pairs), at + 1

    def _list(self, start: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        at = self._blank(start + 1)
        while self._text[at : at + 1] != "]":
            self._way.append(len(items))
            value, at = self._value(at, depth + 1)
            self._way.pop()
            items.append(value)
            at = self._further(at, "]")
        return Node(self._place(start), items=items), at + 1

    def _further(self, at: int, end: str) -> int:
        """Go to the next part, or to the end."""
        at = self._blank(at)
        if self._text[at : at + 1] == end:
            return at
        at = self._blank(self._expect(",", at))
        if self._text[at : at + 1] == end:
            self._broken("a comma stands before the end", at)
        return at

    def _string(self, start: int) -> tuple[Node, int]:
        try:
            value, end = decoder.scanstring(  # type: ignore[attr-defined]  # documented nowhere, and the reader of strings
                self._text, start + 1, True
            )
        except json.JSONDecodeError as error:
            self._broken("a text is broken off, or holds what may not stand in it", error.pos)
        if UNWRITABLE.search(value):
            self._broken("a text holds a character that can't be kept", start)
        return Node(self._place(start), value), end

    def _expect(self, sign: str, at: int) -> int:
        at = self._blank(at)
        if self._text[at : at + 1] != sign:
            self._broken(f"{sign!r} is expected here", at)
        return at + 1

    def _blank(self, at: int) -> int:
        found = _BLANKS.match(self._text, at)
        return found.end() if found else at

    def _place(self, at: int) -> Place:
        line = bisect_right(self._lines, at)
        return Place(line, at - self._lines[line - 1] + 1)

    def _broken(self, problem: str, at: int) -> NoReturn:
        raise Broken(problem, self._place(at))


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)
