import datetime
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import psycopg
import pytest

from tests.support.servers import Database
from toolbox_cli.core.database.catalog import read_catalog
from toolbox_cli.core.database.locks import NAMESPACE, PARTITIONS
from toolbox_cli.core.database.partitions.ahead import Ahead, make_ahead, make_span
from toolbox_cli.core.database.partitions.queries import PartitionedTable, partitioned_tables
from toolbox_cli.core.errors import LockedError, RefusedError
from toolbox_cli.models.base import programs

every_version = pytest.mark.every_version

Connection = psycopg.Connection[Any]
TODAY = datetime.date(2026, 11, 20)
EVENTS = "frames.module_analytics_events"

WRITE = f"""
INSERT INTO {EVENTS} (module_id, student_id, event_type, event_data, "timestamp") VALUES (1, 's', %s, '[1]', %s)"""

SAMPLE = {
    "frames.module_analytics_events": WRITE.replace("%s, '[1]', %s", "'x', '[1]', '2026-12-05 00:00+00'"),
    "toolboxai.usage_analytics": """
        INSERT INTO toolboxai.usage_analytics (event_type, event_category, event_name, tags, recorded_at)
        VALUES ('x', 'error', 'x', ARRAY['{"a": 1}'::jsonb], '2026-12-05 00:00+00')""",
    "toolboxai.educational_analytics": """
        INSERT INTO toolboxai.educational_analytics (metric_type, metric_value, recorded_at)
        VALUES ('x', 1.5, '2026-12-05 00:00+00')""",
}


@pytest.fixture
def database(database: Database) -> Database:
    """Give a migrated database whose sessions are far from UTC."""
    database.execute(f"ALTER DATABASE \"{database.name}\" SET timezone = 'Asia/Kathmandu'")
    database.execute("""
        INSERT INTO frames.students (id) VALUES ('s');
        INSERT INTO frames.modules (id, module_id, title) VALUES (1, 'm', 'M')""")
    return database


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.connect(autocommit=False) as connection:
        yield connection
        connection.rollback()


def events(connection: Connection) -> PartitionedTable:
    (table,) = partitioned_tables(connection, "frames")
    return table


def ahead(connection: Connection, months: int, today: datetime.date = TODAY) -> Ahead:
    """Make the partitions of events and commit."""
    done = make_ahead(connection, events(connection), months, today, lock_timeout_s=0.1)
    connection.commit()
    return done


def write(database: Database, *times: str) -> None:
    """Write an event at each time, named after it."""
    for moment in times:
        database.execute(WRITE, (moment, moment))


def places(database: Database) -> dict[str, str]:
    """Give the month of the partition that each event is in."""
    found = database.execute(f"SELECT event_type, tableoid::regclass::text FROM {EVENTS}")
    return {name: table.removeprefix(f"{EVENTS}_") for name, table in found}


def bounds(database: Database) -> list[str]:
    """Give what each partition of events but the default one holds, as the server writes it in UTC."""
    with database.connect() as connection:
        connection.execute("SET timezone = 'UTC'; SET datestyle = 'ISO'")
        found = connection.execute(
            "SELECT pg_get_expr(relpartbound, c.oid) FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid"
            f" WHERE inhparent = '{EVENTS}'::regclass AND relname !~ 'default' ORDER BY relname"
        )
        return [bound for (bound,) in found]


def test_the_partitioned_tables_are_those_of_the_models(connection: Connection) -> None:
    for platform in ("toolboxai", "pas_in_peace", "frames"):
        import_module(f"toolbox_cli.models.{platform}")
        expected = programs(import_module(f"toolbox_cli.models.{platform}.base").Base.metadata).default_partitions
        found = partitioned_tables(connection, platform)
        assert {table.name: table.default for table in found} == expected


@every_version
@pytest.mark.parametrize("name", sorted(SAMPLE))
def test_rows_of_every_partitioned_table_move_unchanged(connection: Connection, name: str) -> None:
    connection.execute(SAMPLE[name])
    before = connection.execute(f"SELECT * FROM {name}").fetchall()
    schema, _, plain = name.partition(".")
    (table,) = (found for found in partitioned_tables(connection, schema) if found.name == plain)

    done = make_ahead(connection, table, 1, TODAY)

    assert [(made.name, made.month, made.rows_moved) for made in done.made] == [
        (f"{plain}_2026_11", datetime.date(2026, 11, 1), 0),
        (f"{plain}_2026_12", datetime.date(2026, 12, 1), 1),
    ]
    assert done.rows_left == 0
    assert connection.execute(f"SELECT * FROM {name}_2026_12").fetchall() == before


