"""Reads examples as HTML of a section."""

from pathlib import Path

from toolbox_cli.content.html.cleaning import clean
from toolbox_cli.core.findings import Finding


def read(folder: Path) -> list[Finding]:
    file = folder / "page.html"
    return clean(file.read_text("utf-8")).findings(str(file), file.name)
