import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.archives.conftest import tarred
from tests.core.archives.test_reading import FILES, codes, refused
from toolbox_cli.core.archives.faults import ArchiveError
from toolbox_cli.core.archives.limits import Limits
from toolbox_cli.core.archives.opening import open_archive

MIB = 1024 * 1024


def odd(path: Path, *infos: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info in infos:
            archive.addfile(info)
    return path


def entry(name: str, kind: bytes = tarfile.REGTYPE, **more: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    for field, value in more.items():
        setattr(info, field, value)
    return info


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_whatever_its_name_it_is_known_by_its_bytes(tmp_path: Path, mode: str) -> None:
    with open_archive(tarred(tmp_path / "sent.bin", FILES, mode=mode)) as archive:
        assert {name: archive.open(name).read() for name in archive.entries} == FILES


def test_one_that_was_made_of_the_folder_itself(tmp_path: Path) -> None:
    path = tmp_path / "sent.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(entry(".", tarfile.DIRTYPE))
        archive.addfile(entry("./a.csv", size=1), io.BytesIO(b"1"))
        archive.addfile(entry("./._a.csv", size=1), io.BytesIO(b"2"))
        archive.addfile(entry("./more", tarfile.DIRTYPE))
    with open_archive(path) as archive:
        assert {name: archive.open(name).read() for name in archive.entries} == {"a.csv": b"1"}


@pytest.mark.parametrize("name", ["../users.csv", "a/../../users.csv", "/etc/passwd", "..\\users.csv", "C:/a.csv"])
def test_names_that_lead_out(tmp_path: Path, name: str) -> None:
    path = odd(tmp_path / "sent.tar.gz", entry(name), entry("fine.csv"))
    assert codes(refused(path)) == [("archive-outside", name)]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.FIFOTYPE, "special"),
        (tarfile.CHRTYPE, "special"),
        (tarfile.BLKTYPE, "special"),
    ],
)
def test_what_is_no_file(tmp_path: Path, kind: bytes, code: str) -> None:
    path = odd(tmp_path / "sent.tar.gz", entry("a.csv", kind, linkname="/etc/passwd"), entry("fine.csv"))
    assert codes(refused(path)) == [(f"archive-{code}", "a.csv")]


def test_a_name_that_stands_twice(tmp_path: Path) -> None:
    path = odd(tmp_path / "sent.tar.gz", entry("a.csv"), entry("./a.csv"))
    assert codes(refused(path)) == [("archive-twice", "a.csv")]


def test_a_bomb_is_let_go_of_early(tmp_path: Path) -> None:
    path = tarred(tmp_path / "sent.tar.gz", {"a.csv": bytes(64 * MIB)})
    tracemalloc.start()
    error = refused(path)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes(error) == [("archive-ratio", "sent.tar.gz")]
    assert peak_bytes < 4 * MIB


def test_more_than_all_entries_may_have(tmp_path: Path) -> None:
    path = tarred(tmp_path / "sent.tar.gz", {"a.csv": bytes(3 * MIB)})
    assert codes(refused(path, Limits(entries=1, total_bytes=MIB, ratio=10_000)))[0][0] == "archive-too-large"


def test_a_sparse_file_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "sent.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        info = entry("a.csv", pax_headers={"GNU.sparse.size": str(2**40), "GNU.sparse.map": "0,0"})
        archive.addfile(info)
    assert ("archive-special", "a.csv") in codes(refused(path))


def test_a_header_of_a_header_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "sent.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(entry("a.csv", pax_headers={"comment": "x" * 20_000}))
    assert "one of its headers is too long" in refused(path).message


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _plain_cut(data: bytes) -> bytes:
    return gzip.decompress(data)[:700]


@pytest.mark.parametrize("harm", [_cut, _plain_cut, lambda data: b"\x1f\x8b" + data[20:], lambda data: data[:2]])
def test_what_is_broken(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    path = tarred(tmp_path / "sent.tar.gz", {"a.csv": bytes(range(256)) * 40, "b.csv": b"1"})
    path.write_bytes(harm(path.read_bytes()))
    assert "no tar file that can be read" in refused(path).message


def _honest() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name in ("export/users.csv", "export/" + "long/" * 30 + "a.csv"):
            archive.addfile(entry(name, size=600), io.BytesIO(b"x" * 600))
    return made.getvalue()


HONEST = _honest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, 4096), st.integers(0, 255)), max_size=6), cut=st.integers(0),
    zipped=st.booleans(), mend=st.booleans(),
)  # fmt: skip
def test_whatever_the_bytes_the_answer_is_ours(
    tmp_path: Path, changes: list[tuple[int, int]], cut: int, zipped: bool, mend: bool
) -> None:
    data = bytearray(HONEST)
    for position, value in changes:
        data[position % len(data)] = value
    if mend:
        _mend(data)
    data = data[: len(data) - cut % 4000] if cut % 3 == 0 else data
    path = tmp_path / "sent.tar"
    path.write_bytes(gzip.compress(data, 1) if zipped else data)
    with suppress(ArchiveError), open_archive(path) as archive:
        for name in archive.entries:
            assert ".." not in name
            archive.open(name).read()


def _mend(data: bytearray) -> None:
    """Make the checksums of all headers right again, so that what they say counts."""
    for at in range(0, len(data) - 511, 512):
        if data[at + 257 : at + 262] == b"ustar":
            data[at + 148 : at + 156] = b" " * 8
            data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])
