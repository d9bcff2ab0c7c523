"""How much an archive may hold, counted while it is read: its own headers may lie."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from toolbox_cli.core.archives.faults import Faults

_KIB: Final = 1024
_SMALL: Final = 1024 * _KIB
"""Bytes that may be compressed as much as they can be: a short file of one word is no bomb."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold at most.

    Attributes:
        entries: files and folders.
        entry_bytes: of one file, unpacked.
        total_bytes: of all files together, unpacked.
        ratio: unpacked bytes to packed ones, of one file.
    """

    entries: int = 10_000
    entry_bytes: int = 4 * _KIB**3
    total_bytes: int = 16 * _KIB**3
    ratio: int = 200


@dataclass
class Meter:
    """Counts what was really read of an archive."""

    path: Path
    limits: Limits
    _read: dict[str, int] = field(default_factory=dict)
    _total: int = 0

    def count(self, name: str, unpacked_bytes: int, packed_bytes: int | None) -> None:
        """Take note of how much of an entry was read until now; reading it again counts once.

        Args:
            name: the entry's.
            unpacked_bytes: read since its beginning.
            packed_bytes: of the entry, where it is compressed.

        Raises:
            ArchiveError: that is more than allowed.
        """
        more = unpacked_bytes - self._read.get(name, 0)
        if more > 0:
            self._read[name] = unpacked_bytes
            self._total += more
        faults = Faults(self.path)
        check_size(faults, self.limits, name, unpacked_bytes, packed_bytes)
        check_total(faults, self.limits, self._total)
        faults.settle()


def check_size(faults: Faults, limits: Limits, name: str, unpacked_bytes: int, packed_bytes: int | None) -> None:
    """Hold one entry against the limits."""
    if unpacked_bytes > limits.entry_bytes:
        faults.add("too-large", name, f"has more than {limits.entry_bytes:,} bytes")
    if packed_bytes is not None and unpacked_bytes > max(_SMALL, packed_bytes * limits.ratio):
        faults.add("ratio", name, f"unpacks to more than {limits.ratio} times its size")


def check_total(faults: Faults, limits: Limits, total_bytes: int) -> None:
    """Hold the whole against the limits."""
    if total_bytes > limits.total_bytes:
        faults.add("too-large", faults.path.name, f"all entries together have more than {limits.total_bytes:,} bytes")
