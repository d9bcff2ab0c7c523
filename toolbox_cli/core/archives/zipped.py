"""A zip file as an archive: nothing of what its headers say is believed."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final, cast

from toolbox_cli.core.archives.archive import Archive, Counted, Entry
from toolbox_cli.core.archives.faults import ArchiveError, Faults, shown
from toolbox_cli.core.archives.limits import Limits, check_size, check_total
from toolbox_cli.core.archives.names import check_names, is_litter, without_top
from toolbox_cli.core.archives.sparing import Sparing, sparing

_ENCRYPTED: Final = 0x1
_LOCAL_HEADER: Final = 30
_DIRECTORY_BYTES: Final = 512
"""Of one entry in the zip's list, names and all, more than honest ones have."""
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others unpack with as much memory as the sender asks for."""
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""All that zipfile raises for bytes that are not as they should be."""


class Zip(Archive):
    """A zip file that somebody sent.

    Raises:
        ArchiveError: it is none, or with everything that is wrong with its entries.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path, limits)
        self._file, self._zip = _open(path, limits)
        try:
            self._infos = self._checked(limits)
        except BaseException:
            self.close()
            raise
        self.entries = {name: Entry(name, info.file_size) for name, info in self._infos.items()}

    def _checked(self, limits: Limits) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        faults = Faults(self.path)
        if len(infos) > limits.entries:
            faults.add("too-many", self.path.name, f"has more than {limits.entries:,} entries")
            faults.settle()
        check_names(faults, (info.orig_filename for info in infos))
        for info in infos:
            _check(faults, limits, info)
        _check_overlaps(faults, infos, self._zip.start_dir)
        check_total(faults, limits, sum(info.file_size for info in infos))
        faults.settle()
        files = {info.filename: info for info in infos if not info.is_dir() and not is_litter(info.filename)}
        return {short: files[whole] for short, whole in without_top(files).items()}

    def _raw(self, name: str) -> io.RawIOBase:
        info = self._infos[name]
        try:
            source = self._zip.open(info)
        except _BROKEN as error:
            raise _broken(self.path, name, error) from None
        return _Unpacked(cast("BinaryIO", source), self.meter, name, info.compress_size)

    def close(self) -> None:
        self._zip.close()
        self._file.close()


class _Unpacked(Counted):
    def _take(self, size: int) -> bytes:
        try:
            return super()._take(size)
        except _BROKEN as error:
            raise _broken(self._meter.path, self._name, error) from None


def _open(path: Path, limits: Limits) -> tuple[Sparing, zipfile.ZipFile]:
    most_bytes = max(1024 * 1024, limits.entries * _DIRECTORY_BYTES)
    try:
        file = sparing(path, most_bytes, zipfile.BadZipFile("its list of entries is too long"))
    except OSError as error:
        raise ArchiveError(f"{path}: can't be read: {error.strerror}") from None
    try:
        return file, zipfile.ZipFile(file)
    except _BROKEN as error:
        file.close()
        raise ArchiveError(
            f"{path} is no zip file that can be read: {_reason(error)}.", remedy="Send it again; it may be cut off."
        ) from None


def _check(faults: Faults, limits: Limits, info: zipfile.ZipInfo) -> None:
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        faults.add("link", name, "is a link")
    elif kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        faults.add("special", name, "is neither a file nor a folder")
    if info.flag_bits & _ENCRYPTED:
        faults.add("encrypted", name, "is encrypted")
    if info.compress_type not in _METHODS:
        faults.add("method", name, "is compressed in another way than deflate")
    check_size(faults, limits, name, info.file_size, info.compress_size)


def _check_overlaps(faults: Faults, infos: Sequence[zipfile.ZipInfo], end: int) -> None:
    """Find entries that share bytes with others: one packed block would unpack many times over."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    starts = [*(info.header_offset for info in ordered), end]
    for info, (start, following) in zip(ordered, pairwise(starts), strict=True):
        if start < 0 or start + _LOCAL_HEADER + info.compress_size > following:
            faults.add("overlap", info.orig_filename, "has bytes in common with what stands behind it")


def _broken(path: Path, name: str, error: Exception) -> ArchiveError:
    return ArchiveError(f"{path}: {shown(name)} can't be unpacked: {_reason(error)}.", remedy="Send it again.")


def _reason(error: Exception) -> str:
    return shown(str(error).rstrip(".")) or "it ends too soon"
