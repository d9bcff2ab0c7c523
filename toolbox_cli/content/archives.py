"""What is wrong with archives, under the codes of content."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from toolbox_cli.content.faults.registry import faults, finding
from toolbox_cli.core.archives.faults import ArchiveError
from toolbox_cli.core.findings import Finding

CODES: Final = {
    "archive-outside": "M402",
    "archive-link": "M403",
    "archive-special": "M403",
    "archive-name": "M404",
    "archive-twice": "M404",
    "archive-too-many": "M405",
    "archive-too-large": "M405",
    "archive-ratio": "M405",
    "archive-encrypted": "M406",
    "archive-method": "M406",
    "archive-overlap": "M406",
    "archive-unreadable": "M401",
}
"""Code of core/archives to ours."""


def of_content(error: ArchiveError, file: str) -> list[Finding]:
    """Give what is wrong with an archive as faults of content.

    Args:
        error: that opening or reading it raised.
        file: of the archive.
    """
    told = [replace(found, code=CODES[found.code], remedy=faults()[CODES[found.code]].remedy)
            for found in error.findings]  # fmt: skip
    return told or [finding("M401", Path(file).name, error.message.removeprefix(f"{file} "), file=file)]
