"""Kills, remains and full disks: the next command just works, or says in a sentence why it can't."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from tests.core.database.embedded.conftest import Wrecker, as_user, ask, starter, until
from toolbox_cli.core.database.embedded import Binaries
from toolbox_cli.core.database.embedded.host.account import Account
from toolbox_cli.core.database.embedded.host.folders import Home
from toolbox_cli.core.database.embedded.process import PostmasterFile, State, is_alive, observe, processes_of
from toolbox_cli.core.errors import RefusedError, UnreachableError


def _exists(pattern: str) -> Callable[[Path], bool]:
    return lambda home: any(home.glob(pattern))


STAGES = {
    "lock": _exists("lock"),
    "folder": _exists("data.new-*"),
    "half cluster": _exists("data.new-*/PG_VERSION"),
    "database": _exists("data.new-*/base/16384"),
    "cluster": _exists("data"),
    "start": _exists("data/postmaster.pid"),
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("whole_group", [True, False], ids=["with children", "alone"])
def test_a_kill_during_the_first_start_leaves_nothing_half(embedded: Wrecker, stage: str, whole_group: bool) -> None:
    server = embedded()
    with starter(server.home) as child:
        try:
            until(lambda: STAGES[stage](server.home))
        finally:
            (os.killpg if whole_group else os.kill)(child.pid, signal.SIGKILL)

    server.start()

    assert ask(server, "SELECT count(*) FROM pg_class") > 100
    assert not any(server.home.glob("data.new-*"))


def test_commands_at_once_on_an_empty_home_share_one_cluster(embedded: Wrecker) -> None:
    server = embedded()
    children = [starter(server.home) for _ in range(5)]
    answers = [child.communicate() for child in children]

    assert {complaints for _, complaints in answers} == {""}
    assert {int(pid) for pid, _ in answers} == {server.start().pid}
    assert ask(server, "SELECT 1") == 1


def test_a_killed_server_comes_back_with_all_that_was_committed(embedded: Wrecker, any_binaries: Binaries) -> None:
    server = embedded(binaries=any_binaries)
    pid = server.start().pid
    assert pid is not None
    with closing(psycopg.connect(server.conninfo())) as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        session.commit()
        session.execute("INSERT INTO kept VALUES (43)")
        os.kill(pid, signal.SIGKILL)
        until(lambda: not is_alive(pid))

    assert server.start().pid != pid
    assert ask(server, "SELECT string_agg(answer::text, ',') FROM kept") == "42"


def test_the_shared_memory_of_a_killed_server_is_given_back(embedded: Wrecker, any_binaries: Binaries) -> None:
    server = embedded(binaries=any_binaries)
    pid = server.start().pid
    assert pid is not None
    segment = (server.home / "data/postmaster.pid").read_text().split("\n")[6].split()[1]
    os.kill(pid, signal.SIGKILL)
    until(lambda: observe(Home(server.home))[0] is State.STOPPED)
    assert segment in _segments()

    server.start()

    assert segment not in _segments()


def _segments() -> set[str]:
    return {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()}


def test_a_busy_child_of_a_killed_server_does_not_hold_up_the_next(embedded: Wrecker) -> None:
    server = embedded()
    pid = server.start().pid
    assert pid is not None
    busy = psycopg.connect(server.conninfo(), autocommit=True)
    busy.pgconn.send_query(b"DO $$ BEGIN LOOP END LOOP; END $$")
    activity = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%LOOP END%'"
    until(lambda: ask(server, activity) == 2)
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_alive(pid))
    assert observe(Home(server.home))[0] is State.ORPHANED

    server.start()

    assert busy.info.backend_pid not in processes_of(server.home / "data")
    assert ask(server, "SELECT 1") == 1
    busy.close()


def test_stop_ends_the_remains_of_a_killed_server(embedded: Wrecker) -> None:
    server = embedded()
    pid = server.start().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_alive(pid))

    assert server.stop() is False
    assert processes_of(server.home / "data") == []


def test_process_ids_that_other_programs_have_by_now_are_no_server(
    embedded: Wrecker, normal_user: Account, own_home: Path, reachable_binaries: Binaries
) -> None:
    server = embedded(own_home / "toolbox", binaries=reachable_binaries)

    def crash_and_start() -> int | None:
        pid = server.start().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: observe(Home(server.home))[0] is State.STOPPED)
        for file in (server.home / "data/postmaster.pid", server.home / "run/.s.PGSQL.5432.lock"):
            _, _, rest = file.read_text().partition("\n")
            file.write_text(f"{another.pid}\n{rest}")
        return server.start().pid

    with subprocess.Popen(["sleep", "600"], **_as(normal_user)) as another:
        try:
            pid = as_user(normal_user, crash_and_start)
            assert another.poll() is None
        finally:
            another.kill()
    assert pid is not None
    assert pid != another.pid
    assert as_user(normal_user, lambda: ask(server, "SELECT 1")) == 1


def _as(account: Account) -> dict[str, int]:
    return {} if account.uid == os.geteuid() else {"user": account.uid, "group": account.gid}


def test_a_socket_that_somebody_removed_is_made_again(embedded: Wrecker) -> None:
    server = embedded()
    folder = server.start().socket_folder
    ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    (folder / ".s.PGSQL.5432").unlink()
    assert server.status().state == "unreachable"

    assert server.start().running
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_server_that_is_stopping_is_waited_for_and_started_again(embedded: Wrecker) -> None:
    server = embedded()
    pid = server.start().pid
    assert pid is not None
    with closing(psycopg.connect(server.conninfo())):
        os.kill(pid, signal.SIGTERM)
        until(lambda: observe(Home(server.home))[0] is State.STOPPING)
        child = starter(server.home)
        until(lambda: _holds_open(child.pid, server.home / "lock"))
    answer, complaints = child.communicate()

    assert complaints == ""
    assert int(answer) not in (0, pid)


def _holds_open(pid: int, path: Path) -> bool:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            if link.readlink() == path:
                return True
    return False


def test_a_server_whose_starter_was_killed_is_waited_for(embedded: Wrecker) -> None:
    server = embedded()
    server.start()
    server.stop()
    with starter(server.home) as child:
        file = until(lambda: PostmasterFile.read(server.home / "data"))
        os.kill(file.pid, signal.SIGSTOP)
        child.kill()
    with starter(server.home) as second:
        until(lambda: _holds_open(second.pid, server.home / "lock") or second.poll() is not None)
        os.kill(file.pid, signal.SIGCONT)
        answer, complaints = second.communicate()

    assert complaints == ""
    assert int(answer) == file.pid


@pytest.mark.parametrize("made_by", [16])
def test_data_of_another_version_is_refused_by_name(embedded: Wrecker, made_by: int) -> None:
    older = embedded(binaries=Binaries.of_wheel(made_by))
    older.start()
    for running in (True, False):
        with pytest.raises(RefusedError, match="was made by PostgreSQL 16, and this is PostgreSQL 18") as caught:
            embedded().start()
        assert caught.value.remedy is not None
        assert "Dump it with PostgreSQL 16" in caught.value.remedy
        assert older.stop() is running


def test_a_server_that_somebody_else_started_is_left_alone(embedded: Wrecker, reachable_binaries: Binaries) -> None:
    server = embedded()
    server.start()
    server.stop()
    data = server.home / "data"
    account = Account("owner", data.stat().st_uid, data.stat().st_gid)
    folder = server.home / "run"
    with subprocess.Popen(
        [reachable_binaries.program("postgres"), "-D", data, "-h", "", "-k", folder],
        stderr=subprocess.DEVNULL,
        **_as(account),
    ) as by_hand:
        try:
            until(lambda: (found := PostmasterFile.read(data)) and found.status == "ready")
            for use in (server.start, server.stop):
                with pytest.raises(RefusedError, match=f"did not start .process {by_hand.pid}"):
                    use()
        finally:
            by_hand.send_signal(signal.SIGINT)

    assert server.start().running


def test_a_damaged_cluster_is_said_to_be_damaged(embedded: Wrecker) -> None:
    server = embedded()
    server.start()
    server.stop()
    shutil.rmtree(server.home / "data/pg_wal")
    (server.home / "data/pg_wal").mkdir()
    os.chown(server.home / "data/pg_wal", (server.home / "data").stat().st_uid, -1)

    with pytest.raises(UnreachableError, match="checkpoint record") as caught:
        server.start()
    assert caught.value.remedy == "The data folder is damaged: restore it from a backup."


def test_the_home_may_vanish_under_a_running_server(embedded: Wrecker) -> None:
    server = embedded()
    server.start()
    while server.home.exists():  # the server makes files there until it notices
        shutil.rmtree(server.home, ignore_errors=True)

    assert isinstance(server.start().pid, int)
    assert ask(server, "SELECT 1") == 1


def test_stop_leaves_nothing_in_the_folder_for_temporary_files(embedded: Wrecker, home: Path) -> None:
    server = embedded(home / ("x" * 120))
    folder = server.start().socket_folder
    assert folder.exists()

    server.stop()

    assert not folder.exists()
