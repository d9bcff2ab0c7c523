"""Names of entries, which must stay within the archive and tell each other apart everywhere."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from toolbox_cli.core.archives.faults import Faults

_LONGEST: Final = 1024
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_ODD: Final = re.compile("[\\\\\0-\x1f\x7f]")
_LITTER: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def check_names(faults: Faults, names: Iterable[str]) -> None:
    """Find names that lead out of the archive, are none, or mean the same file on some system."""
    seen: dict[str, str] = {}
    for name in names:
        _check(faults, name)
        first = seen.setdefault(same(name), name)
        if first is not name:
            faults.add("twice", name, "stands there twice" if first == name else "is another entry's name but for case")


def same(name: str) -> str:
    """Give what is equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_litter(name: str) -> bool:
    """Tell what desktops leave behind from what was meant to be sent."""
    *folders, last = name.split("/")
    return "__MACOSX" in folders or last.startswith("._") or last.lower() in _LITTER


def without_top(names: Iterable[str]) -> Mapping[str, str]:
    """Take away the folder, or folders, that everything lies in.

    Returns:
        The short name to the whole one, in the order given.

    Example:
        >>> dict(without_top(["export/a.csv", "export/more/b.csv"]))
        {'a.csv': 'export/a.csv', 'more/b.csv': 'export/more/b.csv'}
    """
    whole = list(names)
    folders = [name.split("/")[:-1] for name in whole]
    common = 0
    while folders and all(len(parts) > common and parts[common] == folders[0][common] for parts in folders):
        common += 1
    return {"/".join(name.split("/")[common:]): name for name in whole}


def _check(faults: Faults, name: str) -> None:
    parts = name.removesuffix("/").split("/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in re.split(r"[/\\]", name):
        faults.add("outside", name, "leads out of the archive")
    elif _ODD.search(name) or "" in parts or "." in parts or len(name) > _LONGEST:
        faults.add("name", name, "is no name of a file that every system can have")
