"""A large table is read by two connections at once: every row once, and all of one moment."""

import re
from collections.abc import Sequence

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Column, Integer, MetaData, Select, Table, Text, func, select

from tests.support.servers import Database
from toolbox_cli.analytics.extracting.extract import Patience, Snapshot, snapshot
from toolbox_cli.analytics.extracting.halves import WORTH_BLOCKS, halves, level
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target

HELD = Table("held", MetaData(), Column("number", Integer), Column("text", Text), schema="frames")
ROWS = 60_000

PLAIN = "CREATE TABLE there.held (number integer, text text)"
PARTED = """
CREATE TABLE there.held (number integer, text text) PARTITION BY RANGE (number);
CREATE TABLE there.first PARTITION OF there.held FOR VALUES FROM (0) TO (40000);
CREATE TABLE there.second PARTITION OF there.held FOR VALUES FROM (40000) TO (45000);
CREATE TABLE there.rest PARTITION OF there.held DEFAULT"""


def filled(database: Database, made: str) -> Target:
    """Make a table of some 40 MiB, whose schema has a name of the operator's."""
    database.execute(f"CREATE SCHEMA there; {made}")
    database.execute(f"INSERT INTO there.held SELECT n, repeat('x', 700) FROM generate_series(1, {ROWS}) AS n")
    return Target(database.conninfo, Names({"frames": "there"}), "a test")


def numbers(opened: Snapshot, statements: Sequence[Select[tuple[int, str]]]) -> list[int]:
    return [number for batch in opened.batches(*statements) for number in batch.column("number").to_pylist()]


@pytest.mark.parametrize("made", [PLAIN, PARTED], ids=["one table", "partitions"])
def test_every_row_is_of_one_half(empty_database: Database, made: str) -> None:
    with snapshot(filled(empty_database, made)) as opened:
        both = halves(opened, select(HELD))
        each = [numbers(opened, [half]) for half in both]
        assert len(both) == 2
        assert sorted(each[0] + each[1]) == list(range(1, ROWS + 1))
        assert 0.4 < len(each[0]) / ROWS < 0.6
        together = numbers(opened, both)
        assert sorted(together) == list(range(1, ROWS + 1))
        assert numbers(opened, both) == together  # in the same order, so that the same rows make the same bytes


def test_both_read_the_same_moment(empty_database: Database) -> None:
    with snapshot(filled(empty_database, PLAIN)) as opened:
        both = halves(opened, select(HELD))
        empty_database.execute("UPDATE there.held SET number = -number; INSERT INTO there.held VALUES (0, '')")
        assert sorted(numbers(opened, both)) == list(range(1, ROWS + 1))


def test_what_either_runs_into_is_told(empty_database: Database) -> None:
    with snapshot(filled(empty_database, PLAIN)) as opened:
        first, second = halves(opened, select(HELD))
        with pytest.raises(psycopg.errors.DivisionByZero):
            numbers(opened, [first, second.where(1 / (HELD.c.number - ROWS) < 2)])


def test_one_that_is_left_ends_both(empty_database: Database) -> None:
    with snapshot(filled(empty_database, PLAIN)) as opened:
        batches = opened.batches(*halves(opened, select(HELD)))
        next(batches)
        batches.close()  # type: ignore[attr-defined]
        [(others,)] = empty_database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND (state = 'active' OR backend_xmin IS NOT NULL) AND query LIKE '%held%'"
        )
        assert others <= 1  # the snapshot's own connection, whose transaction has failed


def test_the_second_connection_reads_no_longer_than_it_may(empty_database: Database) -> None:
    with snapshot(filled(empty_database, PLAIN), Patience(statement_s=1)) as opened:
        first, second = halves(opened, select(HELD))
        with pytest.raises(psycopg.errors.QueryCanceled):
            numbers(opened, [first, second.where(func.pg_sleep(30).is_not(None))])


def test_what_is_small_ordered_or_of_several_tables_stays_whole(empty_database: Database) -> None:
    with snapshot(filled(empty_database, PLAIN)) as opened:
        assert len(halves(opened, select(HELD).order_by(HELD.c.number))) == 1
        other = HELD.alias()
        assert len(halves(opened, select(HELD, other.c.number.label("again")))) == 1
        assert len(halves(opened, select(HELD).where(HELD.c.number == 7))) == 1
        assert len(halves(opened, select(HELD).join(other, other.c.number == HELD.c.number))) == 2
    empty_database.execute("TRUNCATE there.held")
    with snapshot(Target(empty_database.conninfo, Names({"frames": "there"}), "a test")) as opened:
        assert len(halves(opened, select(HELD))) == 1


@given(some.lists(some.integers(0, 10**6), min_size=1).filter(lambda sizes: sum(sizes) >= WORTH_BLOCKS))
def test_half_of_all_blocks_are_below_the_level(sizes: list[int]) -> None:
    below = sum(min(size, level(sizes)) for size in sizes)
    assert abs(below - sum(sizes) / 2) <= len(sizes)


def test_a_half_is_read_by_where_it_stands(empty_database: Database) -> None:
    with snapshot(filled(empty_database, PLAIN)) as opened:
        plans = [opened.explained(half) for half in halves(opened, select(HELD))]
    assert all(re.search('"Node Type": "Tid Range Scan"', plan) for plan in plans)
