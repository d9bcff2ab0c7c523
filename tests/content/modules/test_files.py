"""Files and folders as they are found: pipes, links, other encodings, lists of tags, files that sections name."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from toolbox_cli.content.modules.reading.file import read_module
from toolbox_cli.content.modules.reading.reading import Library, read_library
from toolbox_cli.core.documents import MAX_BYTES

HEAD = "slug: lab\ntitle: Lab\n"
SECTIONS = "sections:\n  - {key: door, type: text, content: Knock first.}\n"


def told(library: Library) -> list[tuple[str, str | None, int | None, str | None]]:
    return [(one.code, one.file and Path(one.file).name, one.line, one.found) for one in library.findings(None)]


@contextmanager
def nobody() -> Iterator[None]:
    """Be somebody who may not read everything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("name", ["pipe.yaml", "pipe.md", "tags.yaml"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert ("M001", name, None, "can't be read: it is no regular file.") in told(read_library([tmp_path]))


def test_a_folder_that_may_not_be_read_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (closed := Path(folder, "closed")).mkdir()
        (closed / "lab.yaml").write_text(HEAD + SECTIONS, "utf-8")
        closed.chmod(0o700 if os.geteuid() == 0 else 0)
        with nobody():
            assert ("M001", "closed", None, "can't be read: Permission denied") in told(read_library([Path(folder)]))
        closed.chmod(0o700)


@pytest.mark.parametrize(("data", "place", "found"), [
    (b"---\nslug: lab\ntitle: Lab\n---\n\n## A\n\nx\0y\n", (8, 2), "it holds a character that can't be kept"),
    ("---\nslug: lab\ntitle: Läb\n---\n".encode("latin-1"), (3, 9), "byte 0xE4 is not UTF-8"),
    ("---\nslug: lab\n---\n".encode("utf-16"), (None, None), "it is UTF-16, not UTF-8"),
])  # fmt: skip
def test_what_is_no_text_is_told_with_its_place(
    tmp_path: Path, data: bytes, place: tuple[int | None, int | None], found: str
) -> None:
    (tmp_path / "lab.md").write_bytes(data)
    [fault] = read_library([tmp_path]).findings(None)
    assert (fault.code, (fault.line, fault.column), fault.found) == ("M001", place, found)


@pytest.mark.parametrize("fence", ["--- ", "---\t\r", "\ufeff---"])
def test_front_matter_is_seen_where_blanks_follow_it(tmp_path: Path, fence: str) -> None:
    (tmp_path / "lab.md").write_text(f"{fence}\n{HEAD}---\n\n## A\n\nText.\n", "utf-8", newline="")
    library = read_library([tmp_path])
    assert (len(library.reads), told(library)) == (1, [])


def test_front_matter_of_other_programs_is_told(tmp_path: Path) -> None:
    (tmp_path / "lab.md").write_text("+++\nslug = 'lab'\n+++\n", "utf-8")
    assert told(read_library([tmp_path])) == [("M004", "lab.md", 1, "TOML front matter is not read")]


def test_a_file_that_is_named_in_two_ways_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "lab.yaml"
    file.write_text(HEAD + SECTIONS, "utf-8")
    assert told(read_library([tmp_path, file, Path(os.path.relpath(file))])) == []


@pytest.mark.parametrize("path", ["below/lab.yaml", "below", "."])
def test_a_list_of_tags_counts_for_what_is_below_it(tmp_path: Path, path: str) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "tags.yaml").write_text("tags: [safety]\n", "utf-8")
    (tmp_path / "below" / "lab.yaml").write_text(f"{HEAD}tags: [safty]\n{SECTIONS}", "utf-8")
    assert [fault[0] for fault in told(read_library([tmp_path / path]))] == ["M306"]


@pytest.mark.parametrize(("text", "codes"), [
    ("tags: [a]\ntags: [b]\n", ["M002"]), ("tags: [a\n", ["M001"]), ("tags: a\n", ["M003"]), ("- a\n", ["M003"]),
])  # fmt: skip
def test_a_broken_list_of_tags_is_told_alone(tmp_path: Path, text: str, codes: list[str]) -> None:
    (tmp_path / "tags.yaml").write_text(text, "utf-8")
    (tmp_path / "lab.yaml").write_text(f"{HEAD}tags: [b]\n{SECTIONS}", "utf-8")
    found = told(read_library([tmp_path]))
    assert [fault[0] for fault in found] == codes
    assert all(fault[2] for fault in found)


@pytest.mark.parametrize(("name", "found"), [
    ("../door.md", "../door.md is not in the module's folder"),
    ("/etc/passwd", "/etc/passwd is not in the module's folder"),
    ("loop.md", "loop.md is no file"), ("pipe.md", "pipe.md is no file"), ("gone.md", "gone.md is not there"),
    ("out.md", "out.md is not in the module's folder"), ("x" * 300, f"{'x' * 300} is not there"),
    ("nul.md", "nul.md:1:2: not valid text: it holds a character that can't be kept."),
])  # fmt: skip
def test_a_file_of_a_section_that_can_not_be_read(tmp_path: Path, name: str, found: str) -> None:
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "out.md").symlink_to("/etc/passwd")
    (tmp_path / "nul.md").write_bytes(b"a\0b")
    os.mkfifo(tmp_path / "pipe.md")
    file = tmp_path / "lab.yaml"
    file.write_text(f"{HEAD}sections:\n  - {{key: door, type: text, content_file: {name}}}\n", "utf-8")
    assert ("M211", found) in [(fault.code, fault.found) for fault in read_module(file).faults]


def test_files_of_sections_are_not_larger_together_than_a_file_may_be(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a" * (MAX_BYTES // 2), "utf-8")
    file = tmp_path / "lab.yaml"
    rows = [f"  - {{key: s-{number}, type: text, content_file: a.md}}\n" for number in range(3)]
    file.write_text(f"{HEAD}sections:\n{''.join(rows)}", "utf-8")
    faults = [(fault.code, fault.object) for fault in read_module(file).faults]
    assert faults[0] == ("M211", "sections[2].content_file")


def test_what_other_files_decide_about_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one\r\ntwo\rthree", "utf-8", newline="")
    file = tmp_path / "lab.yaml"
    file.write_text(f'{HEAD}sections:\n  - {{key: door, type: text, "content\\x5ffile": a.md}}\n', "utf-8")
    read = read_module(file)
    assert read.source is None
    assert '"one\\ntwo\\nthree"' in (read.text or "")
