"""Keeps two runs from building the same dataset in an object store, which knows no locks."""

import json
import os
import platform
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pyarrow import fs

from toolbox_cli.core.errors import LockedError

STALE_S: Final = 15 * 60
"""A lease of another machine that nobody has renewed for so long is nobody's."""

_RENEWED_S: Final = 60
_SUFFIX: Final = ".lease"


class Lease:
    """An object that says who builds; renewed while its run lives.

    Each writes its own and then looks for others. Listings of S3 are consistent, so of two that come together at least
    one sees the other and gives way; it may be that both do.
    """

    def __init__(self, files: fs.FileSystem, folder: str, label: str) -> None:
        """Take the lease.

        Args:
            files: the object store.
            folder: where leases of this dataset lie.
            label: the dataset's place, for people.

        Raises:
            LockedError: another run that lives has it.
        """
        self._files, self._label = files, label
        self._path = f"{folder}/{uuid.uuid4().hex}{_SUFFIX}"
        self._renew()
        found = {info.path: info for info in _leases(files, folder)}
        now = found[self._path].mtime
        for path, info in found.items():
            if path == self._path:
                continue
            if (now - info.mtime).total_seconds() > STALE_S or _ended(_told(files, path)):
                files.delete_file(path)
            else:
                self.release()
                raise self._taken()

    def keep(self) -> None:
        """Renew it where it is time."""
        if time.monotonic() - self._renewed > _RENEWED_S:
            self.check()
            self._renew()

    def check(self) -> None:
        """Hold that nobody has taken it from us.

        Raises:
            LockedError: somebody has, as may happen to a run that slept.
        """
        if self._files.get_file_info(self._path).type != fs.FileType.File:
            raise self._taken()

    def release(self) -> None:
        """Give it back."""
        with suppress(FileNotFoundError):
            self._files.delete_file(self._path)

    def _renew(self) -> None:
        with self._files.open_output_stream(self._path) as stream:
            stream.write(json.dumps({"machine": _machine(), "process": os.getpid()}).encode())
        self._renewed = time.monotonic()

    def _taken(self) -> LockedError:
        return LockedError(
            f"Another run exports to {self._label}.", remedy="Try again when it has finished, or choose another --to."
        )


def is_lease(path: str) -> bool:
    """Tell leases from other objects."""
    return path.endswith(_SUFFIX)


def _leases(files: fs.FileSystem, folder: str) -> list[Any]:
    found = files.get_file_info(fs.FileSelector(folder, allow_not_found=True))
    return [info for info in found if is_lease(info.path)]


def _told(files: fs.FileSystem, path: str) -> dict[str, Any]:
    try:
        with files.open_input_stream(path) as stream:
            told = json.loads(stream.read())
    except (OSError, ValueError):  # gone meanwhile, or nothing of ours
        return {}
    return told if isinstance(told, dict) else {}


def _ended(told: dict[str, Any]) -> bool:
    """Tell whether a lease is of a process of this machine that is no more."""
    if told.get("machine") != _machine() or not isinstance(told.get("process"), int):
        return False
    try:
        os.kill(told["process"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _machine() -> str:
    """Name this machine since it started, and among its containers the one whose process numbers ours is."""
    try:
        started = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{started} {os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115  it names no file
    except OSError:
        return f"{platform.node()} {uuid.getnode()}"
