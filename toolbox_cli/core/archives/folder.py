"""A folder as an archive: no link is followed, and what changes while it is read is noticed."""

import io
import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from toolbox_cli.core.archives.archive import Archive, Counted, Entry
from toolbox_cli.core.archives.faults import ArchiveError, Faults, shown
from toolbox_cli.core.archives.limits import Limits, check_size, check_total
from toolbox_cli.core.archives.names import check_names, is_litter, without_top

_DEPTH: Final = 50
_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class _State(NamedTuple):
    """What shows that a file is the same, and is as it was."""

    device: int
    inode: int
    size_bytes: int
    changed_ns: int


class Folder(Archive):
    """A folder that somebody fills.

    Raises:
        ArchiveError: with everything that is wrong with its entries.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path, limits)
        found = self._scan(limits)
        kept = without_top(name for name in found if not is_litter(name))
        self._files = {short: (path / whole, found[whole]) for short, whole in kept.items()}
        self.entries = {short: Entry(short, state.size_bytes) for short, (_, state) in self._files.items()}

    def _scan(self, limits: Limits) -> dict[str, _State]:
        faults = Faults(self.path)
        found: dict[str, _State] = {}
        for number, (name, info) in enumerate(_walk(self.path, faults, limits.entries), 1):
            if number > limits.entries:
                faults.add("too-many", self.path.name, f"has more than {limits.entries:,} entries")
                break
            if stat.S_ISLNK(info.st_mode):
                faults.add("link", name, "is a link")
            elif stat.S_ISREG(info.st_mode):
                found[name] = _state(info)
                check_size(faults, limits, name, info.st_size, None)
            elif not stat.S_ISDIR(info.st_mode):
                faults.add("special", name, "is neither a file nor a folder")
        check_total(faults, limits, sum(state.size_bytes for state in found.values()))
        check_names(faults, found)
        faults.settle()
        return dict(sorted(found.items()))

    def _raw(self, name: str) -> io.RawIOBase:
        path, state = self._files[name]
        try:
            source = os.fdopen(os.open(path, _FLAGS), "rb", buffering=0)
        except OSError as error:
            raise ArchiveError(f"{path}: can't be read: {error.strerror}") from None
        return _Unchanging(source, self, name, state)

    def close(self) -> None:
        """Nothing is held open."""


class _Unchanging(Counted):
    """A file's bytes, if they are still those that were there when the folder was looked at.

    A file that is being written while it is read ends somewhere in the middle, which nothing in it shows.
    """

    def __init__(self, source: io.FileIO, folder: Folder, name: str, state: _State) -> None:
        super().__init__(cast("BinaryIO", source), folder.meter, name)
        self._file, self._state, self._where = source, state, folder.path
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def _take(self, size: int) -> bytes:
        data = self._file.read(size) or b""
        if len(data) < size:
            self._check()
        return data

    def _check(self) -> None:
        if _state(os.fstat(self._file.fileno())) != self._state:
            raise ArchiveError(
                f"{self._where}: {shown(self._name)} changed while it was read.",
                remedy="Read the folder when everything in it has arrived.",
            )


def _state(info: os.stat_result) -> _State:
    return _State(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns)


def _walk(root: Path, faults: Faults, most: int, below: str = "") -> Iterator[tuple[str, os.stat_result]]:
    if below.count("/") >= _DEPTH:
        faults.add("name", below, f"lies more than {_DEPTH} folders deep")
        return
    for entry in _listed(root, faults, most, below):
        name = f"{below}/{entry.name}" if below else entry.name
        try:
            info = entry.stat(follow_symlinks=False)
        except OSError as error:
            faults.add("unreadable", name, f"can't be read: {error.strerror}")
            continue
        yield name, info
        if stat.S_ISDIR(info.st_mode):
            yield from _walk(root, faults, most, name)


def _listed(root: Path, faults: Faults, most: int, below: str) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(root / below) as listed:
            return sorted(islice(listed, most + 1), key=lambda entry: entry.name)
    except OSError as error:
        faults.add("unreadable", below or root.name, f"can't be read: {error.strerror}")
        return []
