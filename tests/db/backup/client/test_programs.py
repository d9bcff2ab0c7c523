import os
from pathlib import Path

import psycopg
import pytest

from tests.support.servers import Database, versions_present
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.db.backup.client import programs
from toolbox_cli.db.backup.client.programs import Programs, access_of, choose, installed, speaks_tls


def of(major: int) -> Programs:
    return next(found for found in installed() if found.major == major)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the programs that come with the install."""
    monkeypatch.setattr(programs, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nonexistent")


def script(folder: Path, version: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in programs.NEEDED:
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_server_s_own_version_comes_first() -> None:
    assert [choose(major, tls=False).major for major in versions_present()] == list(versions_present())


@pytest.mark.usefixtures("only")
def test_without_it_the_next_newer_one() -> None:
    assert [choose(major, tls=False).major for major in (15, 16, 17, 18)] == [16, 16, 18, 18]
    assert choose(16, tls=False, at_least=17).major == 18


@pytest.mark.usefixtures("only")
def test_a_server_that_is_too_new_is_told() -> None:
    with pytest.raises(ConfigurationError, match="no programs of PostgreSQL 19 or newer on this machine") as caught:
        choose(19, tls=False)
    assert "postgresql-client-19" in str(caught.value.remedy)


@pytest.mark.usefixtures("only")
def test_programs_of_the_path_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = script(tmp_path / "bin", "19.1 (Debian 19.1-1)")
    monkeypatch.setenv("PATH", str(folder))
    assert choose(19, tls=False) == Programs(folder, 19)


@pytest.mark.usefixtures("only")
def test_half_an_install_and_a_wrapper_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = script(tmp_path / "bin", "19.1")
    monkeypatch.setenv("PATH", str(folder))
    (folder / "psql").unlink()
    assert {found.major for found in installed()} == {18, 16}
    (folder / "pg_dump").rename(folder / "pg_wrapper")
    (folder / "pg_dump").symlink_to("pg_wrapper")
    assert {found.major for found in installed()} == {18, 16}


@pytest.mark.usefixtures("only")
def test_what_names_no_version_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(script(tmp_path / "bin", "unknown")))
    assert {found.major for found in installed()} == {18, 16}


@pytest.mark.usefixtures("only")
def test_an_install_without_the_wheel_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolbox_cli.core.database.embedded.binaries.PACKAGE", "not_there_at_all")
    assert installed() == []


@pytest.mark.usefixtures("only")
def test_programs_without_tls_are_lent_a_libpq_that_has_it() -> None:
    assert not speaks_tls(of(18))
    chosen = choose(18, tls=True)
    assert chosen.folder == of(18).folder
    assert chosen.preload is not None
    assert speaks_tls(chosen)


@pytest.mark.usefixtures("only")
def test_where_there_is_none_to_lend_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="PostgreSQL 18 or newer that speak TLS"):
        choose(18, tls=True)


def test_a_libpq_that_is_older_than_the_programs_is_not_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psycopg.pq, "version", lambda: 160_000)
    with pytest.raises(ConfigurationError, match="that speak TLS"):
        choose(18, tls=True)


def test_no_secret_stands_on_a_command_line(shared_database: Database) -> None:
    with shared_database.connect() as connection:
        access = access_of(connection, f"{shared_database.conninfo} password=hush-hush sslmode=prefer", "toolbox test")
    assert access.variables == {"PGPASSWORD": "hush-hush"}
    assert "hush" not in access.conninfo
    parts = psycopg.conninfo.conninfo_to_dict(access.conninfo)
    assert (parts["dbname"], parts["sslmode"]) == (shared_database.name, "prefer")
    assert (parts["application_name"], parts["connect_timeout"]) == ("toolbox test", "10")


def test_the_host_is_the_one_that_the_connection_found(shared_database: Database) -> None:
    host = psycopg.conninfo.conninfo_to_dict(shared_database.conninfo)["host"]
    with shared_database.connect() as connection:
        access = access_of(connection, "host=elsewhere,there hostaddr=127.0.0.1,127.0.0.2", "toolbox test")
    parts = psycopg.conninfo.conninfo_to_dict(access.conninfo)
    assert (parts["host"], parts.get("hostaddr", "")) == (host, "")
    assert access.variables == {}


def test_a_secret_that_could_only_be_shown_is_refused(shared_database: Database) -> None:
    with shared_database.connect() as connection, pytest.raises(ConfigurationError, match="sslpassword"):
        access_of(connection, "sslpassword=hush", "toolbox test")


def test_programs_get_our_environment_without_what_steers_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGPASSFILE", "/somewhere")
    given = Programs(Path("/bin"), 18, Path("/lib/libpq.so")).environment({"PGPASSWORD": "x"})
    assert "PGCLIENTENCODING" not in given
    assert (given["PGPASSFILE"], given["PGPASSWORD"]) == ("/somewhere", "x")
    assert (given["LD_PRELOAD"], given["LC_ALL"]) == ("/lib/libpq.so", "C")
    assert "LD_PRELOAD" not in os.environ
