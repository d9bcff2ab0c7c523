from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.pq import TransactionStatus

from tests.core.database.catalog_drifts import DRIFTS, PARTITION, SCHEMA, Drift
from tests.support.servers import Server
from toolbox_cli.core.database.catalog import Catalog, Difference, Key, aside, compare, read_catalog

pytestmark = pytest.mark.every_version

Connection = psycopg.Connection[Any]
EVERYTHING: frozenset[str] = frozenset()


def build(connection: Connection, schema: str, statements: str = SCHEMA) -> None:
    name = sql.Identifier(schema)
    connection.execute(sql.SQL("CREATE SCHEMA {0}; SET LOCAL search_path TO {0}").format(name))
    connection.execute(statements)


def divide(connection: Connection, first: str) -> None:
    connection.execute(first)
    connection.execute("SELECT 1 / 0")


def lines(differences: list[Difference]) -> list[str]:
    return [" ".join(filter(None, (each.kind, each.path, each.field))) for each in differences]


@pytest.fixture(scope="module")
def held(server: Server) -> Iterator[Connection]:
    with server.temporary() as made, made.connect(autocommit=False) as connection:
        build(connection, "school")
        connection.commit()
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def clean(held: Connection) -> Catalog:
    return read_catalog(held, "school")


@pytest.fixture
def connection(held: Connection, clean: Catalog) -> Iterator[Connection]:
    held.execute("SET LOCAL search_path TO school")
    yield held
    held.rollback()


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.statement[:60])
def test_finds_one_change_and_nothing_else(
    server: Server, connection: Connection, clean: Catalog, drift: Drift
) -> None:
    if server.version < drift.since:
        with pytest.raises(psycopg.Error):
            connection.execute(drift.statement)
        return
    connection.execute(drift.statement)
    assert lines(compare(clean, read_catalog(connection, "school"), ignore=EVERYTHING)) == sorted(drift.found)


def test_finds_nothing_where_nothing_changed(connection: Connection, clean: Catalog) -> None:
    assert compare(clean, read_catalog(connection, "school"), ignore=EVERYTHING) == []


@pytest.mark.parametrize("name", ["college", 'The "Ünder", school'])
def test_the_name_of_the_schema_makes_no_difference(connection: Connection, clean: Catalog, name: str) -> None:
    build(connection, name)
    assert compare(clean, read_catalog(connection, name), ignore=EVERYTHING) == []


def test_a_schema_that_is_not_there_is_empty(connection: Connection) -> None:
    connection.execute("CREATE TEMP TABLE lesson (id integer)")
    assert read_catalog(connection, "nowhere").objects == {}


def test_installations_decide_on_owners_rights_and_column_order(connection: Connection, clean: Catalog) -> None:
    connection.execute("ALTER TABLE teacher OWNER TO pg_monitor; GRANT SELECT ON lesson TO PUBLIC")
    connection.execute("ALTER TABLE teacher DROP hired_on; ALTER TABLE teacher DROP email")
    connection.execute("ALTER TABLE teacher ADD hired_on date CHECK (hired_on > '2000-01-01'), ADD email text UNIQUE")
    assert compare(clean, read_catalog(connection, "school")) == []


def test_months_come_and_go(connection: Connection, clean: Catalog) -> None:
    connection.execute(PARTITION)
    connection.execute("DROP TABLE event_2026_01")
    found = read_catalog(connection, "school")
    assert found.range_partitions() == {"event_2026_02": "event"}
    assert compare(clean.without_range_partitions(), found.without_range_partitions(), ignore=EVERYTHING) == []


def test_a_default_partition_is_part_of_the_model(connection: Connection, clean: Catalog) -> None:
    connection.execute("DROP TABLE event_default")
    found = read_catalog(connection, "school").without_range_partitions()
    assert lines(compare(clean.without_range_partitions(), found)) == [
        "partition event.event_default",
        "table event_default",
    ]


def test_says_both_sides(connection: Connection, clean: Catalog) -> None:
    connection.execute("ALTER TABLE lesson ALTER title SET DEFAULT 'none'; DROP SEQUENCE ticket")
    changed, missing = compare(clean, read_catalog(connection, "school"))
    assert (changed.expected, changed.found) == ("'untitled'::character varying", "'none'::character varying")
    assert (missing.expected["increment"], missing.found, missing.field) == (1, None, None)


