from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.core.database.catalog_drifts import SCHEMA as SCHOOL
from tests.db.diff import college as colleges
from tests.db.diff.mending import Ground, Grounds
from tests.db.diff.psql_session import psql_of
from tests.db.diff.rows import PLATFORM_ROWS, SCHOOL_ROWS
from tests.support.school import target
from tests.support.servers import Server
from toolbox_cli.core.database.catalog import read_catalog
from toolbox_cli.core.database.links import read_links
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.drift.drift import Side
from toolbox_cli.db.expected.expected import Workshop, expected_catalogs

HOSTILE = 'The "Cöllege"; -- %s\n\\echo'


@pytest.fixture(scope="session")
def workshop(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """What the models stand for, built once a process and version."""
    memory: Path = tmp_path_factory.mktemp("memory")
    return Workshop(target(server.maintenance), memory)


def _kept(make: Callable[[ExitStack], dict[str, Ground]]) -> Iterator[Grounds]:
    grounds = Grounds(make)
    yield grounds
    grounds.close()


def _of_sql(server: Server, workshop: Workshop, schema: str, sql: str, rows: str) -> Iterator[Grounds]:
    def make(stack: ExitStack) -> dict[str, Ground]:
        made = stack.enter_context(server.temporary())
        connection = stack.enter_context(made.connect())
        connection.execute(f"CREATE SCHEMA {quote(schema)}; SET search_path TO {quote(schema)}".encode())
        connection.execute(sql.encode())
        connection.execute(rows.encode())
        given = Side(read_catalog(connection, schema).without_range_partitions(), read_links(connection, schema))
        psql = stack.enter_context(psql_of(made))
        return {"": Ground(psql, connection, workshop, "frames", schema, given)}

    return _kept(make)


@pytest.fixture(scope="module")
def school(server: Server, workshop: Workshop) -> Iterator[Grounds]:
    """One object of every kind."""
    yield from _of_sql(server, workshop, "school", SCHOOL, SCHOOL_ROWS)


@pytest.fixture(scope="module")
def college(server: Server, workshop: Workshop) -> Iterator[Grounds]:
    """Objects that stand on one another, with hostile names."""
    yield from _of_sql(server, workshop, HOSTILE, colleges.SCHEMA, colleges.ROWS)


@pytest.fixture(scope="module")
def platforms(server: Server, workshop: Workshop) -> Iterator[Grounds]:
    """A migrated database, by platform."""

    def make(stack: ExitStack) -> dict[str, Ground]:
        made = stack.enter_context(server.temporary(server.template))
        connection = stack.enter_context(made.connect())
        connection.execute(PLATFORM_ROWS.encode())
        psql = stack.enter_context(psql_of(made))
        expected = expected_catalogs(connection, ("frames", "pas_in_peace", "toolboxai", "toolbox"), workshop)
        return {
            name: Ground(psql, connection, workshop, name, name, Side(one.catalog, one.links))
            for name, one in expected.items()
        }

    yield from _kept(make)
