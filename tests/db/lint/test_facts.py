from typing import Any

import psycopg
import pytest

from tests.support.roles import role
from tests.support.servers import Database
from toolbox_cli.db.lint.facts import Column, Facts, Table, read_facts

TABLES = """
CREATE TABLE people (id integer PRIMARY KEY, name varchar(50), "Odd" text, nick text, age integer, born date,
    CHECK (name IS NOT NULL), CHECK ("Odd" IS NOT NULL), CHECK (age IS NOT NULL OR born IS NOT NULL));
ALTER TABLE people ADD CHECK (born IS NOT NULL) NOT VALID;
INSERT INTO people SELECT n, 'a', 'b', CASE WHEN n % 4 = 0 THEN 'c' END, 1, '2000-01-01' FROM generate_series(1, 400) n;
ANALYZE people;
CREATE TABLE events (id integer) PARTITION BY RANGE (id);
CREATE INDEX ON events (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (10);
CREATE TABLE events_2 PARTITION OF events DEFAULT PARTITION BY RANGE (id);
CREATE TABLE events_3 PARTITION OF events_2 DEFAULT;
CREATE SCHEMA other; CREATE TABLE other.people (x text)"""


def facts(connection: psycopg.Connection[Any], schema: str) -> Facts:
    return read_facts(connection, schema, migrated=True)


@pytest.mark.every_version
def test_what_a_schema_holds(empty_database: Database) -> None:
    empty_database.execute(TABLES)
    with empty_database.connect() as connection:
        found = facts(connection, "public")
    people = found.table("people")
    assert people is not None
    assert (people.rows, people.partitions) == (400, None)
    assert people.columns == {
        "id": Column("integer", True, 0.0),
        "name": Column("character varying(50)", True, 0.0, relied_on=True),
        "Odd": Column("text", True, 0.0, relied_on=True),
        "nick": Column("text", False, 0.75),
        "age": Column("integer", False, 0.0, relied_on=True),
        "born": Column("date", False, 0.0, relied_on=True),
    }
    assert found.indexes == {"people_pkey", "events_id_idx", "events_1_id_idx", "events_2_id_idx", "events_3_id_idx"}
    assert found.tables is not None
    assert set(found.tables) == {"people", "events", "events_1", "events_2", "events_3"}
    parted = found.table("events")
    assert parted is not None
    assert (parted.rows, parted.partitions, found.tables["events_1"].partitions) == (0, 3, None)


def test_a_partitioned_table_is_as_large_as_its_partitions(empty_database: Database) -> None:
    empty_database.execute(TABLES)
    empty_database.execute("INSERT INTO events SELECT generate_series(1, 3000)")
    with empty_database.connect() as connection:
        connection.execute("VACUUM events_1, events_3")
        found = facts(connection, "public")
        (block,) = connection.execute("SELECT current_setting('block_size')::integer").fetchone() or (0,)
    assert found.tables is not None
    assert (found.rows("events"), found.rows("events_2"), found.rows("events_1")) == (3000, 2991, 9)
    assert found.tables["events_1"].size_bytes == block
    sizes = [found.tables[name].size_bytes for name in ("events", "events_1", "events_3")]
    assert sizes[0] == sizes[1] + sizes[2] > 10 * block


def test_what_is_not_there_holds_nothing(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        found = read_facts(connection, "nowhere", migrated=False)
    assert found == Facts({}, frozenset(), migrated=False)
    assert (found.rows("t"), found.table("t"), found.column("t", "a")) == (0, None, None)
    assert (Facts().rows("t"), Facts({"t": Table(5)}).column("t", "a")) == (None, None)


def test_it_takes_no_more_than_the_right_to_look(database: Database) -> None:
    with role(database) as reader, database.connect() as connection:
        connection.execute(f"SET ROLE {reader}")
        found = facts(connection, "frames")
        connection.execute("RESET ROLE")
    assert found.rows("modules") == 0
    column = found.column("modules", "title")
    assert column is not None
    assert column.type == "character varying(255)"