def test_what_a_session_has_set_makes_no_difference(connection: Connection, clean: Catalog) -> None:
    odd = {
        "TimeZone": "Asia/Kathmandu",
        "DateStyle": "German",
        "IntervalStyle": "iso_8601",
        "quote_all_identifiers": "on",
        "standard_conforming_strings": "off",
        "search_path": "public",
    }
    for name, value in odd.items():
        connection.execute("SELECT set_config(%s, %s, true)", (name, value))
    assert compare(clean, read_catalog(connection, "school"), ignore=EVERYTHING) == []
    kept = {name: connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone() for name in odd}
    assert kept == {**{name: (value,) for name, value in odd.items()}, "DateStyle": ("German, DMY",)}


def test_a_temporary_table_does_not_hide_ours(connection: Connection, clean: Catalog) -> None:
    connection.execute("CREATE TEMP TABLE teacher (id integer); CREATE TEMP TABLE pg_class (oid oid)")
    assert compare(clean, read_catalog(connection, "school"), ignore=EVERYTHING) == []


def test_members_of_an_extension_are_not_ours(connection: Connection, clean: Catalog) -> None:
    connection.execute("CREATE TABLE extra (id serial PRIMARY KEY, name text); CREATE INDEX ON extra (name)")
    connection.execute("CREATE FUNCTION extra() RETURNS integer LANGUAGE sql RETURN 1; CREATE TYPE tone AS ENUM ('a')")
    for member in ("TABLE extra", "SEQUENCE extra_id_seq", "FUNCTION extra()", "TYPE tone"):
        connection.execute(f"ALTER EXTENSION plpgsql ADD {member}")
    assert compare(clean, read_catalog(connection, "school"), ignore=EVERYTHING) == []


def test_reads_in_a_read_only_transaction_and_leaves_it_open(connection: Connection, clean: Catalog) -> None:
    connection.rollback()
    connection.execute("SET TRANSACTION READ ONLY")
    assert read_catalog(connection, "school") == clean
    assert connection.info.transaction_status is TransactionStatus.INTRANS


@pytest.mark.parametrize("autocommit", [True, False])
def test_leaves_an_idle_connection_idle(held: Connection, clean: Catalog, autocommit: bool) -> None:
    held.rollback()
    with psycopg.connect(held.info.dsn, autocommit=autocommit) as own:
        assert read_catalog(own, "school") == clean
        assert own.info.transaction_status is TransactionStatus.IDLE
        assert own.execute("SHOW search_path").fetchone() == ('"$user", public',)


def test_needs_no_more_than_usage(connection: Connection, clean: Catalog) -> None:
    connection.execute("CREATE ROLE looker; GRANT USAGE ON SCHEMA school TO looker; SET LOCAL ROLE looker")
    assert read_catalog(connection, "school") == clean


@pytest.mark.parametrize("autocommit", [True, False])
def test_what_goes_wrong_aside_leaves_the_connection_usable(held: Connection, autocommit: bool) -> None:
    held.rollback()
    with psycopg.connect(held.info.dsn, autocommit=autocommit) as own:
        with pytest.raises(psycopg.errors.DivisionByZero), aside(own):
            divide(own, "SET search_path TO nowhere")
        assert own.info.transaction_status is TransactionStatus.IDLE
        assert own.execute("SHOW search_path").fetchone() == ('"$user", public',)
        own.rollback()
        with own.transaction():
            own.execute("CREATE TEMP TABLE kept ()")
            with pytest.raises(psycopg.errors.DivisionByZero), aside(own):
                divide(own, "DROP TABLE kept")
            own.execute("SELECT FROM kept")


def test_reads_temporary_tables_as_they_are_seen_from_a_schema(connection: Connection, clean: Catalog) -> None:
    connection.execute("CREATE TEMP TABLE lesson (LIKE school.lesson INCLUDING ALL EXCLUDING STATISTICS)")
    connection.execute("CREATE TRIGGER touch_updated_at BEFORE UPDATE ON pg_temp.lesson EXECUTE FUNCTION touch()")
    read = read_catalog(connection, "pg_temp", seen_from="school").objects
    for key in (Key("column", "lesson", "mood"), Key("constraint", "lesson", "lesson_grade_check")):
        assert read[key] == clean.objects[key]
    assert read["trigger", "lesson", "touch_updated_at"]["definition"].startswith("BEFORE UPDATE ON lesson ")
    assert read["index", "lesson", "lesson_lower_idx"]["definition"] == "USING btree (lower((title)::text))"
