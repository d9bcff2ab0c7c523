"""All four platforms, as they are, in the database itself and on a clone of it."""

from collections import Counter

import pytest
from sqlalchemy import Enum

from tests.support.school import fill, target
from tests.support.servers import Database, Server
from tests.support.template import NAMES
from toolbox_cli.core.database.catalog import read_catalog
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.revisions.upgrade import upgrade
from toolbox_cli.models import metadata_of
from toolbox_cli.models.base import programs
from toolbox_cli.verify.cases import Outcome
from toolbox_cli.verify.constraints.verify import Way, verify_constraints

ALL = (RECORDS, *PLATFORMS)
LIVE = Way(None)
MOST_UNPROVED = 0.02

COUNTERS = """
SELECT relid::regclass::text, seq_scan, coalesce(idx_scan, 0), n_tup_ins, n_tup_upd, n_tup_del, n_live_tup, n_dead_tup,
       n_mod_since_analyze
FROM pg_stat_user_tables ORDER BY 1"""
SEQUENCES = """
SELECT schemaname, sequencename, last_value FROM pg_sequences
WHERE sequencename <> 'procrastinate_events_id_seq' ORDER BY 1, 2"""
"""The queue's own triggers write its events."""


@pytest.fixture
def scratch(server: Server) -> EmbeddedServer:
    """The server that clones go to: that of the tests themselves."""
    return EmbeddedServer(server.folder / "home")


def expected_cases() -> int:
    """Count what the models declare, one case each, and one for the database."""
    found = 1
    for platform in ALL:
        metadata = metadata_of(platform)
        found += len(programs(metadata).triggers)
        for table in metadata.tables.values():
            columns = [column for column in table.columns if not column.nullable]
            labelled = [column for column in table.columns if isinstance(column.type, Enum)]
            indexes = [index for index in table.indexes if index.unique]
            found += 1 + len(table.constraints) + len(indexes) + len(columns) + len(labelled)
    return found


@pytest.mark.every_version
def test_every_rule_of_the_models_is_proved(server: Server, shared_database: Database) -> None:
    cases = verify_constraints(target(shared_database), ALL, LIVE)
    assert [finding for case in cases for finding in case.findings] == []
    assert len(cases) == expected_cases()
    unproved = [case for case in cases if case.outcome is not Outcome.PASSED]
    assert len(unproved) <= len(cases) * MOST_UNPROVED
    assert all(case.outcome is Outcome.SKIPPED and case.detail for case in unproved)


def test_on_a_clone_nothing_is_left_out(shared_database: Database, scratch: EmbeddedServer) -> None:
    cases = verify_constraints(target(shared_database), ALL, Way(scratch))
    assert Counter(case.outcome for case in cases) == {Outcome.PASSED: expected_cases()}
    assert len({(case.object, case.claim) for case in cases}) == len(cases)


@pytest.mark.every_version
def test_nothing_is_left_in_the_database_itself(server: Server, database: Database) -> None:
    fill(database)
    before = everything(database)
    cases = verify_constraints(target(database), ALL, LIVE)
    assert Outcome.FAILED not in {case.outcome for case in cases}
    assert everything(database) == before


def everything(database: Database) -> list[object]:
    """Give rows, sequences, statistics and catalog of a database, so that two moments can be compared."""
    with database.connect() as connection:
        tables = connection.execute("SELECT schemaname, relname FROM pg_stat_user_tables ORDER BY 1, 2").fetchall()
        connection.execute("SELECT pg_stat_clear_snapshot()")
        counters = connection.execute(COUNTERS).fetchall()
        sequences = connection.execute(SEQUENCES).fetchall()
        catalogs = [read_catalog(connection, schema) for schema in NAMES.schemas.values()]
    with database.connect() as connection:
        connection.execute("SET track_counts = off")
        rows = [
            connection.execute(f'SELECT to_jsonb(t)::text FROM "{schema}"."{table}" AS t ORDER BY 1').fetchall()
            for schema, table in tables
        ]
    return [tables, counters, sequences, catalogs, rows]


def test_where_a_schema_is_missing_it_says_so_and_goes_on(database: Database) -> None:
    database.execute("DROP SCHEMA frames CASCADE")
    cases = verify_constraints(target(database), ("toolbox", "frames"), LIVE)
    assert [finding.code for case in cases for finding in case.findings] == ["schema-missing"]
    assert len(cases) > 30


def test_schemas_of_other_names(empty_database: Database, scratch: EmbeddedServer) -> None:
    upgrade(Target(empty_database.url, Names({RECORDS: RECORDS, "frames": "public"}), "the test suite"))
    empty_database.execute('ALTER SCHEMA toolbox RENAME TO "The ""records"""')
    other = Target(empty_database.url, Names({RECORDS: 'The "records"', "frames": "public"}), "the test suite")
    for way in (LIVE, Way(scratch)):
        cases = verify_constraints(other, (RECORDS, "frames"), way)
        assert {case.outcome for case in cases} == {Outcome.PASSED}
        assert "public.students.students_pkey" in {case.object for case in cases}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("ALTER TABLE user_tracks DISABLE TRIGGER ALL",
         {("trigger-disabled", "user_tracks_user_id_fkey"), ("constraint-acts-otherwise", "touch_updated_at")}),
        ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_quest_ratings_user_quest'::regclass",
         {("constraint-accepts", "ix_quest_ratings_user_quest")}),
        ("ALTER TABLE quests DROP CONSTRAINT quests_rating_check", {("constraint-accepts", "quests_rating_check")}),
        ("ALTER DATABASE {} SET session_replication_role = replica", {("replica-session", "")}),
    ],
)  # fmt: skip
def test_what_a_dump_leaves_out_is_read_from_the_live_catalog(
    database: Database, scratch: EmbeddedServer, statement: str, found: set[tuple[str, str]]
) -> None:
    with database.connect(options="-c search_path=pas_in_peace") as connection:
        connection.execute(statement.format(database.name).encode())
    cases = verify_constraints(target(database), ("pas_in_peace",), Way(scratch))
    told = {
        (one.code, one.object.rpartition(".")[2].replace(database.name, "")) for each in cases for one in each.findings
    }
    assert told == found


def test_a_session_that_runs_as_a_replica_is_set_right_where_it_may_be(database: Database) -> None:
    database.execute(f"ALTER DATABASE {database.name} SET session_replication_role = replica")
    cases = verify_constraints(target(database), ("frames",), LIVE)
    assert [finding.code for case in cases for finding in case.findings] == ["replica-session"]
    assert {case.outcome for case in cases[1:]} == {Outcome.PASSED}
