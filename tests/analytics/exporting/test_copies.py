"""Reading from a copy of the database: what is said where it is not there, of another shape, or old."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import literal_column, select

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database, Server, as_url
from tests.support.template import NAMES
from toolbox_cli.analytics.exporting.copies import check_copy
from toolbox_cli.analytics.extracting.extract import snapshot
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer
from toolbox_cli.core.database.embedded.host.account import choose_account
from toolbox_cli.core.database.embedded.host.folders import Home
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.runtime import Runtime


def export(cli: CommandLine, database: Database, replica: str, *argv: str) -> Outcome:
    return cli("analytics", "export", "modules", "--to", "out", "--replica-url", replica, *argv, database=database)


@pytest.mark.parametrize("argv", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("replica", "status", "remedy"),
    [
        ("postgresql://ada:Pa55@127.0.0.1:1/x", 5, "Is the server running? Check --replica-url."),
        ("postgresql://ada:Pa55@/x?host=/nowhere", 5, "Is the server running? Check --replica-url."),
        ("{missing}", 5, "Check --replica-url."),
        ("mysql://ada:Pa55@here/x", 2, "Write it as postgresql://user@host:5432/database."),
    ],
)
def test_an_address_that_is_wrong_is_the_options(
    cli: CommandLine, database: Database, replica: str, status: int, remedy: str, argv: tuple[str, ...]
) -> None:
    done = export(cli, database, replica.format(missing=database.url.replace(database.name, "nowhere")), *argv)
    assert done.exit_code == status
    assert f"  → {remedy}\n" in done.stderr
    assert "TOOLBOX_DATABASE_URL" not in done.stderr
    assert "Pa55" not in done.stderr
    assert database.execute("SELECT count(*) FROM toolbox.pseudonym_keys") == [(0,)]


@pytest.mark.parametrize("argv", [(), ("--dry-run",)])
def test_a_copy_of_another_shape_is_refused(
    cli: CommandLine, database: Database, server: Server, argv: tuple[str, ...]
) -> None:
    with server.temporary(server.template) as copy:
        copy.execute("UPDATE toolbox.alembic_version SET version_num = 'older' WHERE version_num = 'frames_content'")
        done = export(cli, database, copy.url, *argv)
    assert done.exit_code == 4
    assert "is not at the database's revisions: older instead of frames_content." in done.stderr
    assert "leave --replica-url out" in done.stderr
    assert not (cli.folder / "out").exists()


def test_a_database_of_something_else_is_no_copy(
    cli: CommandLine, database: Database, empty_database: Database
) -> None:
    done = export(cli, database, empty_database.url)
    assert done.exit_code == 4
    assert "is not at the database's revisions: nothing instead of" in done.stderr
    assert "db upgrade" not in done.stderr


@pytest.fixture
def pair(home: Path) -> Iterator[tuple[Database, Database]]:
    """A server that has written since, and a standby of it that has replayed a part."""
    place = Home(home / "toolbox")
    primary = EmbeddedServer(place.path, parameters={"wal_level": "replica", "fsync": "off"})
    primary.start()
    primary.stop()
    owner, copy = place.data.stat(), home / "copy"
    account = choose_account(None, owner.st_uid)
    copy.mkdir(mode=0o700)
    os.chown(copy, owner.st_uid, owner.st_gid)
    account.run(["cp", "-a", f"{place.data}/.", str(copy)])
    account.run(["touch", str(copy / "standby.signal")])
    primary.start()
    conninfo = primary.conninfo("postgres")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE first (id int)")
        connection.execute("SELECT pg_switch_wal()")
        account.run(["cp", "-a", f"{place.data}/pg_wal/.", str(copy / "pg_wal")])
        connection.execute("CREATE TABLE second (id int)")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": copy,
        "wal_level": "replica",
        "hba_file": place.host_rules,
        "ident_file": place.identities,
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    control = [str(Binaries.of_wheel().program("pg_ctl")), "-D", str(copy), "-w", "-s"]
    account.run([*control, "-l", str(copy / "standby.log"), "-o", options, "start"])
    try:
        standby = as_url(f"host={copy} port=5432 user=toolbox dbname=postgres")
        yield Database(conninfo, 18), Database(standby, 18)
    finally:
        account.run([*control, "-m", "immediate", "stop"])


def test_a_standby_that_is_behind_is_told_of(
    pair: tuple[Database, Database], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    primary, standby = pair
    assert standby.execute("SELECT to_regclass('first') IS NOT NULL, to_regclass('second') IS NULL") == [(True, True)]
    target = Target(primary.url, NAMES, "the test suite")
    for later, told in ((datetime.timedelta(), ""), (datetime.timedelta(hours=3), "The standby is 3 h behind: it sh")):
        moment = datetime.datetime.now(datetime.UTC) + later
        check_copy(Runtime(environ={}, working_folder=tmp_path, now=lambda at=moment: at), target, standby.url)
        assert capsys.readouterr().err[:32] == told


def test_a_standby_is_read_by_two_connections_too(pair: tuple[Database, Database]) -> None:
    _, standby = pair
    halves = [select(literal_column(f"generate_series({first}, {first + 9})").label("n")) for first in (0, 10)]
    with snapshot(Target(standby.conninfo, NAMES, "the test suite")) as opened:
        found = [number for batch in opened.batches(*halves) for number in batch.column("n").to_pylist()]
    assert sorted(found) == list(range(20))
