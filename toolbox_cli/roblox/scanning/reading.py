"""The scripts that paths name, each scanned."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolbox_cli.content.luau.analysis import Allowed, Context
from toolbox_cli.content.luau.contexts import context_of_file
from toolbox_cli.content.luau.reading.source import SIZE_CAP
from toolbox_cli.content.luau.scanning import Scan, scan
from toolbox_cli.core.errors import InputError

STDIN: Final = Path("-")
ENDINGS: Final = (".lua", ".luau")
"""Of scripts' names, in any case."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One script with what was found in it.

    Attributes:
        file: as the user names it; `<stdin>` has no other name.
        scan: what was found.
    """

    file: str
    scan: Scan


def scan_all(folder: Path, paths: Sequence[Path], context: str | None, allowed: Allowed) -> list[Scanned]:
    """Scan scripts and folders of them.

    Args:
        folder: that relative paths begin at.
        paths: files of any name, folders, `-` for stdin.
        context: where all of them run; told for each when None.
        allowed: what may be.

    Returns:
        One for each script, in the order of `paths`; of a folder by name.

    Raises:
        InputError: something is not there, can't be read, or a folder has no script.
        MissingExtraError: the parser is not installed.
    """
    where = None if context is None else Context(context)
    listed = dict.fromkeys(file for path in paths for file in _files(folder, path))
    return [
        Scanned(_shown(file), scan(_read(folder, file), where or context_of_file(file.name), allowed))
        for file in listed
    ]


def _shown(file: Path) -> str:
    return "<stdin>" if file == STDIN else file.as_posix()


def _files(folder: Path, path: Path) -> Iterator[Path]:
    if path == STDIN or not (folder / path).is_dir():
        yield path
        return
    found = sorted(_scripts(folder / path))
    if not found:
        raise InputError(
            f"{path} has no script.", remedy="Scripts end in .lua or .luau; name a file of another name itself."
        )
    yield from (path / file.relative_to(folder / path) for file in found)


def _scripts(folder: Path) -> Iterator[Path]:
    """Give the scripts below a folder, also behind links, each folder once; what can't be listed is told."""
    seen: set[str] = set()
    for inside, below, names in os.walk(folder, onerror=_refuse, followlinks=True):
        real = os.path.realpath(inside)
        if real in seen:
            below.clear()
            continue
        seen.add(real)
        files = (Path(inside, name) for name in names if name.lower().endswith(ENDINGS))
        yield from (file for file in files if file.is_file() or file.is_symlink())


def _refuse(error: OSError) -> None:
    raise InputError(f"{error.filename} can't be read: {error.strerror}.") from error


def _read(folder: Path, file: Path) -> bytes:
    """Read a script; of one that is too large no more than shows that."""
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(SIZE_CAP + 1)
        with (folder / file).open("rb") as opened:
            return opened.read(SIZE_CAP + 1)
    except OSError as error:
        raise InputError(f"{file} can't be read: {error.strerror}.") from error
