import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Made = Callable[[Mapping[str, bytes]], Path]


def fill(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: Mapping[str, bytes], *, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture(params=["folder", "zip", "tar.gz"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """Makes an archive of these files, once as a folder, once as a zip file and once as a gzipped tar file."""
    if request.param == "zip":
        return lambda files: zipped(tmp_path / "sent.zip", files)
    if request.param == "tar.gz":
        return lambda files: tarred(tmp_path / "sent.tar.gz", files)
    (tmp_path / "sent").mkdir()
    return lambda files: fill(tmp_path / "sent", files)


def lie(path: Path, *, unpacked_bytes: int | None = None, packed_bytes: int | None = None, flags: int = 0) -> None:
    """Change what all headers of a zip say of its entries."""
    data = bytearray(path.read_bytes())
    for mark, flag_at, sizes_at in ((b"PK\x03\x04", 6, 18), (b"PK\x01\x02", 8, 20)):
        at = data.find(mark)
        while at >= 0:
            data[at + flag_at] |= flags
            if packed_bytes is not None:
                struct.pack_into("<I", data, at + sizes_at, packed_bytes)
            if unpacked_bytes is not None:
                struct.pack_into("<I", data, at + sizes_at + 4, unpacked_bytes)
            at = data.find(mark, at + 4)
    path.write_bytes(data)
