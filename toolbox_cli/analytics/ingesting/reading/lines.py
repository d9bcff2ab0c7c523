"""Files and streams as lines of bytes, of which none is ever in memory beyond a limit."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from toolbox_cli.core.errors import InputError

STREAM: Final = "-"
LONGEST: Final = 1024 * 1024
"""Bytes of the longest line that can be an event."""
KEPT: Final = 64 * 1024
"""Bytes that are kept of a longer one."""

_SPREAD: Final = {b"{": "jq -c .", b"[": "jq -c '.[]'", b"[{": "jq -c '.[]'"}
"""First lines of JSON that is written over many, with what makes a line of each event."""

_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end.

    Attributes:
        source: its file; `-` for a stream.
        number: 1 for the first.
        content: all of it, or the beginning of one that is too long.
        size_bytes: of all of it.
        whole_sha256: of one that is too long; None where `content` is all.
    """

    source: str
    number: int
    content: bytes
    size_bytes: int
    whole_sha256: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of all of it, in hexadecimal digits."""
        return self.whole_sha256 or hashlib.sha256(self.content).hexdigest()


def read_lines(files: Sequence[str], folder: Path) -> Iterator[Line]:
    """Read files one after the other; blank lines are left out.

    Args:
        files: paths; `-` is stdin.
        folder: what relative paths begin at.

    Raises:
        InputError: a file can't be read, or is JSON over many lines.
    """
    for file in files:
        if file == STREAM:
            yield from lines_of(STREAM, sys.stdin.buffer)
            continue
        try:
            with (folder / file).open("rb") as stream:
                yield from lines_of(file, stream)
        except OSError as error:
            raise InputError(f"{file} can't be read: {error.strerror}.") from error


def lines_of(source: str, stream: BinaryIO) -> Iterator[Line]:
    """Part a stream into lines.

    Raises:
        InputError: it is JSON over many lines.
    """
    number, is_begun = 0, False
    while part := stream.readline(LONGEST + 2):
        number += 1
        if number == 1:
            part = part.removeprefix(_BOM)
        content = part.rstrip(b"\r\n")
        if len(content) > LONGEST:
            yield _long(source, number, part, stream)
        elif content.strip():
            if not is_begun:
                _check_begin(source, number, content.strip())
            is_begun = True
            yield Line(source, number, content, len(content))


def _check_begin(source: str, number: int, content: bytes) -> None:
    """Refuse a file whose every line would else be told as no event."""
    if content in _SPREAD:
        name = "stdin" if source == STREAM else source
        raise InputError(
            f"{name}:{number} begins JSON that is written over several lines, and each event stands on one line.",
            remedy=f"Write it so: {_SPREAD[content]} {'' if source == STREAM else source}".rstrip(),
        )


def _long(source: str, number: int, begun: bytes, stream: BinaryIO) -> Line:
    """Go to the end of a line that is too long; only its beginning, length and hash stay."""
    digest, size, part = hashlib.sha256(), 0, begun
    while part and not part.endswith(b"\n"):
        digest.update(part)
        size += len(part)
        part = stream.readline(LONGEST)
    part = part.rstrip(b"\r\n")
    digest.update(part)
    return Line(source, number, begun[:KEPT], size + len(part), digest.hexdigest())
