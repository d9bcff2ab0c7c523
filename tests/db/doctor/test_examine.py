import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.support.pgbouncer import pgbouncer
from tests.support.roles import role
from tests.support.school import target, wait_for_a_waiter
from tests.support.servers import Database, Server
from toolbox_cli.core.database import connect
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.names import records_only
from toolbox_cli.core.database.partitions.ahead import make_ahead
from toolbox_cli.core.database.partitions.queries import partitioned_tables
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.doctor import queries
from toolbox_cli.db.doctor.check import Limits, NotKnownError, Subject
from toolbox_cli.db.doctor.checks import CHECKS
from toolbox_cli.db.doctor.checks import server as of_server
from toolbox_cli.db.doctor.examine import BEGIN, examine

TABLES = ("toolboxai.educational_analytics", "toolboxai.usage_analytics", "frames.module_analytics_events")

KNOWN = {
    ("autovacuum", "autovacuum"),
    ("durability", "fsync"),
    ("durability", "full_page_writes"),
    ("own-power", "role"),
    ("partitions", "partitions"),
}
"""What the suite's own servers are not well with."""


def findings(database: Database, **options: Any) -> list[Finding]:
    found = examine(target(database), **options).findings
    return [one for one in found if (one.code, one.field) not in KNOWN and not of_another_process(one)]


def of_another_process(finding: Finding) -> bool:
    """Roles belong to the whole server: another worker's are no finding of ours."""
    found = re.fullmatch(r"r(\d+)_\d+", finding.object)
    return found is not None and int(found[1]) != os.getpid()


def only(database: Database, **options: Any) -> Finding:
    (finding,) = findings(database, **options)
    return finding


def acting(database: Database, name: str) -> Database:
    return Database(make_conninfo(database.conninfo, options=f"-crole={name}"), database.version)


@pytest.mark.every_version
def test_a_healthy_database_gives_no_finding(database: Database) -> None:
    examination = examine(target(database))
    assert {(one.code, one.field) for one in examination.findings if not of_another_process(one)} == KNOWN
    assert {one.object for one in examination.findings if one.code == "partitions"} == set(TABLES)
    assert set(examination.unknown) == {"free-space"}
    assert examination.reached


@pytest.mark.needs("pgbouncer")
def test_a_role_that_does_not_see_the_queue_behind_a_pooler(database: Database) -> None:
    acts = database.execute("SELECT current_user")[0][0]
    database.execute(f"ALTER ROLE {acts} IN DATABASE {database.name} SET search_path = public")
    assert findings(database) == []
    with pgbouncer(database, pool_mode="transaction") as pooled:
        found = {one.code: one for one in findings(pooled)}
        remedy = f"ALTER ROLE {acts} IN DATABASE {database.name} SET search_path = public, toolbox"
        assert found["queue-path"].remedy == remedy
    database.execute(f"ALTER ROLE {acts} IN DATABASE {database.name} SET search_path = public, toolbox")
    with pgbouncer(database, pool_mode="transaction") as pooled:
        assert "queue-path" not in {one.code for one in findings(pooled)}


@pytest.mark.every_version
def test_looking_changes_nothing(database: Database) -> None:
    """Neither rows nor, where a pooler lends the session to others, its settings."""
    settings = "SELECT name, setting FROM pg_settings WHERE name ~ 'timeout|read_only' ORDER BY 1"
    with database.connect() as connection:
        before = connection.execute(settings).fetchall()
        for check in CHECKS:
            if not check.outside:
                connection.execute(BEGIN)
                with suppress(NotKnownError):
                    check.made(Subject(target(database), connection))
                connection.execute("COMMIT")
        assert connection.execute(settings).fetchall() == before


