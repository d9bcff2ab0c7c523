"""Packages of other systems: those of fixtures/packages, and others made for a test."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.commands import ROOT
from toolbox_cli.content.modules.converting import Converted, Fate, Object, Source
from toolbox_cli.core.findings import Finding
from toolbox_cli.modules.foreign.forms import converter, detected
from toolbox_cli.modules.foreign.opening import converted, opened

PACKAGES = ROOT / "fixtures" / "packages"


def files_of(folder: Path) -> dict[str, bytes]:
    """Give the files of a folder by their names in it."""
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in found}


def as_folder(path: Path, files: Mapping[str, bytes | str]) -> Path:
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def as_zip(path: Path, files: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def as_tar(path: Path, files: Mapping[str, bytes | str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def convert(path: Path, form: str | None = None) -> Converted:
    """Convert a package; what comes of it is checked as an import does, its report too.

    Args:
        path: of it.
        form: of it; as it is detected, where nothing is said.
    """
    with opened(path) as archive:
        source = Source(path, archive)
        known = form or detected(source)
        assert known is not None
        package = converted(source, known)
        errors = [fault for read in package.reads for fault in read.faults if fault.severity != "note"]
        assert errors == []
        return converter(known).convert(source)


def fate_of(made: Converted, name: str) -> Object:
    found = [one for one in made.losses.objects if one.name == name]
    assert len(found) == 1, [one.name for one in made.losses.objects]
    return found[0]


def section_of(made: Converted, place: str) -> Mapping[str, Any]:
    """Give a section by `slug#key`."""
    slug, _, key = place.partition("#")
    module = next(one for one in made.modules if one["slug"] == slug)
    found: Mapping[str, Any] = next(one for one in module["sections"] if one["key"] == key)
    return found


def of(made: Converted, name: str) -> Mapping[str, Any]:
    """Give the section that an object was mapped to."""
    fate = fate_of(made, name)
    assert fate.fate is Fate.MAPPED, fate
    return section_of(made, str(fate.into))


def codes(faults: tuple[Finding, ...]) -> list[tuple[str, str | None, int | None]]:
    return [(one.code, one.file and one.file.rpartition("/")[2], one.line) for one in faults]
