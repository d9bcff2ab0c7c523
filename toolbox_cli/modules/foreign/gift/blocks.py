"""The text parted into what blank lines stand between, each part knowing its place."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

CATEGORY: Final = "$CATEGORY:"

_LINES: Final = re.compile(r"\r\n|\r|\n")
_ESCAPED: Final = "~=#{}:\\n"
_SIGNS: Final = re.compile(r"\\([~=#{}:\\n])")
_MASKED: Final = re.compile("\0([\1-\10])")


class GiftError(Exception):
    """The question can't be read.

    Attributes:
        problem: in words.
        index: in its block.
    """

    def __init__(self, problem: str, index: int) -> None:
        self.problem, self.index = problem, index
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Piece:
    r"""A part of a block; signs with a backslash before them stand in it as two that mean nothing.

    Attributes:
        start: index in the block.
    """

    text: str
    start: int = 0

    def cut(self, begin: int, end: int | None = None) -> "Piece":
        return Piece(self.text[begin:end], self.start + begin)

    def strip(self) -> "Piece":
        begin = len(self.text) - len(self.text.lstrip())
        return self.cut(begin, begin + len(self.text.strip()))

    def parted(self, sign: str) -> "tuple[Piece, Piece | None]":
        """Part it at the first such sign; None behind it where there is none."""
        at = self.text.find(sign)
        return (self, None) if at < 0 else (self.cut(0, at), self.cut(at + len(sign)))

    def split(self, signs: str) -> "Iterator[tuple[str, Piece]]":
        """Give all parts between such signs, each with the sign before it; none before the first."""
        marks = [found.start() for found in re.finditer(f"[{re.escape(signs)}]", self.text)]
        ends = [*marks, len(self.text)]
        yield "", self.cut(0, ends[0])
        for mark, end in zip(marks, ends[1:], strict=True):
            yield self.text[mark], self.cut(mark + 1, end)

    def error(self, problem: str) -> GiftError:
        return GiftError(problem, self.start)

    def __str__(self) -> str:
        """Give what the author meant."""
        return _MASKED.sub(lambda found: "\n" if (sign := _ESCAPED[ord(found[1]) - 1]) == "n" else sign, self.text)


@dataclass
class Block:
    """A question or a category.

    Attributes:
        lines: number and text of each, comments left out.
    """

    lines: list[tuple[int, str]] = field(default_factory=list)

    @property
    def category(self) -> str | None:
        """The category's name; None for a question."""
        text = self.lines[0][1].strip()
        return text.removeprefix(CATEGORY).strip() if text.startswith(CATEGORY) else None

    @property
    def piece(self) -> Piece:
        text = "\n".join(line for _, line in self.lines)
        return Piece(_SIGNS.sub(lambda found: f"\0{chr(_ESCAPED.index(found[1]) + 1)}", text))

    @property
    def line(self) -> int:
        return self.lines[0][0]

    def place(self, index: int) -> tuple[int, int]:
        """Give line and column of an index in the piece, both from 1."""
        starts = [0]
        for _, line in self.lines[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        at = bisect_right(starts, index) - 1
        return self.lines[at][0], index - starts[at] + 1


def blocks(text: str) -> Iterator[Block]:
    """Part a text: a blank line ends a question, its own line a category.

    Args:
        text: without NUL.
    """
    block = Block()
    for number, line in enumerate(_LINES.split(text), 1):
        words = line.strip()
        if words.startswith("//"):
            continue
        if words:
            block.lines.append((number, line))
        if block.lines and (not words or block.category is not None):
            yield block
            block = Block()
    if block.lines:
        yield block


def counted(text: str) -> int:
    """Count questions and categories by lines alone."""
    count, inside = 0, False
    for line in map(str.strip, _LINES.split(text)):
        if line.startswith("//"):
            continue
        begins = bool(line) and not inside
        count += begins
        inside = bool(line) and (inside or not line.startswith(CATEGORY))
    return count
