"""Which files of a folder are modules."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from toolbox_cli.content.modules.reading.file import is_markdown
from toolbox_cli.content.modules.reading.markdown import FENCE
from toolbox_cli.core.errors import InputError

TAGS: Final = "tags.yaml"
"""Lists the tags that modules of its folder, and of those below it, may have."""

SUFFIXES: Final = frozenset({".yaml", ".yml", ".json", ".md", ".markdown"})


def module_files(path: Path) -> list[Path]:
    """List the files of modules: the file itself, or those in a folder and below, by name.

    Files and folders whose names begin with a point are left out, links are not followed, and so is Markdown without
    front matter, which is text beside modules.

    Raises:
        InputError: there is nothing at the path, or a file of another kind.
    """
    if path.is_dir():
        return sorted(_below(path))
    if not path.is_file():
        raise InputError(f"There is no file or folder {path}.")
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} is no module: YAML, JSON and Markdown are read, by the name's ending.")
    return [path]


def tag_lists(path: Path) -> Iterator[Path]:
    """Give the lists of tags in a folder and below."""
    if path.is_dir():
        yield from (Path(folder, TAGS) for folder, _, names in _folders(path) if TAGS in names)


def _below(folder: Path) -> Iterator[Path]:
    for where, _, names in _folders(folder):
        for name in names:
            file = Path(where, name)
            known = file.suffix.lower() in SUFFIXES and name[0] != "." and name != TAGS
            if known and not file.is_symlink() and (not is_markdown(file) or _is_module(file)):
                yield file


def _folders(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    for where, below, names in os.walk(folder):
        below[:] = [name for name in below if name[0] != "."]
        yield where, below, names


def _is_module(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(FENCE) + 5)
    except OSError:
        return True
    return begins.removeprefix(b"\xef\xbb\xbf").startswith((f"{FENCE}\n".encode(), f"{FENCE}\r\n".encode()))
