"""SQLAlchemy over connections of our own."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.servers import Database
from tests.support.whole import target_of
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.engine import engine_of, sqlalchemy_on
from toolbox_cli.core.errors import UnreachableError

BACKEND = "SELECT pg_backend_pid()"


def test_an_engines_connections_are_ours(empty_database: Database) -> None:
    with engine_of(target_of(empty_database), purpose="toolbox test").connect() as connection:
        assert connection.scalar(text("SHOW application_name")) == "toolbox test"
    with pytest.raises(UnreachableError, match="Nothing listens"):
        engine_of(target_of(Database("host=/nowhere dbname=x", 18))).connect()


def test_a_lent_connection_comes_back_as_it_was_with_nothing_left_open(empty_database: Database) -> None:
    with connect(target_of(empty_database)) as connection:
        with sqlalchemy_on(connection, target_of(empty_database)) as lent:
            lent.execute(text("CREATE TABLE kept ()"))
            lent.commit()
            lent.execute(text("CREATE TABLE lost ()"))
            assert lent.scalar(text(BACKEND)) == connection.info.backend_pid
        assert connection.autocommit
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert connection.execute("SELECT to_regclass('kept')::text, to_regclass('lost')").fetchone() == ("kept", None)


def test_a_failure_gives_it_back_too(empty_database: Database) -> None:
    target = target_of(empty_database)
    with connect(target) as connection:
        with pytest.raises(DBAPIError), sqlalchemy_on(connection, target) as lent:
            lent.execute(text("SELECT nonsense"))
        assert connection.autocommit
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_that_is_lost_meanwhile_stays_lost(empty_database: Database) -> None:
    target = target_of(empty_database)
    with connect(target) as connection:
        with pytest.raises(DBAPIError, match="terminating connection"), sqlalchemy_on(connection, target) as lent:
            lent.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        assert connection.closed
