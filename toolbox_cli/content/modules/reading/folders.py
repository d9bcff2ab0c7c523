"""Which files of a folder are modules."""

import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from toolbox_cli.content.faults.registry import finding
from toolbox_cli.content.modules.reading.file import is_markdown
from toolbox_cli.content.modules.reading.markdown import begins_front_matter
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding

TAGS: Final = "tags.yaml"
"""Lists the tags that modules of its folder, and of those below it, may have."""

SUFFIXES: Final = frozenset({".yaml", ".yml", ".json", ".md", ".markdown"})

_BEGINS: Final = 200
"""Bytes of a file in which its first line ends, if that is what begins front matter."""
_UTF16: Final = (BOM_UTF16_LE, BOM_UTF16_BE)


def module_files(path: Path, faults: list[Finding]) -> list[Path]:
    """List the files of modules: the file itself, or those in a folder and below, by name.

    Files and folders whose names begin with a point are left out, links are not followed, and so is Markdown without
    front matter, which is text beside modules.

    Args:
        path: of a file or a folder.
        faults: grows by folders that can't be read.

    Raises:
        InputError: there is nothing at the path, or a file of another kind.
    """
    if path.is_dir():
        return sorted(_below(path, faults))
    if not path.is_file():
        raise InputError(f"There is no file or folder {path}.")
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} is no module: YAML, JSON and Markdown are read, by the name's ending.")
    return [path]


def tag_lists(path: Path) -> Iterator[Path]:
    """Give the lists of tags that count for a path: those in the folder and below, and those above it."""
    if path.is_dir():
        yield from (Path(folder, TAGS) for folder, _, names in _folders(path, []) if TAGS in names)
    yield from (file for folder in path.absolute().parents if (file := folder / TAGS).is_file())


def _below(folder: Path, faults: list[Finding]) -> Iterator[Path]:
    for where, _, names in _folders(folder, faults):
        for name in names:
            file = Path(where, name)
            known = file.suffix.lower() in SUFFIXES and name[0] != "." and name != TAGS
            if known and not file.is_symlink() and (not is_markdown(file) or _is_module(file)):
                yield file


def _folders(folder: Path, faults: list[Finding]) -> Iterator[tuple[str, list[str], list[str]]]:
    def unread(error: OSError) -> None:
        faults.append(finding("M001", str(error.filename), f"can't be read: {error.strerror}", file=error.filename))

    for where, below, names in os.walk(folder, onerror=unread):
        below[:] = [name for name in below if name[0] != "."]
        yield where, below, names


def _is_module(file: Path) -> bool:
    if not file.is_file():  # a pipe, which is told of without being read
        return True
    try:
        with file.open("rb") as opened:
            begins = opened.read(_BEGINS)
    except OSError:
        return True
    return begins_front_matter(begins.decode("utf-16" if begins.startswith(_UTF16) else "utf-8-sig", "replace"))
