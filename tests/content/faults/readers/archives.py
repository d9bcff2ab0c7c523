"""Reads examples as archives: `entries.txt` has a line for each entry."""

import re
import zipfile
from pathlib import Path

from toolbox_cli.core.findings import Finding
from toolbox_cli.modules.foreign.opening import parted

LINK = 0o120777 << 16


def read(folder: Path) -> list[Finding]:
    text = (folder / "entries.txt").read_text("utf-8")
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for line in text.splitlines():
            add(archive, line)
    if "(and cut off)" in text:
        path.write_bytes(path.read_bytes()[:-30])
    native, packages = parted([path], "auto")
    assert native == []
    return [fault for package in packages for fault in package.faults]


def add(archive: zipfile.ZipFile, line: str) -> None:
    name, _, target = line.partition(" -> ")
    size = re.fullmatch(r"(.+) of (\d+) signs.*", line)
    packed = re.fullmatch("(.+) packed by bzip2", line)
    info = zipfile.ZipInfo(size[1] if size else packed[1] if packed else name)
    info.external_attr = LINK if target else 0
    info.compress_type = zipfile.ZIP_BZIP2 if packed else zipfile.ZIP_DEFLATED
    archive.writestr(info, "x" * int(size[2]) if size else target)
