"""A string of a revision's file as a template of statements, held against what was written in the end."""

import re
from collections.abc import Iterator
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

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self.text.split(HOLE))), re.DOTALL)

    def lines_of(self, statement: str) -> list[Line] | None:
        """Give the line of each sign of a statement that was made from this; None where it was not."""
        if HOLE not in self.text:
            return [Line(number) for number in self.lines] if statement == self.text else None
        if not self.said or (match := self._pattern.fullmatch(statement)) is None:
            return None
        filled = iter(match.groups())
        found: list[Line] = []
        for sign, number in zip(self.text, self.lines, strict=True):
            found += [Line(number, put_in=True)] * len(next(filled)) if sign == HOLE else [Line(number)]
        return found


@dataclass(frozen=True)
class Reading:
    """A string as one of the ways to fill it reads it: as it is, by `format`, or by `%`."""

    text: str
    lines: tuple[int, ...]

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        return tuple(Template(self._written(s.start, s.end), self.lines[s.start : s.end]) for s in split(self.text))

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
    def _inner(self) -> re.Pattern[str]:
        """Finds it as a part of one part of a statement: what is put in holds none of what parts these."""
        return re.compile("([^,;]*?)".join(map(re.escape, self.text.split(HOLE))))

    def around(self, text: str, place: int) -> tuple[int, int] | None:
        """Find it in a text so that it says the sign at a place; give how much it says, and the line of that sign."""
        said = len(self.text.replace(HOLE, "").strip())
        if said < WORD:
            return None
        for match in self._inner.finditer(text):
            if match.start() <= place < match.end():
                sign = self._sign_at(match, place)
                return None if sign is None else (said, self.lines[sign])
        return None

    def _sign_at(self, match: re.Match[str], place: int) -> int | None:
        """Give which of its signs a place in a text is; None for what was put in."""
        at, hole = match.start(), 0
        for n, sign in enumerate(self.text):
            if sign == HOLE:
                hole += 1
                at = match.end(hole)
                if place < at:
                    return None
            elif at == place:
                return n
            else:
                at += 1
        return None

    def _written(self, start: int, end: int) -> str:
        return self.text[start:end]


def readings(literal: Literal) -> Iterator[Reading]:
    """Give the ways to read a string, each as Alembic would write it: as it is first."""
    yield _as_written(literal.text, literal.lines)
    if "{" in literal.text:
        yield _filled(literal, _FORMAT, "{}")
    if "%" in literal.text:
        yield _filled(literal, _PERCENT, "%")


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
