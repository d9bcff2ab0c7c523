"""Whether the indexes of a database serve, on every server."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from tests.support.seeding import seed_database
from tests.support.servers import Database
from tests.support.template import NAMES
from tests.verify.indexes.conftest import Build
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.cases import Case, Outcome
from toolbox_cli.verify.indexes.verify import verify_indexes, verify_tables

KEPT: Final = {
    "toolbox.procrastinate_jobs.procrastinate_jobs_worker_id_fkey": "foreign-key-unindexed",
    "toolboxai.roblox_player_progress.idx_roblox_progress_session": "index-prefix",
    "pas_in_peace.quests.ix_quests_quest_id": "index-duplicate",
    "frames.modules.idx_modules_module_id": "index-duplicate",
    "frames.module_sections.idx_sections_module": "index-prefix",
    "frames.module_assignments.idx_assignments_module": "index-prefix",
    "frames.module_progress.idx_progress_module": "index-prefix",
    "frames.module_feedback.idx_feedback_module": "index-prefix",
}
INDEX_NAMES: Final = """
SELECT count(*) FROM pg_index JOIN pg_class AS c ON c.oid = indrelid JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname IN ('toolbox', 'toolboxai', 'pas_in_peace', 'frames') AND NOT relispartition
  AND relname <> 'alembic_version'"""


def look(database: Database, platforms: Sequence[str] = tuple(NAMES.schemas), **options: Any) -> list[Case]:
    with database.connect(**options) as connection:
        return [case for platform in platforms for case in verify_indexes(connection, NAMES, platform)]


def findings(cases: Sequence[Case], least: Severity = Severity.WARNING) -> dict[str, str]:
    """Give the findings that are not notes (or are): code by object."""
    wanted = {Severity.ERROR, Severity.WARNING} if least is Severity.WARNING else {least}
    return {found.object: found.code for case in cases for found in case.findings if found.severity in wanted}


def outcomes(cases: Sequence[Case]) -> set[Outcome]:
    return {case.outcome for case in cases}


@pytest.mark.every_version
def test_a_migrated_database_has_nothing_but_notes(shared_database: Database) -> None:
    cases = look(shared_database)
    assert outcomes(cases) == {Outcome.PASSED}
    assert findings(cases) == {}
    assert findings(cases, Severity.NOTE) == KEPT
    ((count,),) = shared_database.execute(INDEX_NAMES)
    assert len({case.object for case in cases if case.claim.startswith("serves ")}) == count


@pytest.mark.every_version
def test_rows_and_statistics_change_nothing(database: Database) -> None:
    seed_database(database, "all", seed=3)
    database.execute("ANALYZE")
    cases = look(database)
    assert outcomes(cases) == {Outcome.PASSED}
    assert findings(cases) == {}


@pytest.mark.every_version
def test_nothing_is_left_behind(shared_database: Database) -> None:
    count = "SELECT count(*), max(oid) FROM pg_class"
    before = shared_database.execute(count)
    with shared_database.connect() as connection:
        settings = connection.execute("SELECT name, setting FROM pg_settings ORDER BY 1").fetchall()
        verify_indexes(connection, NAMES, "frames")
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert connection.execute("SELECT name, setting FROM pg_settings ORDER BY 1").fetchall() == settings
        assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
    assert shared_database.execute(count) == before


STATUS = "frames.module_progress.idx_progress_status"
DRIFTS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "dropped": ("DROP INDEX frames.idx_progress_status", {STATUS: "index-missing"}),
    "dropped, with a foreign key that it leads to": (
        "DROP INDEX frames.teams_university_id_idx",
        {"frames.teams.teams_university_id_idx": "index-missing"},
    ),
    "renamed": ("ALTER INDEX frames.idx_progress_status RENAME TO by_status", {}),
    "broken": (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'frames.idx_progress_status'::regclass",
        {STATUS: "index-invalid"},
    ),
    "broken, and leads to a foreign key": (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'frames.teams_university_id_idx'::regclass",
        {"frames.teams.teams_university_id_idx": "index-invalid"},
    ),
    "broken in one partition": (
        "UPDATE pg_index SET indisvalid = false"
        " WHERE indexrelid = 'frames.module_analytics_events_default_event_type_idx'::regclass",
        {"frames.module_analytics_events.idx_events_type": "index-invalid"},
    ),
    "became partial": (
        "DROP INDEX frames.idx_progress_status;"
        "CREATE INDEX idx_progress_status ON frames.module_progress (status) WHERE progress_percent > 0",
        {STATUS: "index-unusable"},
    ),
    "unique key became partial": (
        "ALTER TABLE toolboxai.users DROP CONSTRAINT users_username_key;"
        "CREATE UNIQUE INDEX users_username_key ON toolboxai.users (username) WHERE is_active",
        {"toolboxai.users.users_username_key": "index-unusable"},
    ),
    "of another column": (
        "DROP INDEX frames.idx_progress_status;"
        "CREATE INDEX idx_progress_status ON frames.module_progress (progress_percent)",
        {STATUS: "index-unusable"},
    ),
    "in another order": (
        "DROP INDEX toolboxai.idx_roblox_quiz_completion;"
        "CREATE INDEX idx_roblox_quiz_completion ON toolboxai.roblox_quiz_results (passed, completed)",
        {"toolboxai.roblox_quiz_results.idx_roblox_quiz_completion": "index-unusable"},
    ),
    "of a class that does not sort as the type does": (
        "DROP INDEX frames.idx_progress_status;"
        "CREATE INDEX idx_progress_status ON frames.module_progress (status varchar_pattern_ops)",
        {STATUS: "index-unusable"},
    ),
    "of another method": (
        "DROP INDEX frames.idx_progress_status;"
        "CREATE INDEX idx_progress_status ON frames.module_progress USING hash (status)",
        {STATUS: "index-unusable"},
    ),
    "one more of the same": (
        "CREATE INDEX more ON frames.module_progress (status)",
        {"frames.module_progress.more": "index-duplicate"},
    ),
    "one more beside a key": (
        "CREATE UNIQUE INDEX more ON toolboxai.users (email)",
        {"toolboxai.users.more": "index-duplicate"},
    ),
    "one more with less": (
        "CREATE INDEX more ON toolboxai.roblox_sessions (universe_id)",
        {"toolboxai.roblox_sessions.more": "index-prefix"},
    ),
    "one more with more": (
        "CREATE INDEX more ON frames.module_progress (status, student_id)",
        {STATUS: "index-prefix"},
    ),
    "one more of use": ("CREATE INDEX more ON toolboxai.users (last_login)", {}),
    "left over from a try": (
        "CREATE INDEX more ON toolboxai.users (last_login);"
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'toolboxai.more'::regclass",
        {"toolboxai.users.more": "index-invalid"},
    ),
    "on a table of others": (
        "CREATE TABLE frames.others (a integer, b integer REFERENCES frames.modules);"
        "CREATE INDEX ON frames.others (a); CREATE INDEX ON frames.others (a)",
        {},
    ),
    "a table that is not there": ("DROP TABLE frames.module_feedback", {}),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_drift_is_found_and_it_alone(database: Database, drift: str) -> None:
    change, expected = DRIFTS[drift]
    database.execute(change)
    assert findings(look(database)) == expected


def test_remedies_do_what_they_say(database: Database) -> None:
    database.execute(DRIFTS["left over from a try"][0])
    database.execute(DRIFTS["broken"][0])
    remedies = [found.remedy for case in look(database) for found in case.findings if found.code == "index-invalid"]
    for remedy in remedies:
        database.execute(str(remedy))
    assert len(remedies) == 2
    assert findings(look(database)) == {}


def test_what_is_not_there_is_not_judged(database: Database) -> None:
    database.execute("DROP TABLE frames.module_feedback")
    skipped = [case for case in look(database, ["frames"]) if case.outcome is Outcome.SKIPPED]
    assert {case.detail for case in skipped} == {"The table is not there."}
    assert {case.object.split(".")[1] for case in skipped} == {"module_feedback"}


def test_new_partitions_count(database: Database) -> None:
    database.execute(
        "CREATE TABLE frames.later PARTITION OF frames.module_analytics_events"
        " FOR VALUES FROM ('2030-01-01') TO ('2030-02-01')"
    )
    cases = look(database, ["frames"])
    assert outcomes(cases) == {Outcome.PASSED}
    database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'frames.later_timestamp_idx'::regclass")
    assert findings(look(database, ["frames"])) == {
        "frames.module_analytics_events.idx_events_timestamp": "index-invalid"
    }


def test_another_schema_name(database: Database) -> None:
    database.execute('ALTER SCHEMA frames RENAME TO "Frames of 2026"')
    names = Names({"toolbox": "toolbox", "frames": "Frames of 2026"})
    with database.connect() as connection:
        cases = verify_indexes(connection, names, "frames")
    assert outcomes(cases) == {Outcome.PASSED}
    assert {case.object.rpartition(".")[0].rpartition(".")[0] for case in cases} == {"Frames of 2026"}
    assert {case.platform for case in cases} == {"frames"}


@pytest.fixture
def reader(database: Database) -> Iterator[str]:
    """A role that may read the schema of FRAMES and make temporary tables, and nothing else."""
    role = f"{database.name}_reader"
    database.execute(
        f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA frames TO {role};"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA frames TO {role}"
    )
    yield role
    database.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def as_role(database: Database, role: str) -> list[Case]:
    with database.connect() as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        return verify_indexes(connection, NAMES, "frames")


@pytest.mark.every_version
def test_reading_is_right_enough(database: Database, reader: str) -> None:
    cases = as_role(database, reader)
    assert outcomes(cases) == {Outcome.PASSED}
    database.execute(f'REVOKE TEMPORARY ON DATABASE "{database.name}" FROM PUBLIC')
    skipped = [case for case in as_role(database, reader) if case.outcome is Outcome.SKIPPED]
    assert skipped
    assert all("permission denied to create temporary tables" in str(case.detail) for case in skipped)
    assert all("The planner uses " in str(case.detail) for case in skipped)


@pytest.mark.every_version
def test_what_may_not_be_read_is_skipped(database: Database, reader: str) -> None:
    database.execute(f"REVOKE SELECT ON frames.module_feedback FROM {reader}")
    database.execute(f"GRANT SELECT (id) ON frames.module_feedback TO {reader}")
    cases = as_role(database, reader)
    assert findings(cases) == {}
    skipped = {case.object for case in cases if case.outcome is Outcome.SKIPPED}
    assert "frames.module_feedback.idx_feedback_rating" in skipped
    assert {path.split(".")[1] for path in skipped} == {"module_feedback"}
    assert "frames.module_feedback.module_feedback_pkey" not in skipped


def test_a_database_that_is_only_read_gets_no_copies(shared_database: Database) -> None:
    cases = look(shared_database, ["frames"], options="-c default_transaction_read_only=on")
    skipped = [case for case in cases if case.outcome is Outcome.SKIPPED]
    assert findings(cases) == {}
    assert skipped
    assert all("read-only transaction" in str(case.detail) for case in skipped)


def test_a_locked_table_is_not_waited_for_long(database: Database) -> None:
    with database.connect(autocommit=False) as other, database.connect() as connection:
        other.execute("LOCK TABLE frames.module_progress")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            verify_indexes(connection, NAMES, "frames")
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def columns() -> Sequence[Column[Any]]:
    return (
        Column("id", Integer, primary_key=True),
        Column("a", Integer),
        Column("name", Text),
        Column("doc", JSONB),
        Column("order", Text),
    )


SHAPES: Final[dict[str, tuple[Callable[[], Index], str | None]]] = {
    "partial": (lambda: Index("i", "a", postgresql_where=text("name = 'x'")), None),
    "partial, asked by value": (
        lambda: Index("i", "a", postgresql_where=text("name = 'x'"), info={"serves": "WHERE a = $1 AND name = 'x'"}),
        None,
    ),
    "partial, asked by parameter": (
        lambda: Index("i", "a", postgresql_where=text("name = 'x'"), info={"serves": "WHERE a = $1 AND name = $2"}),
        "index-unusable",
    ),
    "expression": (lambda: Index("i", text("lower(name)")), None),
    "expression, asked by its column": (
        lambda: Index("i", text("lower(name)"), info={"serves": "WHERE name = $1"}),
        "index-unusable",
    ),
    "downwards": (lambda: Index("i", text("a DESC NULLS LAST")), None),
    "downwards, asked by the wrong order": (
        lambda: Index("i", text("a DESC NULLS LAST"), info={"serves": "ORDER BY a DESC"}),
        "index-unusable",
    ),
    "by a later key": (lambda: Index("i", "a", "name", info={"serves": "WHERE name = $1"}), "index-unusable"),
    "hash": (lambda: Index("i", "a", postgresql_using="hash"), None),
    "covering": (lambda: Index("i", "a", postgresql_include=["name"]), None),
    "a name to be quoted": (lambda: Index("i", "order"), None),
    "containment": (
        lambda: Index("i", "doc", postgresql_using="gin", info={"serves": "WHERE doc @> $1"}),
        None,
    ),
    "containment, asked for a key by a class without it": (
        lambda: Index(
            "i",
            "doc",
            postgresql_using="gin",
            postgresql_ops={"doc": "jsonb_path_ops"},
            info={"serves": ["WHERE doc @> $1", "WHERE doc ? $1"]},
        ),
        "index-unusable",
    ),
    "no such column": (lambda: Index("i", "a", info={"serves": "WHERE b = $1"}), "index-unusable"),
    "no such grammar": (lambda: Index("i", "a", info={"serves": "WHERE WHERE"}), "index-unusable"),
}


@pytest.mark.every_version
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_served_or_not(build: Build, connection: psycopg.Connection[Any], shape: str) -> None:
    make, expected = SHAPES[shape]
    cases = verify_tables(connection, build(*columns(), make()), "place")
    assert findings(cases) == ({"place.t.i": expected} if expected else {})
    assert outcomes(cases) == ({Outcome.PASSED, Outcome.FAILED} if expected else {Outcome.PASSED})
    assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_only_the_shape_that_fails_is_named(build: Build, connection: psycopg.Connection[Any]) -> None:
    serves = ["WHERE a = $1", "WHERE name = $1", "WHERE a > $1"]
    cases = verify_tables(connection, build(*columns(), Index("i", "a", info={"serves": serves})), "place")
    (found,) = (found for case in cases for found in case.findings)
    assert (found.expected, found.found) == ("WHERE name = $1", "the planner reads the whole table")


@pytest.mark.every_version
def test_another_index_does_not_stand_in(build: Build, connection: psycopg.Connection[Any]) -> None:
    useless = Index("i", "a", postgresql_using="hash", info={"serves": "WHERE a > $1"})
    cases = verify_tables(connection, build(*columns(), useless, Index("j", "a")), "place")
    assert findings(cases) == {"place.t.i": "index-unusable"}
    (found,) = (found for case in cases for found in case.findings)
    assert found.found == "the planner uses j"


def test_what_only_its_author_knows_is_asked_for(build: Build, connection: psycopg.Connection[Any]) -> None:
    cases = verify_tables(connection, build(*columns(), Index("i", "doc", postgresql_using="gin")), "place")
    (case,) = (case for case in cases if case.object == "place.t.i")
    assert case.outcome is Outcome.SKIPPED
    assert "has to say what it serves" in str(case.detail)


def parents(metadata: MetaData) -> None:
    Table("parent", metadata, Column("id", Integer, primary_key=True))


FOREIGN_KEYS: Final[dict[str, tuple[Callable[[], Sequence[Index]], bool]]] = {
    "without an index": (lambda: (), True),
    "with its own": (lambda: (Index("i", "parent_id"),), False),
    "with one that begins with it": (lambda: (Index("i", "parent_id", "a"),), False),
    "with one that ends with it": (lambda: (Index("i", "a", "parent_id"),), True),
    "with one of the rows that have it": (
        lambda: (Index("i", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),),
        False,
    ),
    "with one of some rows": (lambda: (Index("i", "parent_id", postgresql_where=text("a > 0")),), True),
    "with a hash": (lambda: (Index("i", "parent_id", postgresql_using="hash"),), False),
}


@pytest.mark.parametrize("having", FOREIGN_KEYS)
def test_a_foreign_key_wants_an_index(build: Build, connection: psycopg.Connection[Any], having: str) -> None:
    make, missed = FOREIGN_KEYS[having]
    key = Column("parent_id", Integer, ForeignKey("place.parent.id"))
    cases = verify_tables(connection, build(*columns(), key, *make(), others=parents), "place")
    assert findings(cases) == ({"place.t.t_parent_id_fkey": "foreign-key-unindexed"} if missed else {})


def test_without_its_mark_a_second_index_is_a_warning(build: Build, connection: psycopg.Connection[Any]) -> None:
    kept = Index("kept", "a", info={"keep": "deployed"})
    cases = verify_tables(connection, build(*columns(), kept, Index("pair", "a", "name"), Index("more", "a")), "place")
    assert findings(cases, Severity.NOTE) == {"place.t.kept": "index-prefix"}
    assert findings(cases) == {"place.t.more": "index-duplicate"}
