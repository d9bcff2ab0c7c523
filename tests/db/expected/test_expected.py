import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.support.commands import process_environment
from tests.support.roles import role
from tests.support.school import target
from tests.support.servers import Database, Server
from toolbox_cli.core.database.catalog import compare, read_catalog
from toolbox_cli.core.database.names import records_only
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.expected.expected import SAME_SERVER, Workshop, expected_catalog
from toolbox_cli.db.expected.ground import Ground, read_ground

Connection = psycopg.Connection[Any]

SCHEMAS = "SELECT array_agg(nspname::text ORDER BY 1) FROM pg_namespace"

KILLED = """
import sys, psycopg
from toolbox_cli.db.expected import building
building.read_catalog = lambda connection, schema: connection.execute("SELECT pg_sleep(600)")
connection = psycopg.connect(sys.argv[1], autocommit=True, application_name="to be killed")
building.build(connection, building.write("frames"))
"""

REMEMBERED = """
import sys, psycopg
from pathlib import Path
from toolbox_cli.core.database.names import records_only
from toolbox_cli.core.database.target import Target
from toolbox_cli.db.expected.expected import Workshop, expected_catalog
workshop = Workshop(Target("", records_only(), "nowhere"), Path(sys.argv[2]))
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    assert expected_catalog(connection, "frames", workshop).remembered
assert not {"sqlalchemy", "alembic", "toolbox_cli.models.frames"} & sys.modules.keys()
"""


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "memory"


@pytest.fixture
def workshop(server: Server, memory: Path) -> Workshop:
    return Workshop(target(server.maintenance), memory)


@pytest.mark.every_version
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_migrated_platform_is_as_expected(shared_database: Database, workshop: Workshop, platform: str) -> None:
    with shared_database.connect() as connection:
        before = connection.execute(SCHEMAS).fetchone()
        for remembered in (False, True):
            expected = expected_catalog(connection, platform, workshop)
            assert (expected.built_on, expected.remembered) == (SAME_SERVER, remembered)
            assert compare(expected.catalog, read_catalog(connection, platform)) == []
        assert connection.execute(SCHEMAS).fetchone() == before


def test_records_are_expected_too_but_for_alembics_table(shared_database: Database, workshop: Workshop) -> None:
    with shared_database.connect() as connection:
        expected = expected_catalog(connection, RECORDS, workshop)
        [extra] = compare(expected.catalog, read_catalog(connection, RECORDS))
        assert extra.path == "alembic_version"


def test_a_killed_build_leaves_nothing(empty_database: Database, home: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, empty_database.conninfo], env=process_environment(home))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'to be killed' AND wait_event = 'PgSleep'"
    try:
        while empty_database.execute(waiting) == [(0,)]:
            assert process.poll() is None
    finally:
        process.kill()
        process.wait()
    empty_database.execute("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    assert empty_database.execute("SELECT nspname::text FROM pg_namespace WHERE nspname ~ 'toolbox'") == []


def test_what_is_remembered_needs_no_models(
    shared_database: Database, workshop: Workshop, memory: Path, home: Path
) -> None:
    with shared_database.connect() as connection:
        expected_catalog(connection, "frames", workshop)
    command = [sys.executable, "-c", REMEMBERED, shared_database.conninfo, str(memory)]
    subprocess.run(command, env=process_environment(home), check=True)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def _other(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"character varying", b"text"))


def _empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [_cut, _other, _empty])
def test_a_broken_memory_is_built_anew(
    shared_database: Database, workshop: Workshop, memory: Path, damage: Callable[[Path], None]
) -> None:
    with shared_database.connect() as connection:
        first = expected_catalog(connection, "frames", workshop)
        [file] = memory.iterdir()
        damage(file)
        second = expected_catalog(connection, "frames", workshop)
        assert not second.remembered
        assert second.catalog.objects == first.catalog.objects
        assert expected_catalog(connection, "frames", workshop).remembered
    assert [one.name for one in memory.iterdir()] == [file.name]


def test_a_memory_that_cannot_be_written_is_no_matter(
    shared_database: Database, workshop: Workshop, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with shared_database.connect() as connection:
        assert expected_catalog(connection, "frames", Workshop(workshop.spare, tmp_path / "file" / "x")).catalog.objects
        assert not expected_catalog(connection, "frames", Workshop(workshop.spare, None)).remembered


def test_what_may_be_written_otherwise_is_remembered_apart(
    shared_database: Database, workshop: Workshop, memory: Path
) -> None:
    def look(**changed: Any) -> bool:
        facts = {name: getattr(known, name) for name in Ground.__slots__}
        return expected_catalog(connection, "frames", workshop, Ground(**{**facts, **changed})).remembered

    with shared_database.connect() as connection:
        known = read_ground(connection)
        assert [look(), look()] == [False, True]
        assert not look(server_version=known.server_version + 1)
        assert not look(extensions={**known.extensions, "postgis": "3.5"})
        assert look(create=False)  # known already, whoever asks
    for number in range(12):
        (memory / f"frames-{number}.json").touch()
    with shared_database.connect() as connection:
        assert not look(server_version=1)
    assert len(list(memory.iterdir())) == 8


def test_without_rights_the_models_are_built_elsewhere(shared_database: Database, workshop: Workshop) -> None:
    with role(shared_database) as looker, shared_database.connect() as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(looker)))
        made = expected_catalog(connection, "frames", workshop)
        assert made.built_on.startswith(f"{workshop.spare.label}, PostgreSQL {shared_database.version}.")
        assert expected_catalog(connection, "frames", workshop).remembered
        connection.execute("RESET ROLE")
        assert expected_catalog(connection, "frames", workshop).built_on == SAME_SERVER
        assert compare(made.catalog, read_catalog(connection, "frames")) == []


@pytest.mark.parametrize(
    "obstacle",
    [
        "ALTER DATABASE {name} SET default_transaction_read_only TO on",
        """CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
        CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION refuse()""",
    ],
)
def test_where_nothing_may_be_made_the_models_are_built_elsewhere(
    empty_database: Database, workshop: Workshop, obstacle: str
) -> None:
    empty_database.execute(obstacle.replace("{name}", empty_database.name))
    with empty_database.connect() as connection:
        assert expected_catalog(connection, "frames", workshop).built_on != SAME_SERVER


def test_settings_of_a_role_do_not_change_the_models(shared_database: Database, workshop: Workshop) -> None:
    with shared_database.connect() as connection:
        for setting in ("standard_conforming_strings TO off", "search_path TO nowhere", "quote_all_identifiers TO on"):
            connection.execute(f"SET {setting}")
        expected = expected_catalog(connection, "frames", Workshop(workshop.spare, None))
        assert compare(expected.catalog, read_catalog(connection, "frames")) == []


def test_a_server_that_is_not_there_is_told(shared_database: Database) -> None:
    nowhere = Target("host=/nonexistent", records_only(), "nowhere")
    with role(shared_database) as looker, shared_database.connect() as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(looker)))
        with pytest.raises(Exception, match="Nothing listens"):
            expected_catalog(connection, "frames", Workshop(nowhere, None))
