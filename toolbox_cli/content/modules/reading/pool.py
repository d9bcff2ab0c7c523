"""Many files are read side by side, in processes of their own: reading is the slowest part of an import."""

import gc
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Literal

from toolbox_cli.content.modules.reading.file import Read, read_module
from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.core.processes import end_with_parent, processors

ALONE_BYTES: Final = 300_000
"""Up to here, starting other processes takes longer than reading."""

PARTS: Final = 8
"""How many parts each process gets: the last ones end at about the same time."""


def read_modules(files: Sequence[Path], processes: int | None = None) -> Iterator[Read]:
    """Read files.

    Args:
        files: of modules.
        processes: how many read; as many as there are processors, or none beside this one for little, when None.

    Yields:
        What each says, in the order of the files.

    Raises:
        ToolboxError: a process was killed.
    """
    wanted = fitting(files) if processes is None else processes
    if wanted < 2:
        yield from map(read_module, files)
        return
    size = max(1, -(-len(files) // (wanted * PARTS)))
    parts = [files[start : start + size] for start in range(0, len(files), size)]
    try:
        with ProcessPoolExecutor(wanted, get_context(_start()), _begin) as pool:
            for reads in pool.map(_read, parts):
                yield from reads
    except BrokenProcessPool as error:
        raise ToolboxError(
            "A process that reads files was killed; nothing was written.",
            remedy="Most likely memory ran out: see the system's log, and try again.",
        ) from error


def fitting(files: Sequence[Path]) -> int:
    """Say how many processes are worth their start."""
    size_bytes = 0
    for file in files:
        with suppress(OSError):  # what can't be read is told of by who reads it
            size_bytes += file.stat().st_size
        if size_bytes > ALONE_BYTES:
            return min(processors(), len(files))
    return 0


def _start() -> Literal["fork", "spawn"]:
    """Choose how processes start: as copies of this one where that is safe, which saves them every import.

    A copy has none of the threads, and may wait for ever for a lock that one of them held.
    """
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _begin() -> None:
    gc.disable()  # what is read forms few cycles, and is gone with the process
    end_with_parent()


def _read(files: Sequence[Path]) -> list[Read]:
    return [read_module(file) for file in files]
