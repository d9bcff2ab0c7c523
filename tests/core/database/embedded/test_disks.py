"""Disks that are full, closed or odd; root mounts small ones, others can't."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.database.embedded.conftest import Wrecker, ask
from toolbox_cli.core.database.embedded import Binaries
from toolbox_cli.core.database.embedded.trouble import explain_end
from toolbox_cli.core.errors import ConfigurationError, UnreachableError

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a disk")


class Disk:
    def __init__(self, folder: Path, options: str) -> None:
        self.folder = folder
        folder.mkdir()
        argv = ["mount", "-t", "tmpfs", "-o", f"mode=0711,{options}", "tmpfs", folder]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"this machine lets nobody mount a disk: {done.stderr.strip()}")

    def change(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", self.folder], check=True)

    def fill(self) -> None:
        with (self.folder / "filler").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize)


@pytest.fixture
def disk(home: Path) -> Iterator[Disk]:
    mounted = Disk(home / "disk", "size=300m")
    yield mounted
    subprocess.run(["umount", "--lazy", mounted.folder], check=True)


@pytest.mark.parametrize("size", ["4k", "1m", "25m", "40m"])
def test_a_disk_too_small_for_a_cluster_is_said_to_be_full(embedded: Wrecker, disk: Disk, size: str) -> None:
    disk.change(f"size={size}")
    server = embedded(disk.folder / "toolbox")

    with pytest.raises(UnreachableError, match=r"full|No space left on device") as caught:
        server.start()
    assert caught.value.remedy == "Free some space there, or choose another folder with TOOLBOX_HOME."
    assert not any(server.home.glob("data*"))

    disk.change("size=300m")
    server.start()
    assert ask(server, "SELECT 1") == 1
    server.stop()


def test_a_disk_without_room_for_files_is_said_to_be_full(embedded: Wrecker, disk: Disk) -> None:
    disk.change("nr_inodes=100")

    with pytest.raises(UnreachableError, match=r"full|No space left on device"):
        embedded(disk.folder / "toolbox").start()


def test_a_cluster_on_a_full_disk_starts_again_once_there_is_room(embedded: Wrecker, disk: Disk) -> None:
    server = embedded(disk.folder / "toolbox")
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    disk.fill()

    with pytest.raises(UnreachableError, match=r"full|No space left on device") as caught:
        server.start()
    assert caught.value.remedy is not None
    assert caught.value.remedy.startswith("Free some space")

    (disk.folder / "filler").unlink()
    server.start()
    assert ask(server, "SELECT answer FROM kept") == 42
    server.stop()


def test_a_program_that_could_not_even_write_why_is_explained_by_the_full_disk(disk: Disk) -> None:
    assert "without a word" in explain_end("It stopped", "", disk.folder).message
    disk.fill()
    assert explain_end("It stopped", "", disk.folder).message == "It stopped: No space left on device."


def test_a_home_on_a_disk_that_can_not_be_written_is_said_so(embedded: Wrecker, disk: Disk) -> None:
    server = embedded(disk.folder / "toolbox")
    server.start()
    server.stop()
    disk.change("ro")

    with pytest.raises(ConfigurationError, match="Read-only file system"):
        server.start()
    with pytest.raises(ConfigurationError, match="Read-only file system"):
        embedded(disk.folder / "other").start()


def test_a_disk_that_runs_no_programs_is_no_hindrance_unless_they_must_be_copied(
    embedded: Wrecker, disk: Disk, reachable_binaries: Binaries
) -> None:
    disk.change("noexec")
    server = embedded(disk.folder / "toolbox", binaries=reachable_binaries)

    server.start()

    assert ask(server, "SELECT 1") == 1
    server.stop()


def test_a_disk_that_runs_no_programs_is_refused_where_they_must_be_copied(
    embedded: Wrecker, disk: Disk, hidden_package: Path
) -> None:
    disk.change("noexec")
    server = embedded(disk.folder / "toolbox", binaries=Binaries(hidden_package / "pginstall18/bin", 18))

    with pytest.raises(ConfigurationError, match="toolbox can't run programs in") as caught:
        server.start()
    assert caught.value.remedy is not None
    assert "allows programs" in caught.value.remedy
