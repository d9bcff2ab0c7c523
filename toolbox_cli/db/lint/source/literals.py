"""The strings that a Python file writes, sign by sign with the line of each; by the syntax tree, nothing is run."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

HOLE: Final = "\0"
"""Stands in a text where something is put in when the program runs."""

_OPENED: Final = re.compile(r"(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|\"|')|#[^\n]*")
_RAW_UNIT: Final = re.compile(r"\\.|.", re.DOTALL)
_UNIT: Final = re.compile(r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)|.", re.DOTALL)
_ESCAPES: Final = {
    "\n": "", "\\": "\\", "'": "'", '"': '"',
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Literal:
    """What one string expression says.

    Attributes:
        text: its value; `HOLE` for each expression of an f-string.
        lines: the line of each sign of `text`, from 1.
    """

    text: str
    lines: tuple[int, ...]


class Strings:
    """Reads the string expressions of one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._rows = source.split("\n")
        self._starts = [0]
        for row in self._rows:
            self._starts.append(self._starts[-1] + len(row) + 1)

    def read(self, node: ast.AST) -> Literal | None:
        """Give what a node of the syntax tree says; None for what is no string."""
        value = value_of(node)
        if value is None or not isinstance(node, ast.expr):
            return None
        signs = list(self._signs(self._offset(node.lineno, node.col_offset), self._end(node)))
        if "".join(sign for sign, _ in signs) != value:  # a Python that says otherwise where its strings are
            return Literal(value, (node.lineno,) * len(value))
        return Literal(value, tuple(self._line(place) for _, place in signs))

    def _offset(self, line: int, column: int) -> int:
        """Give an offset in signs; the tree counts columns in bytes."""
        row = self._rows[line - 1]
        return self._starts[line - 1] + len(row.encode()[:column].decode(errors="ignore"))

    def _end(self, node: ast.expr) -> int:
        return self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def _line(self, place: int) -> int:
        low, high = 0, len(self._rows)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= place else (low, middle)
        return low + 1

    def _signs(self, place: int, end: int) -> Iterator[tuple[str, int]]:
        """Give each sign of strings that stand side by side, with its offset in the file."""
        while place < end:
            opened = _OPENED.match(self.source, place)
            if opened is None:
                place += 1
            elif opened["quote"] is None:
                place = opened.end()
            else:
                string = _String(self.source, opened)
                yield from string.signs()
                place = string.end


def value_of(node: ast.AST) -> str | None:
    """Give the value of a string expression, with holes; None for what is no string."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
    return None


class _String:
    """One string of the source, read from its prefix to its closing quote."""

    def __init__(self, source: str, opened: re.Match[str]) -> None:
        self.source, self.quote = source, opened["quote"]
        prefix = opened["prefix"].lower()
        self.raw, self.with_holes = "r" in prefix, "f" in prefix
        self.place = opened.end()
        self.end = len(source)

    def signs(self) -> Iterator[tuple[str, int]]:
        while self.place < len(self.source) and not self.source.startswith(self.quote, self.place):
            start = self.place
            if self.with_holes and self.source[start] in "{}":
                yield self._brace(), start
                continue
            match = (_RAW_UNIT if self.raw else _UNIT).match(self.source, start)
            unit = match[0] if match else self.source[start]
            self.place += len(unit)
            for place, sign in enumerate(unit if self.raw else _said(unit)):
                yield sign, start + (place if self.raw else 0)
        self.end = self.place + len(self.quote)

    def _brace(self) -> str:
        """Read a doubled brace, or an expression to its closing one."""
        sign = self.source[self.place]
        if self.source.startswith(sign * 2, self.place):
            self.place += 2
            return sign
        self.place = _hole_end(self.source, self.place + 1)
        return HOLE


def _said(unit: str) -> str:
    """Give what a unit of a plain string stands for."""
    if not unit.startswith("\\"):
        return unit
    told = unit[1:]
    if told in _ESCAPES:
        return _ESCAPES[told]
    if told[0] in "01234567":
        return chr(int(told, 8))
    if told[0] in "xuU" and len(told) > 1:
        return chr(int(told[1:], 16))
    return unicodedata.lookup(told[2:-1]) if told.startswith("N{") else unit


def _hole_end(source: str, place: int) -> int:
    """Find the end of an f-string's expression, past its closing brace."""
    depth = 0
    while place < len(source):
        sign = source[place]
        if sign in "\"'":
            opened = _OPENED.match(source, place)
            assert opened is not None  # noqa: S101  it begins with a quote
            place = _string_end(source, place, opened)
            continue
        if sign == "}" and depth == 0:
            return place + 1
        if sign == ":" and depth == 0:
            return _format_end(source, place + 1)
        depth += (sign in "([{") - (sign in ")]}")
        place += 1
    return place


def _string_end(source: str, place: int, opened: re.Match[str]) -> int:
    """Find the end of a string within an expression; its prefix stands before it."""
    before = re.search(r"[A-Za-z]{0,2}\Z", source[max(0, place - 2) : place])
    start = place - len(before[0]) if before else place
    string = _String(source, _OPENED.match(source, start) or opened)
    for _ in string.signs():
        pass
    return string.end


def _format_end(source: str, place: int) -> int:
    """Find the end of a format, past the closing brace of its expression; it may hold expressions, and any sign."""
    while place < len(source) and source[place] != "}":
        place = _hole_end(source, place + 1) if source[place] == "{" else place + 1
    return place + 1
