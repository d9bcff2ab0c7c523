"""Files that a module names: a relative address is that of a file in the folder of the module's file, or below it."""

import os.path
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from toolbox_cli.content.modules.reading.sense import Doubt
from toolbox_cli.content.modules.reading.texts import Named
from toolbox_cli.content.modules.shapes.configs import Asset, InteractiveConfig, VideoConfig
from toolbox_cli.content.modules.shapes.sections import Section
from toolbox_cli.core.documents import Steps

_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\?#]")
"""How addresses begin that name no file beside the module: with a scheme, at the root, in the page itself."""
_BEHIND: Final = re.compile("[?#]")
_SHOWN: Final = 3
REQUIRED: Final = "required"
"""In place of an address: captions have to be shown, and the platform has them."""


def missing(sections: Mapping[int, Section], named: Iterable[Named], folder: Path) -> Iterator[Doubt]:
    """Find files that a module names and that are not there.

    Args:
        sections: whose settings name files; by their numbers.
        named: by its texts; a name without ending may be a page of the platform.
        folder: of the module's file.
    """
    texts = ((steps, address) for steps, address in named if "." in _file(address).rpartition("/")[2])
    found: dict[Steps, list[str]] = {}
    for steps, address in (*_settings(sections), *texts):
        if not is_there(folder, address):
            found.setdefault(steps, []).append(_file(address))
    for steps, names in found.items():
        once = [*dict.fromkeys(names)]
        more = f" and {len(once) - _SHOWN:,} more" if len(once) > _SHOWN else ""
        yield Doubt("M308", steps, f"{', '.join(once[:_SHOWN])}{more}: no such file beside the module's")


def is_there(folder: Path, address: str) -> bool:
    """Say whether an address names a file in a folder or below it, or nothing that is looked for there."""
    if _ELSEWHERE.match(address) or not address:
        return True
    names = {path for name in (_file(address), unquote(_file(address))) if _stays(path := os.path.normpath(name))}
    return any(os.path.isfile(folder / name) for name in names)  # noqa: PTH113  says no where asking fails


def _stays(path: str) -> bool:
    return path.split("/")[0] not in {"", ".."} and "\0" not in path


def _file(address: str) -> str:
    return _BEHIND.split(address, maxsplit=1)[0]


def _settings(sections: Mapping[int, Section]) -> Iterator[Named]:
    for number, section in sections.items():
        for steps, address in _of_section(section):
            yield ("sections", number, *steps), address


def _of_section(section: Section) -> Iterator[Named]:
    if section.media_url:
        yield ("media_url",), section.media_url
    config = section.section_config
    if isinstance(config, VideoConfig) and config.captions not in {None, REQUIRED}:
        yield ("section_config", "captions"), str(config.captions)
    if isinstance(config, InteractiveConfig):
        for asset in config.assets or ():
            yield ("section_config", "assets"), asset.name if isinstance(asset, Asset) else asset
        if config.launch:
            yield ("section_config", "launch"), config.launch
