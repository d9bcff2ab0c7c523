import time
from pathlib import Path
from threading import Thread

import pytest

from tests.support.commands import CommandLine
from tests.support.school import target
from tests.support.servers import Database, Server
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.names import records_only
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import ConfigurationError, UnreachableError
from toolbox_cli.db.lifecycle.wait import wait


def at(conninfo: str) -> Target:
    return Target(conninfo, records_only(), "the test suite")


@pytest.mark.every_version
def test_a_server_that_is_there_answers_at_once(empty_database: Database) -> None:
    assert wait(target(empty_database), 0).waited_s < 5


def test_a_server_that_is_not_there_is_waited_for_and_given_up(tmp_path: Path) -> None:
    told: list[str] = []
    began = time.monotonic()
    with pytest.raises(UnreachableError, match=r"^After 0.3 s: Nothing listens at that socket") as caught:
        wait(at(f"host={tmp_path} dbname=x"), 0.3, told.append)
    assert 0.3 <= time.monotonic() - began < 10
    assert told
    assert caught.value.remedy


def test_without_time_it_is_tried_once(tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(UnreachableError, match="After 0 s"):
        wait(at(f"host={tmp_path} dbname=x"), 0, told.append)
    assert told == []


def test_a_server_that_comes_up_meanwhile_is_found(home: Path) -> None:
    server = EmbeddedServer(home / "late")
    told: list[str] = []
    waiting = Thread(target=lambda: found.append(wait(at(server.conninfo("postgres")), 60, told.append)))
    found: list[object] = []
    waiting.start()
    while not told:
        assert waiting.is_alive()
    server.start()
    waiting.join()
    assert len(found) == 1
    server.stop()


def test_an_embedded_server_is_started(home: Path) -> None:
    place = Target(str(home / "toolbox"), records_only(), "the embedded server", home=home / "toolbox")
    assert wait(place, 0).target is place


def test_what_no_waiting_helps_is_told_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(ConfigurationError):
        wait(at("nonsense"), 60)
    assert time.monotonic() - began < 30


def test_a_time_that_is_no_number_is_left_to_libpq(server: Server) -> None:
    with pytest.raises((ConfigurationError, UnreachableError)):
        wait(at(f"{server.conninfo} connect_timeout=soon"), 0)


def test_the_command(cli: CommandLine, empty_database: Database, tmp_path: Path) -> None:
    done = cli("db", "wait", "--timeout", "5s", database=empty_database)
    assert (done.exit_code, done.stderr) == (0, "")
    nowhere = {"TOOLBOX_DATABASE_URL": f"postgresql://x@/nowhere?host={tmp_path}"}
    late = cli("db", "wait", "--timeout", "200ms", environ=nowhere)
    assert (late.exit_code, late.stdout) == (5, "")
    assert "After 0.2 s" in late.stderr
    assert cli("db", "wait", "--timeout", "soon", environ=nowhere).exit_code == 2