@every_version
def test_months_begin_and_end_in_utc(database: Database, connection: Connection) -> None:
    connection.execute("SET datestyle = 'SQL, DMY'")
    ahead(connection, 1, datetime.date(2026, 12, 31))
    assert ahead(connection, 1, datetime.date(2026, 12, 31)).made == ()
    assert bounds(database) == [
        "FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00')",
        "FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00')",
    ]


@every_version
def test_waiting_rows_go_to_their_months_past_ones_too(database: Database, connection: Connection) -> None:
    expected = {
        "2000-01-01 00:00:00+00": "2000_01",
        "2026-02-28 23:59:59.999999+00": "2026_02",
        "2026-03-01 00:00:00+00": "2026_03",
        "2026-12-31 23:59:59.999999+00": "2026_12",
        "1999-12-31 23:59:59+00": "default",
        "2027-01-01 00:00:00+00": "default",
        "2999-01-01 00:00:00+00": "default",
        "infinity": "default",
        "-infinity": "default",
        "0044-03-15 00:00:00+00 BC": "default",
    }
    write(database, *expected)

    done = ahead(connection, 1)

    assert places(database) == expected
    assert sum(made.rows_moved for made in done.made) == 4
    assert done.rows_left == 6


def test_a_second_run_changes_nothing_and_waits_for_no_one(database: Database, connection: Connection) -> None:
    first = ahead(connection, 2)
    write(database, "2026-12-24 00:00:00+00", "2030-01-01 00:00:00+00")
    before = places(database), bounds(database)
    with database.connect(autocommit=False) as reader:
        reader.execute(f"LOCK TABLE {EVENTS} IN ROW EXCLUSIVE MODE")
        second = ahead(connection, 2)

    assert len(first.made) == 3
    assert (second.made, second.rows_left) == ((), 1)
    assert (places(database), bounds(database)) == before


def test_next_month_only_the_new_one_is_made(database: Database, connection: Connection) -> None:
    ahead(connection, 1)
    write(database, "2027-01-15 00:00:00+00")

    done = ahead(connection, 1, datetime.date(2026, 12, 1))

    assert [(made.name, made.rows_moved) for made in done.made] == [("module_analytics_events_2027_01", 1)]


@every_version
def test_a_partition_is_as_partition_of_makes_it(connection: Connection) -> None:
    ahead(connection, 0)
    connection.execute(
        f"CREATE TABLE {EVENTS}_2030_01 PARTITION OF {EVENTS} FOR VALUES FROM ('2030-01-01') TO ('2030-02-01')"
    )
    objects = read_catalog(connection, "frames").objects
    ours, theirs = (
        {
            (key.kind, key.name.replace(name, "*")): fields
            for key, fields in objects.items()
            if key.table == name and key.kind != "partition"
        }
        for name in ("module_analytics_events_2026_11", "module_analytics_events_2030_01")
    )
    assert ours == theirs
    assert {kind for kind, _ in ours} >= {"table", "column", "constraint", "index"}


def test_a_partition_belongs_to_the_owner_of_its_table(database: Database, connection: Connection) -> None:
    connection.execute("CREATE ROLE owner_of_events; GRANT ALL ON SCHEMA frames TO owner_of_events")
    connection.execute(f"ALTER TABLE {EVENTS} OWNER TO owner_of_events")
    make_ahead(connection, events(connection), 0, TODAY)
    owners = connection.execute(
        "SELECT relowner::regrole::text FROM pg_class WHERE relname ~ 'module_analytics_events_2'"
    )
    assert {owner for (owner,) in owners} == {"owner_of_events"}


def test_partitions_that_someone_else_made_are_kept(database: Database, connection: Connection) -> None:
    database.execute(f"""
        CREATE TABLE frames.before PARTITION OF {EVENTS} FOR VALUES FROM (MINVALUE) TO ('2026-12-01 00:00+00');
        CREATE TABLE frames.a_year PARTITION OF {EVENTS}
            FOR VALUES FROM ('2027-01-01 00:00+00') TO ('2028-01-01 00:00+00')""")
    done = ahead(connection, 3)
    assert [made.name for made in done.made] == ["module_analytics_events_2026_12"]


def test_half_a_month_is_refused(database: Database, connection: Connection) -> None:
    database.execute(
        f"CREATE TABLE frames.local PARTITION OF {EVENTS} FOR VALUES FROM ('2026-12-01') TO ('2027-01-01')"
    )
    with pytest.raises(RefusedError, match=r"frames\.local holds a part of 2026-11 only"):
        ahead(connection, 1)


