"""A snapshot is of one moment, reads every type, and says what is wrong."""

import datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import literal_column, select

from tests.support.servers import Database
from toolbox_cli.analytics.extracting.ahead import ahead
from toolbox_cli.analytics.extracting.extract import Patience, Snapshot, snapshot
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UnreachableError


def target(database: Database) -> Target:
    return Target(database.conninfo, Names({"toolbox": "toolbox", "frames": "frames"}), "a test")


def column(text: str) -> Any:
    return literal_column(text).label("it")


def read(opened: Snapshot, text: str) -> list[Any]:
    return [value for batch in opened.batches(select(column(text))) for value in batch.column("it").to_pylist()]


def test_what_is_committed_later_is_not_seen(empty_database: Database) -> None:
    empty_database.execute("CREATE TABLE held (number integer); INSERT INTO held VALUES (1)")
    with snapshot(target(empty_database)) as opened:
        assert opened.rows("SELECT count(*) AS it FROM held") == [{"it": 1}]
        empty_database.execute("INSERT INTO held VALUES (2)")
        assert opened.rows("SELECT count(*) AS it FROM held") == [{"it": 1}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NULL::text", None), ("''", ""), ("'50% of :all'", "50% of :all"), ("7::smallint", 7), ("true", True),
        ("12.50::numeric(9, 2)", "12.50"), ("'NaN'::numeric", "nan"), ("0.1::float8", 0.1),
        ("'0189abcd-0000-4000-8000-00000000000f'::uuid", "0189abcd-0000-4000-8000-00000000000f"),
    ],
)  # fmt: skip
def test_values_come_as_they_are(empty_database: Database, text: str, value: Any) -> None:
    with snapshot(target(empty_database)) as opened:
        assert read(opened, text) == [value]


def test_many_rows_come_in_batches_and_in_order(empty_database: Database) -> None:
    with snapshot(target(empty_database)) as opened:
        rows = [len(batch) for batch in opened.batches(select(column("md5(generate_series(1, 600000)::text)")))]
        assert (sum(rows), len(rows) > 2) == (600_000, True)
        assert read(opened, "generate_series(1, 100000)") == list(range(1, 100_001))
        assert read(opened, "generate_series(1, 0)") == []


def test_nothing_can_be_written(empty_database: Database) -> None:
    empty_database.execute("CREATE TABLE held (number integer)")
    with snapshot(target(empty_database)) as opened, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        opened.rows("WITH made AS (INSERT INTO held VALUES (1) RETURNING number) SELECT number FROM made")


def test_a_fault_in_the_middle_is_told(empty_database: Database) -> None:
    with snapshot(target(empty_database)) as opened, pytest.raises(psycopg.errors.DivisionByZero):
        read(opened, "1 / (150000 - generate_series(1, 200000))")


def test_the_server_ends_what_takes_too_long(empty_database: Database) -> None:
    hasty = snapshot(target(empty_database), Patience(statement_s=1))
    with hasty as opened, pytest.raises(psycopg.errors.QueryCanceled):
        read(opened, "pg_sleep(30)::text")


def test_one_that_is_left_before_its_end_ends_its_statement(empty_database: Database) -> None:
    with snapshot(target(empty_database)) as opened:
        batches = opened.batches(select(column("generate_series(1, 100000000)")))
        assert len(next(batches))
        batches.close()  # type: ignore[attr-defined]
    [(running,)] = empty_database.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%generate_series%'"
        " AND pid <> pg_backend_pid() AND state = 'active'"
    )
    assert running == 0


def test_what_is_missing_is_told_with_what_to_do(empty_database: Database) -> None:
    with snapshot(target(empty_database)) as opened, pytest.raises(RefusedError) as told:
        opened.rows("SELECT 1 FROM frames.modules")
    assert told.value.remedy is not None
    assert "toolbox db upgrade" in told.value.remedy


def test_nobody_there_is_told(empty_database: Database) -> None:
    gone = Database(psycopg.conninfo.make_conninfo(empty_database.conninfo, host="/nowhere"), empty_database.version)
    with pytest.raises(UnreachableError), snapshot(target(gone)):
        pass


def test_reading_ahead_gives_all_and_stops_when_nobody_wants_more() -> None:
    stopped = []
    with ahead(range(100), stop=lambda: stopped.append(1)) as items:
        assert list(items) == list(range(100))
    assert stopped == []
    with ahead(iter(int, 1), stop=lambda: stopped.append(1)) as endless:
        assert next(endless) == 0
    assert stopped == [1]


def test_the_plan_of_a_statement_can_be_asked_for(empty_database: Database) -> None:
    with snapshot(target(empty_database)) as opened:
        assert "Plan Rows" in opened.explained(select(column("generate_series(1, 10)")))


@pytest.mark.parametrize("moment", ["timestamptz", "timestamp"])
def test_no_moment_is_infinite(empty_database: Database, moment: str) -> None:
    told = "unnest(ARRAY['infinity', '-infinity', '4714-11-24 00:00:00 BC', '2026-01-02 03:04:05', NULL]"
    with snapshot(target(empty_database)) as opened:
        [batch] = opened.batches(select(column(f"{told}::{moment}[])")))
    assert batch.column("it").is_null().to_pylist() == [True, True, False, False, True]
    assert batch.column("it")[3].as_py().replace(tzinfo=None) == datetime.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001
