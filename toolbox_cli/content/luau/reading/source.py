"""The text of a script as bytes with lines and columns, before anything is read into it."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

SIZE_CAP: Final = 512 * 1024
"""Bytes; Roblox's own editor takes no more than 200,000 signs."""

BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; both count from 1, columns in signs."""

    line: int
    column: int


class Source:
    """A script's text, in which a sign is a byte.

    Attributes:
        data: as it was given.
        text: one character a byte, so that places in it are places in `data`.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.text = data.decode("latin-1")
        self._starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = self.text.find("\n", at + 1)

    @property
    def begins(self) -> int:
        """Where the script begins: behind a byte order mark."""
        return len(BOM) if self.data.startswith(BOM) else 0

    @property
    def lines(self) -> int:
        return len(self._starts)

    def place(self, at: int) -> Place:
        """Give the line and column of a byte."""
        line = bisect_right(self._starts, at)
        before = self.data[self._starts[line - 1] : at]
        return Place(line, len(before.decode("utf-8", "replace")) + 1)

    def line_of(self, at: int) -> int:
        """Give the line of a byte, from 1."""
        return bisect_right(self._starts, at)

    def line_start(self, at: int) -> int:
        """Give where the line of a byte begins."""
        return self._starts[bisect_right(self._starts, at) - 1]


def readable(text: str) -> str:
    r"""Give text of a script, a byte a character, as people read it.

    Example:
        >>> readable("Z\u00c3\u00bcrich")
        'Zürich'
    """
    return text.encode("latin-1", "replace").decode("utf-8", "replace")
