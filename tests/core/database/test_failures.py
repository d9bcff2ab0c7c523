"""What a database says while it works, as an error of ours."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.servers import Database
from toolbox_cli.core.database.failures import translate
from toolbox_cli.core.errors import LockedError, RefusedError, ToolboxError, UnreachableError

pytestmark = pytest.mark.every_version


def error_of(database: Database, *statements: str) -> psycopg.Error:
    """Run statements in one transaction; the last of them fails."""
    *before, last = statements
    with database.connect(autocommit=False) as connection:
        for statement in before:
            connection.execute(statement)
        with pytest.raises(psycopg.Error) as caught:
            connection.execute(last)
        connection.close()
    return caught.value


@pytest.mark.parametrize(
    ("statements", "kind", "sentence"),
    [
        (
            ["CREATE ROLE {0} ROLE CURRENT_USER", "SET LOCAL ROLE {0}", "CREATE SCHEMA x"],
            RefusedError,
            "The database role lacks a privilege: permission denied for database {0}.",
        ),
        (
            ["SET TRANSACTION READ ONLY", "CREATE TABLE t ()"],
            RefusedError,
            "The database takes no writes: it is a standby, or set to read only:"
            " cannot execute CREATE TABLE in a read-only transaction.",
        ),
        (
            ["CREATE TABLE t (a int)", "CREATE VIEW v AS SELECT a FROM t", "DROP TABLE t"],
            RefusedError,
            "Other objects depend on what would change: cannot drop table t because other objects depend on it.",
        ),
        (
            ["SET LOCAL statement_timeout = 1", "SELECT pg_sleep(5)"],
            RefusedError,
            "The server ended a statement: canceling statement due to statement timeout.",
        ),
        (
            ["SELECT pg_terminate_backend(pg_backend_pid())"],
            UnreachableError,
            "The connection to the database was lost: terminating connection due to administrator command.",
        ),
    ],
)
def test_what_the_server_refuses_is_one_sentence(
    empty_database: Database, statements: list[str], kind: type[ToolboxError], sentence: str
) -> None:
    name = empty_database.name
    found = translate(error_of(empty_database, *(statement.format(name) for statement in statements)))
    assert type(found) is kind
    assert found.message == sentence.format(name)
    assert found.remedy


def test_a_lock_that_was_not_to_be_had(empty_database: Database) -> None:
    empty_database.execute("CREATE TABLE t ()")
    with empty_database.connect(autocommit=False) as other:
        other.execute("LOCK TABLE t")
        found = translate(error_of(empty_database, "SET LOCAL lock_timeout = 1", "LOCK TABLE t"))
    assert isinstance(found, LockedError)
    assert found.message == "The database could not give a lock in time: canceling statement due to lock timeout."


def test_a_connection_that_is_gone(empty_database: Database) -> None:
    connection = empty_database.connect()
    connection.close()
    with pytest.raises(psycopg.OperationalError) as caught:
        connection.execute("SELECT 1")
    found = translate(caught.value)
    assert isinstance(found, UnreachableError)
    assert found.message == "The connection to the database was lost: the connection is closed."


def test_an_error_that_sqlalchemy_wraps_is_the_same(empty_database: Database) -> None:
    with empty_database.engine().connect() as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("CREATE TABLE t ()"))
    assert isinstance(translate(caught.value), RefusedError)


def test_what_is_a_fault_of_ours_is_not_translated(empty_database: Database) -> None:
    assert translate(error_of(empty_database, "SELECT nonsense")) is None
    assert translate(ValueError("x")) is None
