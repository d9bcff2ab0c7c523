import io
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.archives.conftest import Made, fill, zipped
from toolbox_cli.core.archives.faults import LISTED, ArchiveError
from toolbox_cli.core.archives.limits import Limits
from toolbox_cli.core.archives.names import without_top
from toolbox_cli.core.archives.opening import open_archive
from toolbox_cli.core.exits import Exit

FILES = {"manifest.csv": b"propertyName,value\n", "users.csv": b"sourcedId\n" * 100_000}


def codes(error: ArchiveError) -> list[tuple[str, str]]:
    return [(found.code, found.object) for found in error.findings]


def refused(path: Path, limits: Limits | None = None) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        open_archive(path, limits or Limits())
    return caught.value


def test_names_sizes_and_bytes(make: Made) -> None:
    with open_archive(make(FILES)) as archive:
        assert {name: entry.size_bytes for name, entry in archive.entries.items()} == {
            name: len(content) for name, content in FILES.items()
        }
        for name, content in FILES.items():
            with archive.open(name) as stream:
                assert stream.read() == content


def test_text_can_be_read_by_lines_and_twice(make: Made) -> None:
    with open_archive(make(FILES)) as archive:
        for _ in range(2):
            with io.TextIOWrapper(archive.open("users.csv"), "utf-8") as text:
                assert sum(1 for _ in text) == 100_000


def test_the_folder_that_all_lies_in_does_not_count(make: Made) -> None:
    litter = {"__MACOSX/export/._users.csv": b"", ".DS_Store": b"", "export/2026/Thumbs.db": b""}
    nested = {f"export/2026/{name}": content for name, content in FILES.items()}
    with open_archive(make(nested | litter)) as archive:
        assert set(archive.entries) == set(FILES)
        assert archive.open("manifest.csv").read() == FILES["manifest.csv"]


def test_folders_beside_files_stay(make: Made) -> None:
    with open_archive(make({"a.csv": b"1", "more/b.csv": b"2"})) as archive:
        assert set(archive.entries) == {"a.csv", "more/b.csv"}


def test_what_is_not_there(make: Made, tmp_path: Path) -> None:
    with open_archive(make(FILES)) as archive, pytest.raises(ArchiveError, match="no entry classes.csv"):
        archive.open("classes.csv")
    error = refused(tmp_path / "nothing")
    assert error.exit_code is Exit.USAGE
    assert "There is no folder or zip file" in error.message


def test_an_empty_one_is_empty(make: Made) -> None:
    with open_archive(make({})) as archive:
        assert archive.entries == {}


def test_too_many_entries(make: Made) -> None:
    path = make({f"{number}.csv": b"" for number in range(6)})
    open_archive(path, Limits(entries=6)).close()
    assert codes(refused(path, Limits(entries=5))) == [("archive-too-many", path.name)]


def test_too_large_ones_are_all_named(make: Made) -> None:
    path = make({"a.csv": b"x" * 11, "b.csv": b"x" * 10, "c.csv": b"x" * 12})
    error = refused(path, Limits(entry_bytes=10))
    assert codes(error) == [("archive-too-large", "a.csv"), ("archive-too-large", "c.csv")]
    assert all(found.file == str(path) for found in error.findings)
    open_archive(path, Limits(total_bytes=33)).close()
    assert codes(refused(path, Limits(total_bytes=32))) == [("archive-too-large", path.name)]


@pytest.mark.parametrize("names", [("users.csv", "Users.CSV"), ("é.csv", "e\N{COMBINING ACUTE ACCENT}.csv")])
def test_names_that_are_one_on_some_systems(make: Made, names: tuple[str, str]) -> None:
    path = make(dict.fromkeys(names, b""))
    assert [code for code, _ in codes(refused(path))] == ["archive-twice"]


def test_links_in_a_folder(tmp_path: Path) -> None:
    secret = fill(tmp_path / "outside", {"secret": b"1"})
    sent = fill(tmp_path / "sent", {"users.csv": b"", "folder/a.csv": b""})
    (sent / "classes.csv").symlink_to(secret / "secret")
    (sent / "folder" / "up").symlink_to(secret)
    (sent / "gone.csv").symlink_to(secret / "nothing")
    assert sorted(codes(refused(sent))) == [
        ("archive-link", "classes.csv"),
        ("archive-link", "folder/up"),
        ("archive-link", "gone.csv"),
    ]


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "newest").symlink_to(fill(tmp_path / "sent", FILES))
    with open_archive(tmp_path / "newest") as archive:
        assert set(archive.entries) == set(FILES)


def test_a_pipe_in_a_folder_holds_nobody_up(tmp_path: Path) -> None:
    sent = fill(tmp_path / "sent", {"users.csv": b""})
    os.mkfifo(sent / "classes.csv")
    assert codes(refused(sent)) == [("archive-special", "classes.csv")]


@pytest.mark.parametrize("what", ["link", "pipe", "other file", "more", "gone"])
def test_a_file_that_is_exchanged_after_looking(tmp_path: Path, what: str) -> None:
    sent = fill(tmp_path / "sent", {"users.csv": b"old"})
    archive, file = open_archive(sent), sent / "users.csv"
    if what == "more":
        file.write_bytes(b"old and more")
    else:
        file.unlink()
    if what == "link":
        file.symlink_to(fill(tmp_path / "outside", {"secret": b"old"}) / "secret")
    elif what == "pipe":
        os.mkfifo(file)
    elif what == "other file":
        (tmp_path / "new").write_bytes(b"new")
        (tmp_path / "new").rename(file)
    with pytest.raises(ArchiveError):
        archive.open("users.csv").read()


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    sent = fill(tmp_path / "sent", {"users.csv": b"line\n" * 200_000})
    stream = open_archive(sent).open("users.csv")
    assert stream.readline() == b"line\n"
    with (sent / "users.csv").open("ab") as file:
        file.write(b"line\n")
    with stream, pytest.raises(ArchiveError, match=r"users.csv changed while it was read") as caught:
        stream.read()
    assert caught.value.remedy


def test_folders_too_deep(tmp_path: Path) -> None:
    fill(tmp_path / "sent", {"/".join(["d"] * 60 + ["a.csv"]): b""})
    assert codes(refused(tmp_path / "sent"))[0][0] == "archive-name"


def test_a_list_of_faults_ends(tmp_path: Path) -> None:
    path = zipped(tmp_path / "sent.zip", {f"../{number}": b"" for number in range(LISTED + 20)})
    error = refused(path)
    assert len(error.findings) == LISTED
    assert f"{LISTED + 20} of its entries" in error.message


def test_reading_one_entry_twice_counts_once(make: Made) -> None:
    with open_archive(make({"a.csv": b"x" * 600}), Limits(total_bytes=1000)) as archive:
        for _ in range(3):
            assert len(archive.open("a.csv").read()) == 600


def test_streams_of_one_archive_don_t_disturb_each_other(make: Made) -> None:
    contents = {f"{number}.csv": bytes([number]) * 500_000 for number in range(2)}
    with open_archive(make(contents)) as archive:
        first, second = archive.open("0.csv"), archive.open("1.csv")
        assert first.read(300_000) + first.read() == contents["0.csv"]
        assert second.read() == contents["1.csv"]
        assert threading.active_count() == 1


@given(st.lists(st.from_regex(r"[ab](/[ab]){0,3}", fullmatch=True), unique=True))
def test_short_names_lead_to_the_whole_ones(names: list[str]) -> None:
    short = without_top(names)
    assert list(short.values()) == names
    tops = {whole.removesuffix(name) for name, whole in short.items()}
    assert len(tops) <= 1
    assert "" not in short
