"""Reads examples as `toolbox quests validate` does."""

from pathlib import Path

from toolbox_cli.content.quests.reading.files import read_files
from toolbox_cli.core.findings import Finding


def read(folder: Path) -> list[Finding]:
    return [*read_files([folder]).findings]
