import io
import stat
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.archives.conftest import lie, zipped
from tests.core.archives.test_reading import codes, refused
from toolbox_cli.core.archives.faults import ArchiveError
from toolbox_cli.core.archives.limits import Limits
from toolbox_cli.core.archives.opening import open_archive

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../users.csv", "outside"),
        ("a/../../users.csv", "outside"),
        ("..\\users.csv", "outside"),
        ("/etc/passwd", "outside"),
        ("C:/users.csv", "outside"),
        ("c:users.csv", "outside"),
        ("a\\b.csv", "name"),
        ("a//b.csv", "name"),
        ("./a.csv", "name"),
        ("a\nb.csv", "name"),
        ("\x1b[2Ja.csv", "name"),
        ("x" * 1100, "name"),
    ],
)
def test_names_that_lead_astray(tmp_path: Path, name: str, code: str) -> None:
    error = refused(zipped(tmp_path / "sent.zip", {name: b"", "fine.csv": b""}))
    assert [found for found, _ in codes(error)] == [f"archive-{code}"]
    assert error.findings[0].object.isprintable()


def test_a_name_with_nul(tmp_path: Path) -> None:
    path = zipped(tmp_path / "sent.zip", {"users.csv?.txt": b""})
    path.write_bytes(path.read_bytes().replace(b"csv?", b"csv\0"))
    assert codes(refused(path)) == [("archive-name", "users.csv\\x00.txt")]


def test_all_faults_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sent.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../a.csv", b"")
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, b"/etc/passwd")
        pipe = zipfile.ZipInfo("pipe.csv")
        pipe.external_attr = (stat.S_IFIFO | 0o777) << 16
        archive.writestr(pipe, b"")
        archive.writestr("b.csv", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("b.csv", b"2")
        archive.writestr("other.csv", b"1", zipfile.ZIP_LZMA)
    assert codes(refused(path)) == [
        ("archive-outside", "../a.csv"),
        ("archive-twice", "b.csv"),
        ("archive-link", "link.csv"),
        ("archive-special", "pipe.csv"),
        ("archive-method", "other.csv"),
    ]


def test_encrypted_entries(tmp_path: Path) -> None:
    path = zipped(tmp_path / "sent.zip", {"a.csv": b"1", "b.csv": b"2"})
    lie(path, flags=1)
    assert codes(refused(path)) == [("archive-encrypted", "a.csv"), ("archive-encrypted", "b.csv")]


def test_a_bomb_that_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "sent.zip", {"a.csv": bytes(4 * MIB), "b.csv": b"fine"})
    assert codes(refused(path)) == [("archive-ratio", "a.csv")]


def test_a_bomb_that_lies_is_stopped_by_what_comes_out(tmp_path: Path) -> None:
    path = zipped(tmp_path / "sent.zip", {"a.csv": bytes(64 * MIB)})
    lie(path, unpacked_bytes=1000)
    with open_archive(path) as archive, pytest.raises(ArchiveError):
        archive.open("a.csv").read()


@pytest.mark.parametrize("claimed", [10, 10_000_000])
def test_what_is_read_is_counted(tmp_path: Path, claimed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the headers said, the limits hold for the bytes that come."""
    path = zipped(tmp_path / "sent.zip", {"a.csv": bytes(8 * MIB)})
    with open_archive(path, Limits(ratio=10_000)) as archive:
        monkeypatch.setattr(archive.meter, "limits", Limits(ratio=300))
        with pytest.raises(ArchiveError) as caught:
            archive.open("a.csv").read()
        assert codes(caught.value) == [("archive-ratio", "a.csv")]
        monkeypatch.setattr(archive.meter, "limits", Limits(ratio=10_000, entry_bytes=claimed, total_bytes=claimed))
        if claimed < 8 * MIB:
            with pytest.raises(ArchiveError) as caught:
                archive.open("a.csv").read()
            assert codes(caught.value) == [("archive-too-large", "a.csv"), ("archive-too-large", "sent.zip")]


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    path = zipped(tmp_path / "sent.zip", {"a.csv": bytes(64 * MIB)})
    with open_archive(path, Limits(ratio=2000)) as archive, archive.open("a.csv") as stream:
        tracemalloc.start()
        while stream.read(65536):
            pass
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak_bytes < 4 * MIB


def test_entries_that_share_their_bytes(tmp_path: Path) -> None:
    """One packed block that many entries of the list point at."""
    path = zipped(tmp_path / "sent.zip", {"a.csv": b"x" * 1000, "b.csv": b"x" * 1000})
    data = bytearray(path.read_bytes())
    second = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)
    path.write_bytes(data)
    assert "archive-overlap" in {code for code, _ in codes(refused(path))}


def test_an_entry_that_claims_more_than_there_is(tmp_path: Path) -> None:
    path = zipped(tmp_path / "sent.zip", {"a.csv": bytes(300_000)})
    lie(path, packed_bytes=100_000_000)
    assert codes(refused(path)) == [("archive-overlap", "a.csv")]


def test_a_list_of_entries_that_is_longer_than_allowed_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sent.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300):
            info = zipfile.ZipInfo(f"{number}.csv")
            info.comment = b"x" * 60_000
            archive.writestr(info, b"")
    tracemalloc.start()
    error = refused(path, Limits(entries=1000))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "list of entries is too long" in error.message
    assert peak_bytes < 2 * MIB


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", b"PK\x05\x06" + bytes(17)])
def test_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sent.zip"
    path.write_bytes(content)
    assert "no zip file that can be read" in refused(path).message


def test_a_zip_that_is_cut_off(tmp_path: Path) -> None:
    path = zipped(tmp_path / "sent.zip", {"a.csv": b"1" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    assert "cut off" in str(refused(path).remedy)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "sent.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.csv", b"sourcedId")
    path.write_bytes(path.read_bytes().replace(b"sourcedId", b"sourcedIe", 1))
    with open_archive(path) as archive, pytest.raises(ArchiveError, match=r"a.csv can't be unpacked"):
        archive.open("a.csv").read()


def test_a_refused_zip_is_let_go_of(tmp_path: Path) -> None:
    """An unclosed file would be a warning, which is an error here."""
    refused(zipped(tmp_path / "sent.zip", {"../a": b""}))
    with open_archive(zipped(tmp_path / "fine.zip", {"a": b"1"})) as archive:
        assert archive.open("a").read() == b"1"


def _honest() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/users.csv", b"sourcedId\n" * 50)
        archive.writestr("export/a.csv", b"x", zipfile.ZIP_STORED)
    return made.getvalue()


HONEST = _honest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    changes=st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), max_size=6), cut=st.integers(0)
)
def test_whatever_the_bytes_the_answer_is_ours(tmp_path: Path, changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(HONEST)
    for position, value in changes:
        data[position] = value
    path = tmp_path / "sent.zip"
    path.write_bytes(data[: len(data) - cut % 40] if cut % 3 == 0 else data)
    with suppress(ArchiveError), open_archive(path) as archive:
        for name in archive.entries:
            assert ".." not in name
            archive.open(name).read()
