"""What the toolkit's own records refuse and keep, on a real server, built from the models."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.support.revisions import build
from tests.support.servers import Database, Server
from toolbox_cli.models.toolbox.base import Base

pytestmark = pytest.mark.every_version

Connection = psycopg.Connection[Any]

AUDITED = "INSERT INTO audit_log (command, environment, tool_version) VALUES ('seed', 'development', '1')"
MIGRATED = "INSERT INTO migration_log (platform, revision, direction, tool_version{0}) VALUES ('frames', 'r', {1})"
SEEDED = """
INSERT INTO seed_runs (domain, run_key, profile, seed, as_of, tables, started_at, finished_at, tool_version)
VALUES ('classes', substr(md5(random()::text), 1, 8), 'classroom', 1, '2026-09-01 00:00+00', %s,
        '2026-09-01 10:00+00', %s, '1')"""

CHANGES = [
    "UPDATE audit_log SET actor = 'someone else'",
    "UPDATE audit_log SET actor = NULL WHERE false",
    "DELETE FROM audit_log",
    "TRUNCATE audit_log",
    AUDITED.replace("(command", "(id, command")
    .replace("('seed'", "(1, 'seed'")
    .replace(") VALUES", ") OVERRIDING SYSTEM VALUE VALUES")
    + " ON CONFLICT (id) DO UPDATE SET actor = 'someone else'",
    "MERGE INTO audit_log AS a USING audit_log AS b ON a.id = b.id WHEN MATCHED THEN DELETE",
]


@pytest.fixture(scope="module")
def held(server: Server) -> Iterator[Database]:
    with server.temporary() as made:
        build(made, Base.metadata)
        yield made


@pytest.fixture
def connection(held: Database) -> Iterator[Connection]:
    with held.connect(autocommit=False) as connection:
        connection.execute("SET LOCAL search_path TO toolbox")
        yield connection
        connection.rollback()


def test_an_audited_change_says_who_when_and_where(connection: Connection) -> None:
    connection.execute(AUDITED)
    columns = "database_user, database, recorded_at = now(), counts, details"
    who: tuple[Any, ...] = connection.info.user, connection.info.dbname, True, {}, {}
    assert connection.execute(f"SELECT {columns} FROM audit_log").fetchone() == who


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.split()[0] + change[-12:])
@pytest.mark.parametrize("replica", [False, True], ids=["origin", "replica"])
def test_the_audit_log_only_grows(connection: Connection, change: str, replica: bool) -> None:
    connection.execute(AUDITED)
    if replica:
        connection.execute("SET LOCAL session_replication_role = replica")
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        connection.execute(change)
    assert "toolbox.audit_log is append-only" in str(refused.value)


def test_the_owner_has_no_right_to_change_the_audit_log(connection: Connection) -> None:
    rights = connection.execute(
        "SELECT privilege_type FROM pg_class, aclexplode(relacl)"
        " WHERE oid = 'audit_log'::regclass AND grantee = relowner"
    )
    held = {right for (right,) in rights}
    assert held >= {"INSERT", "SELECT"}
    assert held & {"UPDATE", "DELETE", "TRUNCATE"} == set()


def test_a_role_that_may_only_insert_needs_no_sequence(connection: Connection) -> None:
    connection.execute("CREATE ROLE writer")
    connection.execute("GRANT USAGE ON SCHEMA toolbox TO writer; GRANT INSERT ON audit_log TO writer")
    connection.execute("SET LOCAL ROLE writer")
    connection.execute(AUDITED)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for table audit_log"):
        connection.execute("SELECT FROM audit_log")


@pytest.mark.parametrize(
    ("columns", "values", "name"),
    [
        ("", "'sideways', '1'", "migration_log_direction_check"),
        (", sql_sha256", "'upgrade', '1', 'ABC'", "migration_log_sql_sha256_check"),
        (", duration_ms", "'upgrade', '1', -1", "migration_log_duration_ms_check"),
    ],
)
def test_a_migration_is_logged_as_it_was(connection: Connection, columns: str, values: str, name: str) -> None:
    digest = "0123456789abcdef" * 4
    connection.execute(MIGRATED.format(", sql_sha256, duration_ms", f"'upgrade', '1', '{digest}', 0"))
    connection.execute(MIGRATED.format("", "'stamp', '1'"))
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(MIGRATED.format(columns, values))
    assert refused.value.diag.constraint_name == name


@pytest.mark.parametrize("column", ["counts", "details"])
def test_counts_and_details_are_objects(connection: Connection, column: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(AUDITED.replace("tool_version)", f"tool_version, {column})").replace("'1')", "'1', '[]')"))
    assert refused.value.diag.constraint_name == f"audit_log_{column}_check"


def test_an_audited_change_names_a_known_environment(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(AUDITED.replace("development", "laptop"))
    assert refused.value.diag.constraint_name == "audit_log_environment_check"


@pytest.mark.parametrize(
    ("tables", "finished_at", "name"),
    [
        ("[]", None, "seed_runs_tables_check"),
        ("{}", "2026-09-01 09:59+00", "seed_runs_finished_at_check"),
    ],
)
def test_a_seeding_names_its_rows_and_ends_after_it_began(
    connection: Connection, tables: str, finished_at: str | None, name: str
) -> None:
    connection.execute(SEEDED, ('{"frames.modules": {"rows": 2, "first": 1, "last": 2}}', "2026-09-01 10:00+00"))
    connection.execute(SEEDED, ("{}", None))
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(SEEDED, (tables, finished_at))
    assert refused.value.diag.constraint_name == name
