"""`toolbox analytics compute`: all signals of a database, once each, and nothing where nothing is new."""

import json
from typing import Any, Final

import pytest

from tests.analytics.computing.made import NOON, content, happened, has_module, measured, user
from tests.support.commands import CommandLine
from tests.support.servers import Database
from toolbox_cli.analytics.computing.registry import SIGNALS
from toolbox_cli.core.database.locks import NAMESPACE
from toolbox_cli.core.database.locks import SIGNALS as LOCK

CHANGED: Final = {
    "struggle_signal": 3, "pattern_detected": 0, "mastery_score": 1, "peer_average": 10, "historical_average": 0,
    "benchmark_value": 10, "mastery_level": 1, "next_recommended_content": 1,
}  # fmt: skip
"""Values that `filled` lacks."""

ROWS: Final = """
SELECT tableoid::regclass::text, xmin::text, ctid::text FROM frames.module_analytics_events
UNION ALL SELECT 'p', xmin::text, ctid::text FROM frames.module_progress
UNION ALL SELECT 'e', xmin::text, ctid::text FROM toolboxai.educational_analytics
UNION ALL SELECT 'u', xmin::text, ctid::text FROM toolboxai.user_progress
UNION ALL SELECT 'a', id::text, '' FROM toolbox.audit_log ORDER BY 1, 2, 3"""


def fill(database: Database) -> None:
    with database.connect(autocommit=False) as connection:
        connection.execute("SET search_path TO frames")
        has_module(connection, "ann")
        happened(connection, [(0, "module_start"), (1, "hint_used", 1), (2, "section_complete", 1)])
        connection.execute("INSERT INTO module_progress (module_id, student_id, status) VALUES (1, 'ann', 'completed')")
        connection.execute("SET search_path TO toolboxai")
        people = [user(connection, number) for number in range(10)]
        for number, person in enumerate(people):
            measured(connection, person, number, metric_type="engagement")
        connection.execute(
            "INSERT INTO user_progress (user_id, content_id, progress_type, best_score) VALUES (%s, %s, 'lesson', 12)",
            (people[0], content(connection, 1, people[1])),
        )
        connection.commit()


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database)
    return database


def changed_by(cli: CommandLine, database: Database, *more: str) -> dict[str, int]:
    done = cli("analytics", "compute", *more, "--format", "json", database=database)
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["summary"]["changed"] == sum(item["changed"] for item in told["items"])
    return {item["signal"]: item["changed"] for item in told["items"]}


def audited(database: Database) -> list[tuple[Any, ...]]:
    return database.execute(
        "SELECT command, platform, counts FROM toolbox.audit_log WHERE command LIKE '%compute%' ORDER BY id"
    )


@pytest.mark.every_version
def test_all_signals_are_computed_once(cli: CommandLine, filled: Database) -> None:
    before = filled.execute(ROWS)
    assert changed_by(cli, filled, "--dry-run") == CHANGED
    assert filled.execute(ROWS) == before
    assert changed_by(cli, filled) == CHANGED
    assert len(audited(filled)) == 6
    after = filled.execute(ROWS)
    assert changed_by(cli, filled) == dict.fromkeys(CHANGED, 0)
    assert filled.execute(ROWS) == after


def test_only_what_is_named_is_computed_and_recorded(cli: CommandLine, filled: Database) -> None:
    chosen = ("benchmark_value", "struggle_signal")
    assert list(changed_by(cli, filled, *chosen, "--since", "2026-09-30")) == ["struggle_signal", "benchmark_value"]
    assert audited(filled) == [
        (f"toolbox analytics compute {name} --since 2026-09-30", platform, {table: count})
        for name, platform, table, count in (
            ("struggle_signal", "frames", "module_analytics_events", 3),
            ("benchmark_value", "toolboxai", "educational_analytics", 10),
        )
    ]
    assert changed_by(cli, filled, "peer_average", "--since", "2026-10-01") == {"peer_average": 0}


