import json
import os
import signal
import time
from typing import Any

import psycopg

from tests.support.commands import CommandLine, Outcome, ToolboxProcess
from tests.support.servers import Database

TABLES = ["toolboxai.educational_analytics", "toolboxai.usage_analytics", "frames.module_analytics_events"]
PARTITIONS = (
    "SELECT count(*) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE relispartition AND relkind = 'r'"
)
DEFAULTS = len(TABLES)

EVENT = """
INSERT INTO frames.students (id) VALUES ('s');
INSERT INTO frames.modules (id, module_id, title) VALUES (1, 'm', 'M');
INSERT INTO frames.module_analytics_events (module_id, student_id, event_type) VALUES (1, 's', 'pause')"""


def one(database: Database, statement: str) -> Any:
    ((value,),) = database.execute(statement)
    return value


def report(outcome: Outcome) -> Any:
    return json.loads(outcome.stdout)


def test_every_partitioned_table_gets_its_months_and_a_record(cli: CommandLine, database: Database) -> None:
    database.execute(EVENT)

    outcome = cli("db", "partitions", "--ahead", "2", "--format", "json", database=database)

    assert (outcome.exit_code, outcome.stderr) == (0, "")
    found = report(outcome)
    assert (found["kind"], found["ok"]) == ("toolbox.db.partitions/1", True)
    assert found["summary"] == {"made": 9, "rows_moved": 1, "rows_left": 0, "dry_run": False}
    assert [(item["table"], item["made"], item["rows_moved"]) for item in found["items"]] == [
        (table, 3, int("module" in table)) for table in TABLES
    ]
    assert one(database, PARTITIONS) == DEFAULTS + 9
    logged = database.execute(
        "SELECT platform, command, environment, counts, details FROM toolbox.audit_log ORDER BY id"
    )
    assert logged[-1] == (
        "frames",
        "db partitions --ahead 2",
        "development",
        {"partitions": 3, "rows_moved": 1},
        {"table": TABLES[-1], "partitions": found["items"][-1]["partitions"]},
    )
    assert len(logged) == len(TABLES)


def test_a_run_with_nothing_to_do_leaves_no_record(cli: CommandLine, database: Database) -> None:
    assert cli("db", "partitions", database=database).exit_code == 0
    again = cli("db", "partitions", database=database)
    assert again.exit_code == 0
    assert "Nothing to do." in again.stdout
    assert one(database, "SELECT count(*) FROM toolbox.audit_log") == len(TABLES)


def test_a_dry_run_shows_the_same_and_changes_nothing(cli: CommandLine, database: Database) -> None:
    database.execute(EVENT)
    tried = report(cli("db", "partitions", "--dry-run", "--format", "json", database=database))
    assert one(database, PARTITIONS) == DEFAULTS
    assert one(database, "SELECT count(*) FROM toolbox.audit_log") == 0

    done = report(cli("db", "partitions", "--format", "json", database=database))
    assert tried["summary"] == done["summary"] | {"dry_run": True}
    assert tried["items"] == done["items"]


def test_one_platform_alone(cli: CommandLine, database: Database) -> None:
    outcome = cli("db", "partitions", "--platform", "frames", "--ahead", "0", "--format", "json", database=database)
    assert [item["table"] for item in report(outcome)["items"]] == TABLES[-1:]
    assert one(database, PARTITIONS) == DEFAULTS + 1


def test_a_locked_table_does_not_hold_up_the_others(cli: CommandLine, database: Database) -> None:
    with database.connect(autocommit=False) as reader:
        reader.execute("SELECT FROM toolboxai.usage_analytics")
        argv = ("db", "partitions", "--ahead", "0", "--lock-timeout", "50ms", "--format", "json")
        outcome = cli(*argv, database=database)

    assert outcome.exit_code == 6
    assert "toolboxai.usage_analytics, or a table that it refers to, stayed locked" in outcome.stderr
    assert report(outcome)["ok"] is False
    assert [(item["made"], item["problem"] is None) for item in report(outcome)["items"]] == [
        (1, True),
        (0, False),
        (1, True),
    ]


def test_a_database_without_partitioned_tables_is_refused(cli: CommandLine, empty_database: Database) -> None:
    outcome = cli("db", "partitions", database=empty_database)
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert "toolbox db upgrade" in outcome.stderr


def test_without_an_audit_log_nothing_is_made(cli: CommandLine, database: Database) -> None:
    database.execute("DROP TABLE toolbox.audit_log")
    outcome = cli("db", "partitions", database=database)
    assert outcome.exit_code == 4
    assert "no audit log" in outcome.stderr
    assert one(database, PARTITIONS) == DEFAULTS


def test_killed_in_the_middle_it_leaves_nothing_half_done(toolbox_process: ToolboxProcess, database: Database) -> None:
    """The table of students, which the last step needs, is locked when rows have moved already."""
    database.execute(EVENT)
    argv = ("db", "partitions", "--platform", "frames", "--lock-timeout", "1m")
    with database.connect(autocommit=False) as other:
        other.execute("LOCK TABLE frames.students IN ROW EXCLUSIVE MODE")
        process = toolbox_process.start(*argv, database=database)
        backend = _waiting(database, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        # The server notices when it next speaks to its client, at the latest when the lock comes free.
        other.execute("SELECT pg_terminate_backend(%s, 60000)", (backend,))

    assert one(database, PARTITIONS) == DEFAULTS
    assert one(database, "SELECT count(*) FROM frames.module_analytics_events_default") == 1
    assert toolbox_process(*argv, database=database).exit_code == 0
    assert one(database, "SELECT count(*) FROM frames.module_analytics_events_default") == 0


def _waiting(database: Database, process: Any) -> int:
    """Wait until the process waits for a lock; give its backend's process number."""
    with psycopg.connect(database.conninfo, autocommit=True) as watch:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            assert process.poll() is None
            found = watch.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'toolbox db partitions'"
                " AND wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE%ATTACH%'"
            ).fetchone()
            if found:
                return int(found[0])
    raise AssertionError("it never came to wait")
