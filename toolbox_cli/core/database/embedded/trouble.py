"""Turn what the operating system and PostgreSQL report into one clear sentence and a remedy."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.embedded.host.folders import CHOOSE_ANOTHER
from toolbox_cli.core.errors import ConfigurationError, RefusedError, ToolboxError, UnreachableError

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
UNLOCKABLE: Final = (errno.ENOLCK, errno.EOPNOTSUPP)
TELLING: Final = re.compile(
    r"^(?:.*?\b(?:FATAL|PANIC|ERROR|DETAIL):\s+|(?:initdb|postgres): (?:error: |detail: )?)(.+)$"
)
LINES_TOLD: Final = 3
FREE_SPACE: Final = "Free some space there, or choose another folder with TOOLBOX_HOME."
KNOWN_CAUSES: Final[tuple[tuple[str, type[ToolboxError], str], ...]] = (
    (r"No space left on device|Disk quota exceeded|File too large", UnreachableError, FREE_SPACE),
    (r"Cannot allocate memory|could not map anonymous shared memory", UnreachableError, "Free some memory."),
    (
        r"unrecognized configuration parameter|invalid value for parameter|configuration file .* contains errors"
        r"|conflicting",
        ConfigurationError,
        "Correct the server's parameters.",
    ),
    (
        r"incompatible with server|not initialized by|was initialized with",
        RefusedError,
        "Dump it with the PostgreSQL that made it, or choose another folder with TOOLBOX_HOME.",
    ),
    (
        r"checkpoint record|invalid primary|could not read from file|is corrupted|checksum",
        UnreachableError,
        "The data folder is damaged: restore it from a backup.",
    ),
)


@contextmanager
def told_plainly(home: Path) -> Iterator[None]:
    """Raise what the operating system refused in this folder as an error of ours."""
    try:
        yield
    except OSError as error:
        raise _explain(error, home) from error


def explain_end(what: str, report: str, home: Path, log: Path | None = None) -> ToolboxError:
    """Explain why a program of the server ended.

    Args:
        what: what it was to do, as the beginning of a sentence.
        report: what it wrote; where nothing could be written, a full disk is looked for.
        home: the folder that it worked in.
        log: where the whole report stands, if it was kept.
    """
    causes = telling_lines(report)
    if not causes and is_full(home):
        causes = [os.strerror(errno.ENOSPC)]
    message = f"{what}: {'; '.join(causes) or 'it ended without a word'}.".replace("..", ".")
    for pattern, kind, remedy in KNOWN_CAUSES:
        if any(re.search(pattern, cause, re.IGNORECASE) for cause in causes):
            return kind(message, remedy=remedy)
    return UnreachableError(message, remedy=f"Read the server's log: {log}" if log else CHOOSE_ANOTHER)


def telling_lines(report: str) -> list[str]:
    """Pick the lines that name a cause; without any, the last ones."""
    lines = [line.strip() for line in report.splitlines() if line.strip()]
    told = [found[1].strip() for line in lines if (found := TELLING.match(line))]
    picked = told or lines
    return list(dict.fromkeys(picked))[-LINES_TOLD:]


def is_full(folder: Path) -> bool:
    space = os.statvfs(folder)
    # A page of PostgreSQL no longer fits, or no further file can be made.
    return space.f_bavail * space.f_frsize < 8192 or (space.f_files > 0 and space.f_favail == 0)


def _explain(error: OSError, home: Path) -> ToolboxError:
    place, reason = error.filename or home, error.strerror or str(error)
    if error.errno in FULL:
        return UnreachableError(f"The disk of {home} is full.", remedy=FREE_SPACE)
    if error.errno in UNLOCKABLE:
        return ConfigurationError(f"The file system of {home} has no file locks.", remedy=CHOOSE_ANOTHER)
    if error.errno in (errno.ENOEXEC, errno.ENOENT) and not Path(place).is_relative_to(home):
        return ConfigurationError(
            f"A program of PostgreSQL can't be run: {place}: {reason}.",
            remedy="Install toolbox again on this machine, so that the programs fit it.",
        )
    return ConfigurationError(f"The folder {home} can't be used: {place}: {reason}.", remedy=CHOOSE_ANOTHER)
