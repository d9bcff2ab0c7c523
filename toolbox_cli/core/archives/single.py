"""A file by itself as an archive with that entry alone."""

import io
from pathlib import Path
from typing import BinaryIO, cast

from toolbox_cli.core.archives.archive import Archive, Counted, Entry
from toolbox_cli.core.archives.faults import ArchiveError, Faults
from toolbox_cli.core.archives.limits import Limits, check_size


class Single(Archive):
    """A file that somebody sent.

    Raises:
        ArchiveError: it is too large, or can't be read.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path, limits)
        try:
            size_bytes = path.stat().st_size
        except OSError as error:
            raise ArchiveError(f"{path}: can't be read: {error.strerror}") from None
        faults = Faults(path)
        check_size(faults, limits, path.name, size_bytes, None)
        faults.settle()
        self.entries = {path.name: Entry(path.name, size_bytes)}

    def _raw(self, name: str) -> io.RawIOBase:
        try:
            source = io.FileIO(self.path)
        except OSError as error:
            raise ArchiveError(f"{self.path}: can't be read: {error.strerror}") from None
        return Counted(cast("BinaryIO", source), self.meter, name)

    def close(self) -> None:
        """Nothing is held open."""
