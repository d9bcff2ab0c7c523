"""Waiting for others: locks on files, and how long a command has patience.

The kernel lets go of a lock on a file however its holder ends, kill -9 included.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from toolbox_cli.core.errors import UnreachableError

Progress = Callable[[str], None]
"""Told, in a sentence without a full stop, what takes long."""

LIMIT_S: Final = 300.0
POLL_S: Final = 0.005
TOLD_EVERY_S: Final = 5.0


class Patience:
    """How long one command waits, over all that it waits for."""

    def __init__(
        self, progress: Progress | None = None, limit_s: float = LIMIT_S, told_every_s: float = TOLD_EVERY_S
    ) -> None:
        self._progress = progress
        self._limit_s = limit_s
        self._told_every_s = told_every_s
        self._began = time.monotonic()
        self._told = self._began

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def pause(self, reason: str) -> bool:
        """Wait a moment, and say now and then what for.

        Returns:
            Always True: there is reason to look again.

        Raises:
            UnreachableError: this took too long.
        """
        if self.elapsed_s > self._limit_s:
            raise UnreachableError(
                f"{reason}, and did not get ready in {self._limit_s:.0f} seconds.",
                remedy="It goes on by itself: look with toolbox db status, then run the command again.",
            )
        if self._progress and time.monotonic() - self._told >= self._told_every_s:
            self._told = time.monotonic()
            self._progress(f"{reason} ({self.elapsed_s:.0f} s)")
        time.sleep(POLL_S)
        return True


def is_held(path: Path) -> bool:
    """Tell whether a living process holds the lock, without taking it from anybody.

    Raises:
        PermissionError: the file is another user's.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def exclusive(path: Path, keep_waiting: Callable[[], bool]) -> Iterator[int | None]:
    """Hold the lock; give its descriptor, which a child process may inherit and so keep the lock alive.

    Polls instead of blocking, so that the wait can end for another reason. `keep_waiting` pauses between two
    attempts; when it says no, None is given.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            if _taken(descriptor) and _is_still(path, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)
        if not keep_waiting():
            yield None
            return


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """A lock on a file that somebody deleted meanwhile keeps nobody out."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    return False
