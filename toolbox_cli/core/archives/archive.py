"""One interface to what was sent, be it a folder, a zip file or a tar file."""

import io
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Self, cast

from toolbox_cli.core.archives.faults import ArchiveError, shown
from toolbox_cli.core.archives.limits import Limits, Meter

_BUFFER: Final = 256 * 1024
_PIECE: Final = 64 * 1024


class Entry(NamedTuple):
    """A file of an archive.

    Attributes:
        name: relative, with `/`, without the folder that everything lies in.
        size_bytes: as the archive claims; what is read is counted.
    """

    name: str
    size_bytes: int


class Archive(ABC):
    """What somebody sent; opened, each name and size in it is known to be harmless.

    Attributes:
        entries: files by name, in the archive's order; neither folders nor what desktops leave behind.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.meter = Meter(path, limits)
        self.entries: Mapping[str, Entry] = {}

    def open(self, name: str) -> BinaryIO:
        """Open an entry as a stream of its bytes, which raises ArchiveError where reading shows a lie.

        Raises:
            ArchiveError: there is no such entry, or it can't be opened.
        """
        if name not in self.entries:
            raise ArchiveError(f"{self.path} has no entry {shown(name)}.")
        return cast("BinaryIO", _Wide(self._raw(name), _BUFFER))

    @abstractmethod
    def _raw(self, name: str) -> io.RawIOBase: ...

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Wide(io.BufferedReader):
    """A stream that takes much at once, though text is asked for in pieces of 8 KiB."""

    def read1(self, size: int = -1, /) -> bytes:
        return super().read1(max(size, _PIECE))


class Counted(io.RawIOBase):
    """A stream whose bytes are counted as they come.

    Args:
        packed_bytes: of the entry, where it is compressed.
    """

    def __init__(self, source: BinaryIO, meter: Meter, name: str, packed_bytes: int | None = None) -> None:
        super().__init__()
        self._source, self._meter, self._name, self._packed_bytes = source, meter, name, packed_bytes
        self._read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # what BufferedReader gives
        data = self._take(len(buffer))
        buffer[: len(data)] = data
        self._read_bytes += len(data)
        self._meter.count(self._name, self._read_bytes, self._packed_bytes)
        return len(data)

    def _take(self, size: int) -> bytes:
        return self._source.read(size)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()