def test_a_taken_name_is_refused_and_nothing_is_made(database: Database, connection: Connection) -> None:
    database.execute(f"CREATE TABLE {EVENTS}_2026_12 ()")
    write(database, "2026-11-02 00:00:00+00")
    with pytest.raises(RefusedError, match=r"frames\.module_analytics_events_2026_12 is there"):
        ahead(connection, 1)
    connection.rollback()
    assert bounds(database) == []
    assert places(database) == {"2026-11-02 00:00:00+00": "default"}


def test_two_runs_at_once_do_not_wait_for_each_other(database: Database, connection: Connection) -> None:
    with database.connect(autocommit=False, application_name="the other run") as other:
        make_ahead(other, events(other), 0, TODAY)
        with pytest.raises(LockedError, match="the other run"):
            ahead(connection, 0)
        connection.rollback()
        other.commit()
    assert ahead(connection, 0).made == ()


def test_a_table_in_use_is_left_alone_after_the_lock_timeout(database: Database, connection: Connection) -> None:
    with database.connect(autocommit=False) as user:
        user.execute(f"SELECT FROM {EVENTS}")
        with pytest.raises(LockedError, match=r"frames\.module_analytics_events.* longer than 0\.1 s"):
            ahead(connection, 0)
        connection.rollback()
        assert bounds(database) == []
    assert len(ahead(connection, 0).made) == 1


def test_nothing_waits_longer_than_the_lock_timeout_even_to_look(database: Database, connection: Connection) -> None:
    with database.connect(autocommit=False) as user:
        user.execute(f"LOCK TABLE {EVENTS}")
        connection.execute("SET LOCAL statement_timeout = '20s'")
        with pytest.raises(LockedError):
            ahead(connection, 0)


def test_the_lock_timeout_is_as_before(connection: Connection) -> None:
    connection.execute("SET LOCAL lock_timeout = '7s'")
    make_ahead(connection, events(connection), 0, TODAY)
    assert connection.execute("SHOW lock_timeout").fetchone() == ("7s",)


@every_version
def test_an_event_written_meanwhile_finds_its_new_partition(database: Database, connection: Connection) -> None:
    """A writer that had chosen the default partition already would be refused by it."""
    make_ahead(connection, events(connection), 0, TODAY)
    with database.connect(application_name="writer") as writer:
        thread = threading.Thread(target=writer.execute, args=(WRITE, ("meanwhile", "2026-11-21 00:00+00")))
        thread.start()
        waiting = "SELECT pid FROM pg_stat_activity WHERE application_name = 'writer' AND wait_event_type = 'Lock'"
        until = time.monotonic() + 30
        while not database.execute(waiting):
            assert thread.is_alive()
            assert time.monotonic() < until
        connection.commit()
        thread.join()
    assert places(database) == {"meanwhile": "2026_11"}


def test_the_lock_is_the_one_that_is_told_apart(database: Database, connection: Connection) -> None:
    with database.connect() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, PARTITIONS + 1))
        assert len(ahead(connection, 0).made) == 1


SPAN = datetime.date(2026, 3, 31), datetime.date(2026, 5, 1)


@pytest.mark.parametrize(
    ("held", "made"),
    [
        ([], ["2026_03", "2026_04", "2026_05"]),
        (["2026_04"], ["2026_03", "2026_05"]),
        (["2026_07"], ["2026_03", "2026_04", "2026_05", "2026_06"]),
        (["2025_12"], ["2026_01", "2026_02", "2026_03", "2026_04", "2026_05"]),
        (["2025_12", "2026_07"], ["2026_03", "2026_04", "2026_05"]),
    ],
    ids=["none held", "one held", "later ones held", "earlier ones held", "both held"],
)
def test_a_span_leaves_no_gap_to_the_months_that_are_there(
    connection: Connection, held: list[str], made: list[str]
) -> None:
    for month in held:
        year, number = map(int, month.split("_"))
        make_ahead(connection, events(connection), 0, datetime.date(year, number, 9))
    done = make_span(connection, events(connection), *SPAN)
    assert [one.name.removeprefix("module_analytics_events_") for one in done.made] == made


def test_a_span_beside_partitions_without_end_is_made_around_them(database: Database, connection: Connection) -> None:
    database.execute(f"""
        CREATE TABLE frames.before PARTITION OF {EVENTS} FOR VALUES FROM (MINVALUE) TO ('2026-04-01 00:00+00');
        CREATE TABLE frames.after PARTITION OF {EVENTS} FOR VALUES FROM ('2026-05-01 00:00+00') TO (MAXVALUE)""")
    done = make_span(connection, events(connection), *SPAN)
    assert [made.name for made in done.made] == ["module_analytics_events_2026_04"]
