"""What a revision does before it tightens a table that holds rows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from alembic import op
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from tests.support.servers import Database
from toolbox_cli.core.database.guards import ROWS_IN_THE_WAY, Rule, add_checks, drop_checks, refused_rows, require
from toolbox_cli.core.findings import Severity

pytestmark = pytest.mark.every_version

TABLES = """
CREATE TABLE scores (id text PRIMARY KEY, points integer, note text);
CREATE TABLE "Odd name" (value integer);
CREATE TABLE empty_one (id integer, value integer);
INSERT INTO scores SELECT 's' || n, n, 'it''s % ' || n FROM generate_series(1, 9) AS n;
INSERT INTO scores VALUES ('null', NULL, NULL);
INSERT INTO "Odd name" VALUES (1), (-1)"""

CHECKS = """
SELECT conname::text FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace ORDER BY 1"""


@pytest.fixture
def tables(empty_database: Database) -> Database:
    empty_database.execute(TABLES)
    return empty_database


@contextmanager
def revising(database: Database) -> Iterator[None]:
    """Make `op` work on a database, as within a revision."""
    with database.engine().begin() as connection, Operations.context(MigrationContext.configure(connection)):
        yield


def refusal(database: Database, *rules: Rule) -> list[dict[str, Any]]:
    with pytest.raises(DBAPIError, match="rows are in the way") as caught, revising(database):
        require(rules)
    assert isinstance(caught.value.orig, psycopg.Error)
    assert caught.value.orig.sqlstate == ROWS_IN_THE_WAY
    listed: list[dict[str, Any]] = json.loads(caught.value.orig.diag.message_detail or "")
    return listed


def test_rules_that_all_rows_hold_let_the_revision_go_on(tables: Database) -> None:
    with revising(tables):
        require(
            [
                Rule("scores", "positive", "points > 0"),
                Rule("scores", "noted", "note LIKE 'it''s \\% %'"),
                Rule("empty_one", "nothing", "value > 0"),
            ]
        )


def test_every_broken_rule_is_listed_with_its_count_and_the_first_rows(tables: Database) -> None:
    assert refusal(
        tables,
        Rule("scores", "small", "points < 3"),
        Rule("Odd name", "positive", "value > 0"),
        Rule("scores", "held", "points > 0"),
        Rule("scores", "not_nine", "points <> 9 AND note <> 'it''s % 9'"),
        Rule("empty_one", "nothing", "value > 0"),
    ) == [
        {
            "table": "scores",
            "rule": "small",
            "expression": "points < 3",
            "count": 7,
            "sample": ["s3", "s4", "s5", "s6", "s7"],
        },
        {
            "table": "scores",
            "rule": "not_nine",
            "expression": "points <> 9 AND note <> 'it''s % 9'",
            "count": 1,
            "sample": ["s9"],
        },
        {"table": "Odd name", "rule": "positive", "expression": "value > 0", "count": 1, "sample": ["(0,2)"]},
    ]


def test_a_rule_may_look_at_other_rows(tables: Database) -> None:
    twice = "NOT EXISTS (SELECT FROM scores AS other WHERE other.points = t.points + 8)"
    (found,) = refusal(tables, Rule("scores", "held", "points > 0"), Rule("scores", "alone", twice))
    assert (found["rule"], found["count"], found["sample"]) == ("alone", 1, ["s1"])


def test_each_table_is_read_once_whatever_the_number_of_rules(tables: Database) -> None:
    def reads(connection: psycopg.Connection[Any]) -> dict[str, int]:
        return dict(
            connection.execute(
                "SELECT relname::text, seq_scan FROM pg_stat_xact_user_tables WHERE relname IN ('scores', 'empty_one')"
            ).fetchall()
        )

    rules = [Rule(table, f"rule_{n}", "true") for n in range(9) for table in ("scores", "empty_one")]
    with revising(tables):
        require(rules)
        assert reads(op.get_bind().connection.driver_connection) == {"scores": 1, "empty_one": 1}


def test_checks_are_added_under_their_names_and_dropped_again(tables: Database) -> None:
    rules = [Rule("scores", "scores_points_check", "points > 0"), Rule("scores", "scores_note_check", "note <> ''")]
    with revising(tables):
        add_checks(rules)
    assert tables.execute(CHECKS) == [("scores_note_check",), ("scores_points_check",)]
    with pytest.raises(psycopg.errors.CheckViolation):
        tables.execute("INSERT INTO scores VALUES ('x', 0)")

    with revising(tables):
        drop_checks(rules)
    assert tables.execute(CHECKS) == []


def test_no_check_is_added_where_rows_are_in_the_way(tables: Database) -> None:
    with pytest.raises(DBAPIError, match="rows are in the way"), revising(tables):
        add_checks([Rule("scores", "a_check", "points > 0"), Rule("scores", "b_check", "points < 9")])
    assert tables.execute(CHECKS) == []


def test_a_refusal_becomes_a_finding_a_rule(tables: Database) -> None:
    with pytest.raises(DBAPIError) as caught, revising(tables):
        require([Rule("scores", "small", "points < 9"), Rule("Odd name", "positive", "value > 0")])

    error = refused_rows(caught.value.orig, "lms")
    assert error is not None
    assert error.exit_code == 3
    assert [(found.object, found.field, found.expected, found.found) for found in error.findings] == [
        ("lms.scores", "small", "points < 9", "1 rows, such as s9"),
        ("lms.Odd name", "positive", "value > 0", "1 rows, such as (0,2)"),
    ]
    assert {(found.code, found.severity) for found in error.findings} == {("rows-in-the-way", Severity.ERROR)}
    without_schema = refused_rows(caught.value.orig)
    assert without_schema is not None
    assert [found.object for found in without_schema.findings] == ["scores", "Odd name"]


def test_other_errors_are_no_refusal(tables: Database) -> None:
    with pytest.raises(psycopg.Error) as caught:
        tables.execute("SELECT 1 / 0")
    assert refused_rows(caught.value) is None
    assert refused_rows(ValueError()) is None
    assert refused_rows(None) is None