SICK = [
    ("ALTER DATABASE {name} SET timezone = 'Asia/Kathmandu'", "time-zone", "{name}", "note"),
    ("ALTER DATABASE {name} SET default_transaction_read_only = on", "read-only", "{name}", "warning"),
    ("UPDATE pg_database SET datcollversion = '0' WHERE datname = '{name}'", "collation", "{name}", "error"),
    ("ALTER DATABASE {name} SET session_replication_role = replica", "unbound", "{name}", "error"),
    ("UPDATE pg_extension SET extversion = '0' WHERE extname = 'plpgsql'", "extensions", "plpgsql", "note"),
    (
        "UPDATE toolbox.alembic_version SET version_num = 'frames_phase_2' WHERE version_num ~ '^frames'",
        "revisions",
        "frames",
        "warning",
    ),
    (
        "UPDATE toolbox.alembic_version SET version_num = 'frames_future' WHERE version_num ~ '^frames'",
        "revisions",
        "frames_future",
        "error",
    ),
    (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'frames.students_pkey'::regclass",
        "invalid-index",
        "frames.students_pkey",
        "error",
    ),
    (
        "ALTER TABLE frames.students ADD CONSTRAINT short CHECK (length(id) < 9) NOT VALID",
        "constraint",
        "frames.students.short",
        "warning",
    ),
    (
        "ALTER TABLE frames.students ADD CONSTRAINT short CHECK (length(id) < 9) NOT ENFORCED",
        "not-enforced",
        "frames.students.short",
        "error",
    ),
    (
        "ALTER TABLE toolbox.audit_log DISABLE TRIGGER append_only",
        "trigger",
        "toolbox.audit_log.append_only",
        "error",
    ),
    (
        "ALTER TABLE frames.students ENABLE REPLICA TRIGGER keep",
        "trigger",
        "frames.students.keep",
        "error",
    ),
    (
        "INSERT INTO toolboxai.usage_analytics (event_type, event_category, event_name, recorded_at)"
        " VALUES ('x', 'error', 'x', now())",
        None,
        None,
        None,
    ),
]


@pytest.mark.parametrize(("statement", "code", "place", "severity"), SICK, ids=lambda value: str(value)[:60])
def test_each_ill_is_found_and_nothing_else(
    database: Database, statement: str, code: str | None, place: str, severity: str
) -> None:
    database.execute("""
        CREATE TRIGGER keep BEFORE UPDATE ON frames.students FOR EACH ROW
        EXECUTE FUNCTION suppress_redundant_updates_trigger()""")
    database.execute(statement.format(name=database.name))
    if code is None:
        assert findings(database) == []
        return
    finding = only(database)
    assert (finding.code, finding.object, finding.severity) == (code, place.format(name=database.name), severity)
    assert finding.remedy
    assert finding.found


def test_a_constraint_s_own_triggers_are_looked_at(database: Database) -> None:
    database.execute("ALTER TABLE frames.teams DISABLE TRIGGER ALL")
    found = findings(database)
    assert {one.code for one in found} == {"trigger"}
    assert {one.remedy for one in found} == {"ALTER TABLE frames.teams ENABLE TRIGGER ALL"}


def test_an_encoding_that_cannot_hold_every_name(server: Server, empty_database: Database) -> None:
    name = f"{empty_database.name}_ascii"
    server.maintenance.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE_PROVIDER libc")
    try:
        subject = [one for one in findings(server.database(name)) if one.code == "encoding"]
        assert [one.found for one in subject] == ["SQL_ASCII"]
    finally:
        server.drop(name)


def test_a_server_that_is_newer_than_what_was_tried(database: Database) -> None:
    with database.connect() as connection:
        subject = Subject(target(database), connection)
        assert subject.rows(queries.VERSION) == []
        ((_, field, _, found, _),) = subject.rows(queries.VERSION.replace("190000", "180000"))
    assert (field, found.partition(".")[0]) == ("server version", "18")


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        (Limits(used_ratio=0.001), ["connections"]),
        (Limits(age=0), ["wraparound", "wraparound"]),
    ],
)
def test_limits_decide(database: Database, limits: Limits, codes: list[str]) -> None:
    assert [one.code for one in findings(database, limits=limits)] == codes


def test_production_takes_lost_data_more_seriously(database: Database) -> None:
    def severities(*, production: bool) -> set[Severity]:
        found = examine(target(database), production=production).findings
        return {one.severity for one in found if one.code == "durability"}

    assert severities(production=False) == {Severity.WARNING}
    assert severities(production=True) == {Severity.ERROR}


