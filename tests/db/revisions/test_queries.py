import pytest

from tests.support.servers import Database
from toolbox_cli.db.revisions.queries import row_estimates

TABLES = """
CREATE TABLE counted AS SELECT 1 FROM generate_series(1, 7);
CREATE TABLE empty (id integer);
CREATE TABLE events (id integer) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE events_3 PARTITION OF events_2 DEFAULT;
INSERT INTO events SELECT generate_series(1, 15);
CREATE TABLE lone (id integer) PARTITION BY RANGE (id)"""


@pytest.mark.every_version
def test_rows_are_counted_where_the_server_knows_nothing(empty_database: Database) -> None:
    empty_database.execute(TABLES)
    with empty_database.connect() as connection:
        assert row_estimates(connection, "public") == {
            "counted": 7, "empty": 0, "events": 15, "events_1": 9, "events_2": 6, "events_3": 6, "lone": 0,
        }  # fmt: skip


def test_rows_are_estimated_where_it_knows(empty_database: Database) -> None:
    empty_database.execute(TABLES)
    empty_database.execute("UPDATE pg_class SET reltuples = 1e6 WHERE relname IN ('counted', 'events_1', 'events_3')")
    with empty_database.connect() as connection:
        found = row_estimates(connection, "public")
    assert (found["counted"], found["events"], found["events_2"]) == (1_000_000, 2_000_000, 1_000_000)
    assert found["empty"] == 0


def test_rows_that_came_after_the_last_estimate_count(empty_database: Database) -> None:
    empty_database.execute("CREATE TABLE late (id integer)")
    empty_database.execute("VACUUM late")
    with empty_database.connect() as connection:
        connection.execute("INSERT INTO late SELECT generate_series(1, 500)")
        connection.execute("SELECT pg_stat_force_next_flush()")
        assert row_estimates(connection, "public") == {"late": 500}
