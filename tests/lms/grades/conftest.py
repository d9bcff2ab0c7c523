from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.lms.grades.school import School
from tests.support.servers import Database, Server


@pytest.fixture
def school(toolboxai_connection: psycopg.Connection[Any]) -> School:
    return School(toolboxai_connection)


@pytest.fixture(scope="session")
def graded_database(server: Server) -> Iterator[Database]:
    """A database for tests that commit; each has an integration of its own."""
    with server.temporary(server.template) as made:
        yield made


@pytest.fixture
def committed(graded_database: Database) -> Iterator[School]:
    """A school whose rows are there for others at once; other tests' integrations are switched off."""
    with graded_database.connect() as connection:
        connection.execute("SET search_path TO toolboxai")
        connection.execute("UPDATE lms_integrations SET removed_at = now()")
        yield School(connection)