def test_the_gravest_comes_first(database: Database) -> None:
    database.execute(f"ALTER DATABASE {database.name} SET timezone = 'Asia/Kathmandu'")
    found = [one.severity for one in examine(target(database), production=True).findings]
    assert found[0] is Severity.ERROR
    assert found[-1] is Severity.NOTE
    assert found == sorted(found, key=[Severity.ERROR, Severity.WARNING, Severity.NOTE].index)


def test_roles_that_see_everything(database: Database) -> None:
    with role(database, "LOGIN BYPASSRLS") as seeing, role(database, "NOLOGIN BYPASSRLS"):
        found = [one for one in findings(database) if one.object == seeing]
    assert [(one.code, one.found) for one in found] == [("bypass", "BYPASSRLS")]
    assert found[0].remedy == f"If it is not for administration: ALTER ROLE {seeing} NOBYPASSRLS"


def test_a_role_whose_writes_no_rule_holds(database: Database) -> None:
    with role(database, "LOGIN") as free:
        database.execute(f"ALTER ROLE {free} IN DATABASE {database.name} SET session_replication_role = replica")
        found = [one for one in findings(database) if one.object == free]
    assert [one.code for one in found] == ["unbound"]


def test_a_role_that_cannot_do_an_upgrade(database: Database) -> None:
    with role(database) as lesser:
        database.execute(f"GRANT USAGE ON SCHEMA toolbox TO {lesser}")
        database.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA toolbox TO {lesser}")
        found = findings(acting(database, lesser))
        assert {one.object for one in found if one.code == "owner"} == {
            "toolbox",
            "toolboxai",
            "pas_in_peace",
            "frames",
        }

        database.execute("ALTER SCHEMA frames RENAME TO elsewhere")
        (missing,) = [one for one in findings(acting(database, lesser)) if one.code == "create"]
    assert "frames" in str(missing.found)
    assert str(missing.remedy).startswith("As the database's owner: GRANT CREATE ON DATABASE")


def test_what_a_role_may_not_see_is_not_guessed(database: Database) -> None:
    with role(database) as lesser:
        examination = examine(target(acting(database, lesser)))
    assert examination.unknown["revisions"] == "permission denied for schema toolbox"


def test_a_question_that_takes_too_long_is_given_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolbox_cli.db.doctor.examine.BEGIN", "BEGIN; SET LOCAL statement_timeout = 200")
    with database.connect() as other:
        other.execute("BEGIN; LOCK TABLE toolbox.alembic_version IN ACCESS EXCLUSIVE MODE")
        examination = examine(target(database))
    assert examination.unknown["revisions"] == "canceling statement due to statement timeout"


@pytest.fixture
def partitioned(database: Database) -> Database:
    with database.connect(autocommit=False) as connection:
        ((today,),) = connection.execute("SELECT (now() AT TIME ZONE 'UTC')::date").fetchall()
        for schema in ("toolboxai", "frames"):
            for table in partitioned_tables(connection, schema):
                make_ahead(connection, table, 3, today)
        connection.commit()
    return database


def of_partitions(database: Database) -> list[tuple[str, str | None]]:
    return [(one.object, one.expected) for one in examine(target(database)).findings if one.code == "partitions"]


def test_partitions_that_are_there_are_no_finding(partitioned: Database) -> None:
    assert of_partitions(partitioned) == []


def test_rows_that_wait_in_the_default_partition(partitioned: Database) -> None:
    partitioned.execute("""
        INSERT INTO toolboxai.usage_analytics (event_type, event_category, event_name, recorded_at)
        VALUES ('x', 'error', 'x', '2001-01-01')""")
    assert of_partitions(partitioned) == [("toolboxai.usage_analytics", "no rows in the default partition")]


