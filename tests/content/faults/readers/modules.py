"""Reads examples as `toolbox modules validate` does, beside an empty database."""

from pathlib import Path

from toolbox_cli.content.modules.reading.reading import read_library
from toolbox_cli.content.modules.reading.together import NOTHING
from toolbox_cli.core.findings import Finding


def read(folder: Path) -> list[Finding]:
    return read_library([folder], processes=0).findings(NOTHING)
