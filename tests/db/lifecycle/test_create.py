import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.support.commands import CommandLine
from tests.support.roles import role
from tests.support.school import target
from tests.support.servers import Database, Server
from toolbox_cli.core.database.names import records_only
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import ConfigurationError, RefusedError, UnreachableError
from toolbox_cli.db.lifecycle.create import create

_numbers = count(1)


@pytest.fixture
def missing(server: Server) -> Iterator[Database]:
    """Give a database that is not there; what is made of it goes."""
    name = f"Not there {os.getpid()} {next(_numbers)}"
    yield server.database(name)
    server.drop(name)


@pytest.mark.every_version
def test_a_missing_database_is_made_in_utf8(missing: Database) -> None:
    assert create(target(missing)).made
    assert missing.execute("SHOW server_encoding") == [("UTF8",)]
    assert not create(target(missing)).made


def test_two_at_once_are_one(missing: Database) -> None:
    made: list[bool] = []
    threads = [Thread(target=lambda: made.append(create(target(missing)).made)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert any(made)
    assert missing.execute("SELECT 1") == [(1,)]


def test_a_role_without_createdb_is_told_what_to_ask_for(missing: Database, shared_database: Database) -> None:
    with role(shared_database) as lesser:
        acting = Database(make_conninfo(missing.conninfo, options=f"-crole={lesser}"), 18)
        with pytest.raises(RefusedError, match="may not make databases") as caught:
            create(target(acting))
    assert f'CREATE DATABASE "{missing.name}" OWNER' in str(caught.value.remedy)


def test_a_locale_that_cannot_hold_utf8_is_told(missing: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL refuses one that its own libc calls ISO 8859-1; few machines have such a locale, so ask for worse."""
    worse = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' LC_CTYPE 'no such locale' TEMPLATE template0")
    monkeypatch.setattr("toolbox_cli.db.lifecycle.create.CREATE", worse)
    with pytest.raises(RefusedError, match="can't make a database in UTF-8"):
        create(target(missing))


def test_a_server_that_is_down_is_no_missing_database(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="Nothing listens"):
        create(Target(f"host={tmp_path} dbname=x", records_only(), "the test suite"))


def test_an_address_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        create(Target("nonsense", records_only(), "the test suite"))


def test_a_database_that_is_there_and_closed_is_not_made_again(missing: Database, server: Server) -> None:
    create(target(missing))
    server.maintenance.execute(f'ALTER DATABASE "{missing.name}" ALLOW_CONNECTIONS false')
    with pytest.raises((UnreachableError, RefusedError), match="not currently accepting connections"):
        create(target(missing))


def test_the_name_that_libpq_would_take(server: Server, monkeypatch: pytest.MonkeyPatch, missing: Database) -> None:
    """Without a name it is PGDATABASE, or else the user's own."""
    parts = psycopg.conninfo.conninfo_to_dict(missing.conninfo)
    del parts["dbname"]
    monkeypatch.setenv("PGDATABASE", missing.name)
    assert create(Target(make_conninfo("", **parts), records_only(), "the test suite")).made
    assert missing.execute("SELECT current_database()") == [(missing.name,)]


def test_the_command_reports_what_it_made(cli: CommandLine, missing: Database, home: Path) -> None:
    done = cli("db", "create", database=missing)
    assert (done.exit_code, "1 databases were made" in done.stdout) == (0, True)
    again = cli("db", "create", database=missing)
    assert (again.exit_code, "there already" in again.stdout) == (0, True)


def test_the_embedded_server_has_its_own(cli: CommandLine) -> None:
    done = cli("db", "create")
    assert (done.exit_code, "there already" in done.stdout) == (0, True)