def test_statistics_that_are_no_longer_true(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("INSERT INTO frames.students (id) SELECT 's' || n FROM generate_series(1, 50) AS n")
        connection.execute("SELECT pg_stat_force_next_flush()")
    finding = only(database, limits=Limits(changed_rows=49))
    assert (finding.code, finding.object, finding.remedy) == (
        "statistics",
        "frames.students",
        "ANALYZE frames.students",
    )


def test_a_session_that_holds_a_transaction_open(database: Database) -> None:
    with database.connect(application_name="forgetful") as other:
        other.execute("BEGIN")
        finding = only(database, limits=Limits(idle_s=0))
        assert finding.object == f"process {other.info.backend_pid}"
    assert "forgetful" in str(finding.found)


def test_a_session_that_waits_for_another(database: Database) -> None:
    with database.connect(application_name="busy") as holding, database.connect(application_name="patient") as waiting:
        holding.execute("BEGIN; LOCK TABLE frames.students")
        thread = Thread(target=lambda: waiting.execute("SELECT count(*) FROM frames.students"))
        thread.start()
        wait_for_a_waiter(database)
        finding = next(one for one in findings(database, limits=Limits(blocked_s=0)) if one.code == "blocked")
        assert finding.found == f"patient waits for process {holding.info.backend_pid} (busy)"
        holding.execute("ROLLBACK")
        thread.join()


def test_a_database_that_is_down_is_a_finding(tmp_path: Path) -> None:
    examination = examine(Target(f"host={tmp_path} dbname=x", records_only(), "the test suite"))
    assert not examination.reached
    (finding,) = examination.findings
    assert (finding.code, finding.severity) == ("unreachable", Severity.ERROR)
    assert finding.remedy


def test_a_server_that_is_too_old_is_a_finding(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "OLDEST", 99)
    examination = examine(target(database))
    assert [one.code for one in examination.findings] == ["refused"]
    assert examination.reached


@pytest.fixture
def embedded(home: Path) -> Iterator[Target]:
    server = EmbeddedServer(home / "toolbox")
    server.start()
    yield Target(str(home / "toolbox"), records_only(), "the embedded server", home=home / "toolbox")
    server.stop()


def test_the_disk_of_the_embedded_server(embedded: Target) -> None:
    assert [one.code for one in examine(embedded).findings] == ["revisions"]
    (full,) = [one for one in examine(embedded, limits=Limits(free_ratio=1.01)).findings if one.code == "free-space"]
    assert full.object == str(Path(str(embedded.home)) / "data")
    assert "MiB" in str(full.found)


def test_a_pooler_without_a_way_past_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_server, "shares_backends", lambda target, connection: True)
    assert only(database).code == "pooler"
    assert [*of_server.pooler(Subject(replace(target(database), direct="x"), None))] == []  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["", "/run/postgresql", "@abstract", "localhost", "127.0.0.1", "::1"])
def test_what_stays_on_this_machine_needs_no_encryption(host: str) -> None:
    assert [*of_server.encryption(over(host, tls=False))] == []


@pytest.mark.parametrize(
    ("tls", "mode", "severity", "remedy"),
    [
        (False, "prefer", Severity.WARNING, "Add sslmode=require to the address."),
        (True, "require", Severity.NOTE, "Add sslmode=verify-full to the address."),
    ],
)
def test_what_leaves_it_does(tls: bool, mode: str, severity: Severity, remedy: str) -> None:
    (finding,) = of_server.encryption(over("db.example", tls=tls, mode=mode))
    assert (finding.code, finding.severity, finding.remedy) == ("encryption", severity, remedy)


def test_encryption_to_a_server_that_is_known_is_well() -> None:
    assert [*of_server.encryption(over("192.0.2.7", tls=True, mode="verify-full"))] == []
    (finding,) = of_server.encryption(replace(over("192.0.2.7", tls=False), production=True))
    assert finding.severity is Severity.ERROR


def over(host: str, *, tls: bool, mode: str = "prefer") -> Subject:
    """Stand in for a connection to another machine."""
    info = SimpleNamespace(host=host, get_parameters=lambda: {"sslmode": mode})
    connection: Any = SimpleNamespace(info=info, pgconn=SimpleNamespace(ssl_in_use=tls))
    return Subject(Target("host=db.example", records_only(), "the test suite"), connection)


def test_every_check_has_a_name_and_a_question() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    assert all(check.asks.endswith("?") for check in CHECKS)


def test_a_check_can_write_nothing(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(BEGIN)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TABLE frames.x ()")
