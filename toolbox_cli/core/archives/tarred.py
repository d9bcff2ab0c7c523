"""A tar file, gzipped or not, as an archive: links and whatever is no file are refused, and no header is believed."""

import gzip
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Final, NamedTuple, cast

from toolbox_cli.core.archives.archive import Archive, Counted, Entry
from toolbox_cli.core.archives.faults import ArchiveError, Faults, shown
from toolbox_cli.core.archives.limits import Limits, check_size, check_total
from toolbox_cli.core.archives.names import check_names, is_litter, without_top
from toolbox_cli.core.archives.sparing import Sparing

_GZIP: Final = b"\x1f\x8b"
_MARK: Final = b"ustar"
_MARK_AT: Final = 257
_PIECE: Final = 256 * 1024
_HEADER_BYTES: Final = 8 * 1024
"""Of a header that follows another; names end after 1,024."""
_FRAME_BYTES: Final = 4 * 1024
"""Around each entry: its headers, and what fills its last block."""
_BROKEN: Final = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError, LookupError, TypeError,
                  RecursionError)  # fmt: skip
"""All that tarfile raises for bytes that are not as they should be."""


class Tar(Archive):
    """A tar file that somebody sent; a gzipped one is unzipped into a file without name, which goes with it.

    Raises:
        ArchiveError: it is none, or with everything that is wrong with its entries.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path, limits)
        try:
            self._file = _plain(path, limits)
        except _BROKEN as error:
            raise _unreadable(path, error) from None
        try:
            self._places = self._checked(limits)
        except BaseException:
            self.close()
            raise
        self.entries = {name: Entry(name, place.size_bytes) for name, place in self._places.items()}

    def _checked(self, limits: Limits) -> "dict[str, _Place]":
        faults = Faults(self.path)
        places: dict[str, _Place] = {}
        names: list[str] = []
        for number, info in enumerate(_members(self.path, self._file), 1):
            if number > limits.entries:
                faults.add("too-many", self.path.name, f"has more than {limits.entries:,} entries")
                break
            name = _name(info)
            if name == ".":
                continue
            names.append(name)
            _check(faults, limits, info, name)
            if info.isreg() and not is_litter(name):
                places[name] = _Place(info.offset_data, info.size)
        check_total(faults, limits, sum(place.size_bytes for place in places.values()))
        check_names(faults, names)
        faults.settle()
        return {short: places[whole] for short, whole in without_top(places).items()}

    def _raw(self, name: str) -> io.RawIOBase:
        place = self._places[name]
        part = _Part(self._file.fileno(), place)
        return _Whole(cast("BinaryIO", part), self, name, place.size_bytes)

    def close(self) -> None:
        self._file.close()


class _Place(NamedTuple):
    """Where an entry's bytes are in the tar file."""

    start: int
    size_bytes: int


class _Part(io.RawIOBase):
    """Some bytes of a file; parts of one file don't disturb each other."""

    def __init__(self, file: int, place: "_Place") -> None:
        self._file, self._at, self._end = file, place.start, place.start + place.size_bytes

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        left = self._end - self._at
        data = os.pread(self._file, left if size < 0 else min(size, left), self._at)
        self._at += len(data)
        return data


class _Whole(Counted):
    """An entry's bytes, all of them."""

    def __init__(self, source: BinaryIO, tar: Tar, name: str, size_bytes: int) -> None:
        super().__init__(source, tar.meter, name)
        self._left = size_bytes

    def _take(self, size: int) -> bytes:
        data = super()._take(size)
        self._left -= len(data)
        if not data and self._left and size:
            raise ArchiveError(f"{self._meter.path}: {shown(self._name)} is cut off.", remedy="Send it again.")
        return data


def is_tar(path: Path) -> bool:
    """Say whether a file is a tar file, or gzipped, by its bytes; one that can't be read is none."""
    try:
        with path.open("rb") as file:
            begins = file.read(_MARK_AT + len(_MARK))
    except OSError:
        return False
    return begins.startswith(_GZIP) or begins[_MARK_AT:] == _MARK


def _plain(path: Path, limits: Limits) -> BinaryIO:
    """Open the tar file itself, unzipped."""
    file = path.open("rb")
    if file.read(len(_GZIP)) != _GZIP:
        return file
    file.seek(0)
    made = cast("BinaryIO", TemporaryFile())  # noqa: SIM115  the archive closes it
    try:
        with file:
            _unzip(file, made, path, limits)
    except BaseException:
        made.close()
        raise
    return made


def _unzip(file: BinaryIO, made: BinaryIO, path: Path, limits: Limits) -> None:
    """Unzip as long as it stays within the limits."""
    packed_bytes, count = path.stat().st_size, 0
    most_bytes = limits.total_bytes + limits.entries * _FRAME_BYTES
    with gzip.GzipFile(fileobj=file) as unzipped:
        while piece := unzipped.read(_PIECE):
            count += len(piece)
            faults = Faults(path)
            check_size(faults, Limits(entry_bytes=most_bytes, ratio=limits.ratio), path.name, count, packed_bytes)
            faults.settle()
            made.write(piece)
    made.flush()


def _members(path: Path, file: BinaryIO) -> Iterator[tarfile.TarInfo]:
    size_bytes = os.fstat(file.fileno()).st_size
    raw = io.FileIO(file.fileno(), closefd=False)
    raw.seek(0)
    refusal = tarfile.ReadError("one of its headers is too long")
    try:
        with (
            Sparing(raw, size_bytes, _HEADER_BYTES, refusal) as read,
            tarfile.TarFile(fileobj=read, errorlevel=1) as tar,
        ):
            at, kept = -1, cast("list[tarfile.TarInfo]", vars(tar)["members"])
            for info in tar:
                if not at < info.offset_data <= size_bytes or info.size < 0:
                    raise tarfile.ReadError("its headers contradict each other")
                at = info.offset_data
                yield info
                kept.clear()
    except _BROKEN as error:
        raise _unreadable(path, error) from None


def _name(info: tarfile.TarInfo) -> str:
    """Give an entry's name; those of a tar file that was made of the folder `.` begin with `./`."""
    return info.name.removeprefix("./") or "."


def _check(faults: Faults, limits: Limits, info: tarfile.TarInfo, name: str) -> None:
    if info.issym() or info.islnk():
        faults.add("link", name, "is a link")
    elif not (info.isreg() or info.isdir()) or info.issparse():
        faults.add("special", name, "is neither a file nor a folder")
    check_size(faults, limits, name, info.size, None)


def _unreadable(path: Path, error: Exception) -> ArchiveError:
    if isinstance(error, ArchiveError):
        return error
    reason = shown(str(error).rstrip(".")) or "it ends too soon"
    return ArchiveError(
        f"{path} is no tar file that can be read: {reason}.", remedy="Send it again; it may be cut off."
    )
