"""Whose a folder is, before anything is written into it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.database.embedded.conftest import Wrecker, as_user, ask
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer
from toolbox_cli.core.database.embedded.host.account import Account, account_of
from toolbox_cli.core.database.embedded.host.folders import (
    MARKER,
    claim_home,
    planned_socket_folder,
    size_of,
    socket_folder,
    sync_tree,
    write_if_changed,
)
from toolbox_cli.core.errors import ConfigurationError, RefusedError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders to others")


def _me() -> Account:
    found = account_of(os.geteuid())
    assert found is not None
    return found


def test_a_new_home_is_marked_and_closed(home: Path) -> None:
    claimed = claim_home(home / "new/toolbox")

    assert (claimed / MARKER).exists()
    assert claimed.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_umask_of_the_caller_neither_opens_nor_closes_it(home: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        claimed = claim_home(home / "new/toolbox")
    finally:
        os.umask(before)

    assert claimed.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
    assert claimed.parent.stat().st_mode & 0o777 == (0o755 if os.geteuid() == 0 else 0o700)
    assert (claimed / MARKER).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("there", [(), ("lost+found",)])
def test_an_empty_folder_is_taken_as_it_is(home: Path, there: tuple[str, ...]) -> None:
    folder = home / "toolbox"
    folder.mkdir(mode=0o755)
    for name in there:
        (folder / name).mkdir()

    claim_home(folder)
    claim_home(folder)

    assert folder.stat().st_mode & 0o777 == 0o755


def test_a_folder_with_other_things_is_refused_and_left_alone(home: Path) -> None:
    folder = home / "toolbox"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")

    with pytest.raises(RefusedError, match=r"holds other things \(thesis.txt\)") as caught:
        EmbeddedServer(folder).start()

    assert caught.value.remedy is not None
    assert [entry.name for entry in folder.iterdir()] == ["thesis.txt"]


def test_data_that_is_no_cluster_is_refused(embedded: Wrecker) -> None:
    server = embedded()
    claim_home(server.home)
    (server.home / "data").mkdir()
    (server.home / "data/letter.txt").touch()

    with pytest.raises(RefusedError, match="holds other things than a PostgreSQL cluster"):
        server.start()


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("/elsewhere")], ids=["file", "link"])
def test_data_that_is_no_folder_is_refused(embedded: Wrecker, make: Callable[[Path], None]) -> None:
    server = embedded()
    claim_home(server.home)
    make(server.home / "data")

    with pytest.raises(RefusedError, match="is not a folder"):
        server.start()


def test_an_empty_data_folder_is_no_hindrance(embedded: Wrecker) -> None:
    server = embedded()
    claim_home(server.home)
    (server.home / "data").mkdir()

    server.start()

    assert ask(server, "SELECT 1") == 1


def test_a_home_in_a_folder_open_to_all_is_refused(home: Path) -> None:
    parent = home / "shared"
    parent.mkdir()
    parent.chmod(0o777)

    with pytest.raises(RefusedError, match=f"Everybody may write to {parent}"):
        EmbeddedServer(parent / "toolbox").start()
    assert not (parent / "toolbox").exists()

    parent.chmod(0o1777)
    claim_home(parent / "toolbox")


def test_a_home_open_to_all_is_refused(home: Path) -> None:
    folder = home / "toolbox"
    folder.mkdir()
    folder.chmod(0o757)

    with pytest.raises(RefusedError, match="nothing in it can be trusted"):
        EmbeddedServer(folder).start()


def test_a_home_behind_a_link_of_our_own_is_followed(embedded: Wrecker, home: Path) -> None:
    (home / "disk").mkdir(mode=0o711)
    (home / "toolbox").symlink_to(home / "disk/postgres")
    server = embedded()

    assert server.start().home == home / "disk/postgres"
    assert ask(embedded(home / "disk/postgres"), "SELECT 1") == 1


@as_root
def test_a_home_behind_the_link_of_another_is_refused(home: Path, normal_user: Account) -> None:
    (home / "toolbox").symlink_to(home / "disk")
    os.lchown(home / "toolbox", normal_user.uid, normal_user.gid)

    with pytest.raises(RefusedError, match="is a link that belongs to nobody"):
        EmbeddedServer(home / "toolbox").start()


@as_root
def test_root_leaves_the_home_of_another_alone(own_home: Path, normal_user: Account) -> None:
    theirs = own_home / "toolbox"
    as_user(normal_user, lambda: claim_home(theirs))
    server = EmbeddedServer(theirs)

    for use in (server.start, server.stop):
        with pytest.raises(RefusedError, match="belongs to nobody, not to root") as caught:
            use()
        assert caught.value.remedy is not None
        assert "as nobody" in caught.value.remedy
    assert [entry.name for entry in theirs.iterdir()] == [MARKER]


@as_root
def test_a_user_is_refused_the_home_of_root(
    embedded: Wrecker, normal_user: Account, reachable_binaries: Binaries
) -> None:
    server = embedded(binaries=reachable_binaries)
    server.start()

    for use in (server.start, server.stop, server.status):
        with pytest.raises(RefusedError, match="belongs to root, not to nobody"):
            as_user(normal_user, use)


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_path_that_can_be_no_folder_is_said_to_be_none(home: Path, path: str) -> None:
    (home / "file").touch()

    with pytest.raises(ConfigurationError, match=str(home)) as caught:
        EmbeddedServer(home / path).start()
    assert caught.value.remedy == "Choose another folder with TOOLBOX_HOME."


def test_a_line_break_in_the_path_is_refused(home: Path) -> None:
    with pytest.raises(ConfigurationError, match="line break"):
        EmbeddedServer(home / "tool\nbox").start()


def test_a_home_that_can_not_be_written_is_said_so(
    own_home: Path, normal_user: Account, reachable_binaries: Binaries
) -> None:
    server = EmbeddedServer(own_home / "closed/toolbox", binaries=reachable_binaries)
    as_user(normal_user, lambda: (own_home / "closed").mkdir(mode=0o500))

    with pytest.raises(ConfigurationError, match="Permission denied"):
        as_user(normal_user, server.start)


def test_the_socket_stands_in_the_home_where_its_path_fits(home: Path) -> None:
    room = 107 - len("/run/.s.PGSQL.5432")
    fitting = Path("/" + "x" * (room - 1))

    assert planned_socket_folder(fitting, 1000) == fitting / "run"
    assert planned_socket_folder(Path(f"{fitting}x"), 1000).parent == Path("/tmp")  # noqa: S108
    assert planned_socket_folder(Path("/a,b"), 1000).parent == Path("/tmp")  # noqa: S108


def test_two_long_homes_have_two_socket_folders(home: Path) -> None:
    homes = [home / ("x" * 120), home / ("y" * 120)]
    for each in homes:
        each.mkdir()

    assert planned_socket_folder(homes[0], 1000) != planned_socket_folder(homes[1], 1000)


@pytest.mark.parametrize(
    "make", [lambda path: path.mkdir(mode=0o755), lambda path: path.symlink_to("/etc"), Path.touch]
)
def test_a_socket_folder_that_is_not_ours_alone_is_refused(home: Path, make: Callable[[Path], None]) -> None:
    make(home / "run")

    with pytest.raises(RefusedError, match="The socket's folder"):
        socket_folder(home, _me())


@as_root
def test_a_socket_folder_that_a_killed_command_did_not_hand_over_is_handed_over(
    home: Path, normal_user: Account
) -> None:
    (home / "run").mkdir(mode=0o700)

    assert socket_folder(home, normal_user).stat().st_uid == normal_user.uid


@as_root
def test_a_socket_folder_of_another_is_refused(home: Path, normal_user: Account) -> None:
    assert socket_folder(home, normal_user).stat().st_uid == normal_user.uid

    with pytest.raises(RefusedError, match="owner nobody, mode drwx------"):
        socket_folder(home, _me())


def test_a_file_is_replaced_only_when_it_changes(home: Path) -> None:
    path = home / "rules"
    write_if_changed(path, "one", 0o644)
    first = path.stat()
    write_if_changed(path, "one", 0o644)
    same = path.stat()
    write_if_changed(path, "two", 0o644)

    assert same.st_ino == first.st_ino
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_file_that_can_not_be_synced_is_told(own_home: Path, normal_user: Account) -> None:
    (own_home / "closed").touch(mode=0o000)

    with pytest.raises(PermissionError):
        as_user(normal_user, lambda: sync_tree(own_home))


def test_a_tree_with_links_can_be_synced_and_measured(home: Path) -> None:
    (home / "folder").mkdir()
    (home / "folder/file").write_bytes(b"x" * 10_000)
    (home / "folder/link").symlink_to("/nowhere")

    sync_tree(home)

    assert 8_192 <= size_of(home) <= 20_480
    assert size_of(home / "missing") == 0
