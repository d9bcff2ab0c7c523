"""A file by itself is an archive with that entry alone."""

from pathlib import Path

import pytest

from toolbox_cli.core.archives.faults import ArchiveError
from toolbox_cli.core.archives.limits import Limits
from toolbox_cli.core.archives.single import Single


def test_its_entry_is_the_file(tmp_path: Path) -> None:
    file = tmp_path / "questions.gift"
    file.write_bytes(b"::One:: Two? {T}")
    with Single(file, Limits()) as archive, archive.open("questions.gift") as opened:
        assert [*archive.entries] == ["questions.gift"]
        assert opened.read() == file.read_bytes()


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "questions.gift"
    file.write_bytes(b"x" * 11)
    with pytest.raises(ArchiveError):
        Single(file, Limits(entry_bytes=10))


def test_what_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "questions.gift"
    file.write_bytes(b"x" * 10)
    with Single(file, Limits(entry_bytes=10)) as archive:
        file.write_bytes(b"x" * 11)
        with pytest.raises(ArchiveError), archive.open(file.name) as opened:
            opened.read()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="can't be read"):
        Single(tmp_path / "gone", Limits())
