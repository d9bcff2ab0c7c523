"""A string of a revision's file as a template of statements, held against what was written in the end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from toolbox_cli.db.lint.source.literals import HOLE, Literal
from toolbox_cli.db.revisions.plan.statements import comments, split

_FORMAT: Final = re.compile(r"\{\{|\}\}|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|.", re.DOTALL)
_PERCENT: Final = re.compile(r"%%|%(?:\(\w*\))?[-#0 +]*\d*(?:\.\d+)?[srdixfg]|.", re.DOTALL)
_ESCAPED_COLON: Final = re.compile(r"\\(:\w*)(?![:\w])")
WORD: Final = 3
"""How many signs must be said to tell one string from another."""

EDGES: Final = ",;\n"
"""Signs that part one part of a statement from the next."""

_EDGE: Final = re.compile(f"[{EDGES}]")
_TAB: Final = "    "
"""What Alembic writes for a tabulator."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file.

    Attributes:
        put_in: what stands there was put into a string, and may be written elsewhere.
    """

    number: int
    put_in: bool = False


@dataclass(frozen=True)
class Template:
    """One statement of a string.

    Attributes:
        text: with a `HOLE` for each thing that is put in.
        lines: the line of each sign.
    """

    text: str
    lines: tuple[int, ...]

    @cached_property
    def said(self) -> int:
        """How many signs it says itself: of several that fit, the one that says most is meant."""
        return len(self.text) - self.text.count(HOLE)

    def lines_of(self, statement: str) -> list[Line] | None:
        """Give the line of each sign of a statement that was made from this; None where it was not."""
        if HOLE not in self.text:
            return [Line(number) for number in self.lines] if statement == self.text else None
        filled = _put_in(self.text.split(HOLE), statement) if self.said else None
        if filled is None:
            return None
        sizes, found = iter(filled), list[Line]()
        for sign, number in zip(self.text, self.lines, strict=True):
            found += [Line(number, put_in=True)] * next(sizes) if sign == HOLE else [Line(number)]
        return found


@dataclass(frozen=True)
class Reading:
    """A string as one of the ways to fill it reads it: as it is, by `format`, or by `%`."""

    text: str
    lines: tuple[int, ...]

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        return tuple(Template(self.text[s.start : s.end], self.lines[s.start : s.end]) for s in split(self.text))

    @cached_property
    def comments(self) -> tuple[int, ...]:
        """The lines of its comments."""
        return tuple(self.lines[comment.start] for comment in comments(self.text))

    @cached_property
    def pieces(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """What it says between its holes, with the line of each sign; nothing that says less than a word."""
        found, start = [], 0
        for piece in self.text.split(HOLE):
            if len(piece.strip()) >= WORD:
                found.append((piece, self.lines[start : start + len(piece)]))
            start += len(piece) + 1
        return tuple(found)

    @cached_property
    def said(self) -> int:
        """How many signs it says itself."""
        return len(self.text.replace(HOLE, "").strip())

    def around(self, text: str, place: int) -> int | None:
        """Give the line of what it says at a place of a text, where it is a part of that text.

        What is put in holds none of the signs that part one from the next.
        """
        said, start = self.text.split(HOLE), 0
        for n, piece in enumerate(said):
            found = text.find(piece, max(0, place - len(piece) + 1), place + len(piece)) if piece else -1
            if (
                0 <= found <= place
                and _follow(said[n + 1 :], text, found + len(piece))
                and _precede(said[:n], text, found)
            ):
                return self.lines[start + place - found]
            start += len(piece) + 1
        return None


def _follow(said: Sequence[str], text: str, place: int) -> bool:
    """Whether pieces come one after another behind a place."""
    for piece in said:
        edge = _EDGE.search(text, place)
        found = text.find(piece, place, (edge.start() if edge else len(text)) + len(piece))
        if found < 0:
            return False
        place = found + len(piece)
    return True


def _precede(said: Sequence[str], text: str, place: int) -> bool:
    """Whether pieces come one before another in front of a place."""
    for piece in reversed(said):
        edge = max(text.rfind(sign, 0, place) for sign in EDGES)
        found = text.rfind(piece, max(0, edge + 1 - len(piece)), place)
        if found < 0:
            return False
        place = found
    return True


def readings(literal: Literal) -> Iterator[Reading]:
    """Give the ways to read a string, each as Alembic would write it: as it is first."""
    yield _as_written(literal.text, literal.lines)
    if "{" in literal.text:
        yield _filled(literal, _FORMAT, "{}")
    if "%" in literal.text:
        yield _filled(literal, _PERCENT, "%")


def _put_in(said: Sequence[str], text: str) -> list[int] | None:
    """Find pieces in a text, from its first sign to its last; give how many signs are put in between them.

    The nearest place for each is the right one if there is any: no other leaves more room for those behind it.
    """
    place, last = len(said[0]), len(text) - len(said[-1])
    if place > last or not (text.startswith(said[0]) and text.endswith(said[-1])):
        return None
    sizes: list[int] = []
    for piece in said[1:-1]:
        found = text.find(piece, place, last)
        if found < 0:
            return None
        sizes.append(found - place)
        place = found + len(piece)
    return [*sizes, last - place]


def _filled(literal: Literal, units: re.Pattern[str], signs: str) -> Reading:
    text: list[str] = []
    lines: list[int] = []
    for unit in units.finditer(literal.text):
        told = unit[0][0] if len(unit[0]) == 2 and unit[0][0] == unit[0][1] and unit[0][0] in signs else unit[0]
        text.append(HOLE if len(told) > 1 else told)
        lines.append(literal.lines[unit.start()])
    return _as_written("".join(text), tuple(lines))


def _as_written(text: str, lines: tuple[int, ...]) -> Reading:
    """Do to a text what is done to it on the way out: a colon loses its escape, a tabulator becomes blanks."""
    dropped = {match.start() for match in _ESCAPED_COLON.finditer(text)}
    kept = [(sign, lines[n]) for n, sign in enumerate(text) if n not in dropped]
    spread = [(part, line) for sign, line in kept for part in (_TAB if sign == "\t" else sign)]
    return Reading("".join(sign for sign, _ in spread), tuple(line for _, line in spread))
