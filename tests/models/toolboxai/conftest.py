"""The learning platform alone, built from its models."""

from collections.abc import Iterator

import pytest

from tests.models.toolboxai.rows import Connection
from tests.support.servers import Database, Server
from toolbox_cli.core.database.build import build_schema
from toolbox_cli.models.toolboxai.base import Base


@pytest.fixture(scope="module")
def built(server: Server) -> Iterator[Database]:
    with server.temporary() as made:
        with made.engine().begin() as connection:
            build_schema(connection, Base.metadata)
        yield made


@pytest.fixture(scope="module")
def _kept_open(built: Database) -> Iterator[Connection]:
    with built.connect(autocommit=False) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def connection(_kept_open: Connection) -> Iterator[Connection]:
    """Give a transaction that is rolled back."""
    _kept_open.execute("SET LOCAL search_path TO toolboxai")
    yield _kept_open
    _kept_open.rollback()


@pytest.fixture
def alone(connection: Connection) -> Connection:
    """Give a transaction in which rows stand without those that they point to; no trigger fires in it."""
    connection.execute("SET LOCAL session_replication_role = replica")
    return connection
