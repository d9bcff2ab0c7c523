import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.commands import process_environment
from tests.support.school import target
from tests.support.servers import Database, Server, server_of
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.verify.constraints.server.clone import PREFIX, cloned

USERS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'toolbox verify'"

HOLDING = """
import sys
from pathlib import Path
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.verify.constraints.server.clone import cloned

target = Target(sys.argv[1], Names({"toolbox": "toolbox"}), "the test suite")
with connect(target) as live, cloned(live, target, ["toolbox"], EmbeddedServer(Path(sys.argv[2]))) as clone:
    print(clone.connection.info.dbname, flush=True)
    sys.stdin.read()
"""
"""A run that holds a clone until its input ends."""


@pytest.fixture
def scratch(server: Server) -> EmbeddedServer:
    return EmbeddedServer(server.folder / "home")


@pytest.fixture
def live(shared_database: Database) -> Iterator[psycopg.Connection[Any]]:
    with shared_database.connect() as connection:
        yield connection


@pytest.fixture
def alone(home: Path) -> EmbeddedServer:
    """A server that no other test clones to."""
    server = EmbeddedServer(home / "toolbox", parameters={"fsync": "off"})
    server.start()
    return server


@pytest.fixture
def holding(
    shared_database: Database, alone: EmbeddedServer, home: Path
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    argv = [sys.executable, "-c", HOLDING, shared_database.url, str(alone.home)]
    environment = process_environment(home)
    with subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def clones(maintenance: str) -> set[str]:
    with psycopg.connect(maintenance, autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return {name for (name,) in rows}


def test_a_clone_holds_the_schemas_and_no_row(server: Server, database: Database, scratch: EmbeddedServer) -> None:
    database.execute("INSERT INTO frames.students (id) VALUES ('s')")
    with database.connect() as connection, cloned(connection, target(database), ["frames"], scratch) as clone:
        name = clone.connection.info.dbname
        assert name in clones(server.maintenance.conninfo)
        assert clone.connection.execute("SELECT count(*) FROM frames.students").fetchone() == (0,)
        assert clone.connection.execute("SELECT to_regclass('toolboxai.users')").fetchone() == (None,)
        assert clone.server_version == server.version
    assert name not in clones(server.maintenance.conninfo)


def test_a_clone_goes_however_the_work_ends(
    server: Server, shared_database: Database, live: psycopg.Connection[Any], scratch: EmbeddedServer
) -> None:
    with suppress(KeyboardInterrupt), cloned(live, target(shared_database), ["toolbox"], scratch) as clone:
        name = clone.connection.info.dbname
        raise KeyboardInterrupt
    assert name not in clones(server.maintenance.conninfo)


def test_what_a_killed_run_left_goes_with_the_next(
    shared_database: Database,
    live: psycopg.Connection[Any],
    alone: EmbeddedServer,
    holding: tuple[subprocess.Popen[str], str],
) -> None:
    process, name = holding
    place = alone.conninfo("postgres")
    with cloned(live, target(shared_database), ["toolbox"], alone):
        assert name in clones(place), "a run that lives keeps its clone"
    process.kill()
    process.wait()
    wait_until_left(place)
    assert name in clones(place)
    with cloned(live, target(shared_database), ["toolbox"], alone):
        assert name not in clones(place)


def wait_until_left(maintenance: str) -> None:
    """Come back once the server has noticed that the run is no more."""
    with psycopg.connect(maintenance, autocommit=True) as connection:
        for _ in range(1000):
            if connection.execute(USERS).fetchone() == (0,):
                return
            connection.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("the run still has connections")


def test_a_schema_that_stands_on_another_is_refused(database: Database, scratch: EmbeddedServer) -> None:
    database.execute("CREATE TYPE public.colour AS ENUM ('red'); ALTER TABLE frames.modules ADD colour public.colour")
    with (
        database.connect() as connection,
        pytest.raises(RefusedError, match="public.colour") as caught,
        cloned(connection, target(database), ["frames"], scratch),
    ):
        pass
    assert "--live" in str(caught.value.remedy)


@pytest.mark.every_version
def test_a_database_of_any_version_is_cloned_to_the_newest(
    request: pytest.FixtureRequest, server: Server, shared_database: Database
) -> None:
    newest = server_of(18, server.folder.parent)
    with (
        shared_database.connect() as connection,
        cloned(connection, target(shared_database), ["pas_in_peace"], EmbeddedServer(newest.folder / "home")) as clone,
    ):
        assert clone.server_version == 18
        assert clone.connection.execute("SELECT to_regclass('pas_in_peace.quests')::text").fetchone() == (
            "pas_in_peace.quests",
        )