@pytest.mark.parametrize(
    ("since", "kept"),
    [
        ("2026-09", "2026-09-01"),
        ("2026-09-30T18:00Z", "2026-09-30T18:00:00+00:00"),
        ("2026-09-30T23:00-02:00", "2026-10-01T01:00:00+00:00"),
    ],
)
def test_since_is_a_month_or_a_moment_too(cli: CommandLine, filled: Database, since: str, kept: str) -> None:
    changed = changed_by(cli, filled, "struggle_signal", "--since", since)
    assert changed == {"struggle_signal": 0 if kept > "2026-10" else 3}
    told = [command for command, *_ in audited(filled)]
    assert told == ([] if kept > "2026-10" else [f"toolbox analytics compute struggle_signal --since {kept}"])


def test_since_what_is_no_moment_is_wrong_use(cli: CommandLine) -> None:
    done = cli("analytics", "compute", "--since", "yesterday")
    assert (done.exit_code, "Write it as 2026-10, 2026-10-31 or" in done.stderr) == (2, True), done.stderr


def test_people_read_how_much_changed(cli: CommandLine, filled: Database) -> None:
    done = cli("analytics", "compute", "struggle_signal", database=filled)
    assert "frames.module_analytics_events.struggle_signal" in done.stdout
    assert done.stdout.endswith("3 values changed.\n")
    assert "3 values would change" not in done.stdout


def test_one_run_at_a_time(cli: CommandLine, filled: Database) -> None:
    with filled.connect() as connection:
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, LOCK))
        done = cli("analytics", "compute", database=filled)
        assert done.exit_code == 6
        assert "Another run holds the lock" in done.stderr
    assert audited(filled) == []


def test_a_row_that_somebody_holds_stops_one_signal_and_not_those_before(cli: CommandLine, filled: Database) -> None:
    with filled.connect(autocommit=False) as connection:
        connection.execute("SELECT FROM frames.module_progress FOR UPDATE")
        done = cli("analytics", "compute", database=filled.with_options("-c lock_timeout=100ms"))
        assert done.exit_code == 6, done.stderr
        assert "Traceback" not in done.stderr
    assert [command for command, *_ in audited(filled)] == ["toolbox analytics compute struggle_signal"]
    assert changed_by(cli, filled) == CHANGED | {"struggle_signal": 0}


def test_a_signal_that_is_none_is_wrong_use(cli: CommandLine, filled: Database) -> None:
    done = cli("analytics", "compute", "strugle_signal", "mastery_score", database=filled)
    assert (done.exit_code, audited(filled)) == (2, [])
    assert "There is no signal 'strugle_signal'." in done.stderr
    assert "Did you mean struggle_signal?" in done.stderr


def test_a_database_that_is_not_upgraded_is_refused(cli: CommandLine, empty_database: Database) -> None:
    assert cli("analytics", "compute", database=empty_database).exit_code == 4


def test_every_signal_reads_what_comes_before_it() -> None:
    read = {"mastery_score": "struggle_signal", "next_recommended_content": "mastery_level"}
    places = [*SIGNALS]
    assert all(places.index(needed) < places.index(name) for name, needed in read.items())
    assert {signal.column for signal in SIGNALS.values()} == {
        "frames.module_analytics_events.struggle_signal", "frames.module_analytics_events.pattern_detected",
        "frames.module_progress.mastery_score", "toolboxai.educational_analytics.peer_average",
        "toolboxai.educational_analytics.historical_average", "toolboxai.educational_analytics.benchmark_value",
        "toolboxai.user_progress.mastery_level", "toolboxai.user_progress.next_recommended_content",
    }  # fmt: skip


def test_students_at_risk_are_counted_and_not_named(cli: CommandLine, filled: Database) -> None:
    with filled.connect(options="-c search_path=frames") as connection:
        for number in range(12):
            for name, days in ((f"gone-{number}", 0), (f"here-{number}", 30)):
                connection.execute("INSERT INTO students (id) VALUES (%s)", (name,))
                happened(connection, [(days * 1440, "module_start")], student=name)
    done = cli("analytics", "at-risk", "--at", "2026-10-15", "--format", "json", database=filled)
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert [item["students"] for item in told["items"]] == [None, None, None, 13]
    assert told["summary"]["students"] == 25
    assert "gone-" not in done.stdout
    early = cli("analytics", "at-risk", "--at", f"{NOON:%Y-%m-%d}", database=filled)
    assert "There are too few students to tell of." in early.stdout
    assert audited(filled) == []
