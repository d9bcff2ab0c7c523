"""Reads examples as packages of other systems, whose form shows in them."""

from pathlib import Path

from toolbox_cli.content.modules.converting import Source
from toolbox_cli.core.archives.opening import open_archive
from toolbox_cli.core.findings import Finding
from toolbox_cli.modules.foreign.forms import converter, detected


def read(folder: Path) -> list[Finding]:
    with open_archive(folder) as archive:
        source = Source(folder, archive)
        form = detected(source)
        assert form is not None
        return [*converter(form).convert(source).faults]
