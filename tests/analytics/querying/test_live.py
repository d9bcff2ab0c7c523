"""`query --from live`: the masked datasets as they stand now, and nothing of the tables behind them."""

import hashlib
import json
import stat
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.commands import CommandLine, Outcome, ToolboxProcess
from tests.support.servers import Database
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.querying import live as room
from toolbox_cli.analytics.querying.live import mentioned

STUDENT: Final = "a-student-who-can-be-found"
_SCENE: Final = f"""
INSERT INTO frames.modules (id, module_id, title) VALUES (7, 'lab-safety', 'Lab safety');
INSERT INTO frames.students (id) VALUES ('{STUDENT}');
INSERT INTO frames.module_analytics_events (module_id, student_id, event_type, session_id, "timestamp")
SELECT 7, '{STUDENT}', (ARRAY['click', 'a brand new kind'])[1 + n % 2], 'session-of-{STUDENT}', '2026-01-05T10:11:12Z'
FROM generate_series(0, 9) AS n"""

LISTED: Final = "SELECT table_name FROM information_schema.tables"


@pytest.fixture
def peopled(database: Database) -> Database:
    database.execute(_SCENE)
    return database


def asked(cli: CommandLine, sql: str, database: Database) -> Outcome:
    return cli("analytics", "query", sql, "--format", "json", database=database)


def items(outcome: Outcome) -> list[dict[str, Any]]:
    assert outcome.exit_code == 0, outcome.stderr
    found: list[dict[str, Any]] = json.loads(outcome.stdout)["items"]
    return found


def test_it_gives_masked_rows(cli: CommandLine, peopled: Database) -> None:
    counted = "count(DISTINCT student) AS students, count(*) AS n"
    sql = f"SELECT event_type, happened_at, {counted} FROM module_events GROUP BY ALL"
    assert sorted(items(asked(cli, sql, peopled)), key=str) == [
        {"event_type": "click", "happened_at": "2026-01-05T10:00:00+00:00", "students": 1, "n": 5},
        {"event_type": "other", "happened_at": "2026-01-05T10:00:00+00:00", "students": 1, "n": 5},
    ]


def test_nobody_is_in_what_it_shows_and_no_two_runs_fit_together(cli: CommandLine, peopled: Database) -> None:
    sql = 'SELECT DISTINCT student, session FROM "module-events"'
    first, second = asked(cli, sql, peopled), asked(cli, sql, peopled)
    assert STUDENT not in first.stdout + first.stderr
    assert items(first) != items(second)
    assert len(items(first)[0]["student"]) == 26
    assert "under pseudonyms" in first.stderr


@pytest.mark.parametrize("table", ["frames.students", "frames.module_analytics_events", "students", "toolboxai.users"])
def test_the_tables_behind_are_not_there(cli: CommandLine, peopled: Database, table: str) -> None:
    outcome = asked(cli, f"SELECT * FROM {table}", peopled)
    assert outcome.exit_code == 2
    assert STUDENT not in outcome.stdout + outcome.stderr


def test_every_dataset_can_be_looked_for(cli: CommandLine, database: Database) -> None:
    shown = [row["name"] for row in items(asked(cli, "SHOW TABLES", database))]
    assert shown == sorted(name.replace("-", "_") for name in DATASETS)
    assert {row["table_name"] for row in items(asked(cli, LISTED, database))} == {*shown}
    assert items(asked(cli, 'SELECT count(*) AS n FROM "Module-Events"', database)) == [{"n": 0}]
    assert items(asked(cli, "SELECT count(*) AS n FROM query('FROM \"module-' || 'events\"')", database)) == [{"n": 0}]
    joined = "SELECT count(*) AS n FROM quiz_attempts a JOIN people p ON a.student = p.user"
    assert items(asked(cli, joined, database)) == [{"n": 0}]


def test_the_snapshot_is_its_owners_alone_and_goes_with_the_query(
    cli: CommandLine, peopled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    seen = []
    taken = room._taken

    def watched(*given: Any) -> Any:
        view = taken(*given)
        seen.append((stat.S_IMODE(view.files[0].parent.stat().st_mode), view.files[0].is_file()))
        return view

    monkeypatch.setattr(room, "_taken", watched)
    items(asked(cli, "SELECT count(*) FROM module_events", peopled))
    assert seen == [(0o700, True)]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_only_datasets_that_a_query_may_read_are_taken() -> None:
    assert [dataset.name for dataset in mentioned('FROM Module_Events JOIN "quiz-attempts" USING (a)')] == [
        name for name in DATASETS if name in {"module-events", "quiz-attempts"}
    ]
    assert mentioned("SELECT 1") == ()
    assert len(mentioned("FROM query('FROM module' || '_events')")) == len(DATASETS)


def test_a_database_that_is_away_is_told(cli: CommandLine) -> None:
    environ = {"TOOLBOX_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}
    assert cli("analytics", "query", "FROM module_events", environ=environ).exit_code == 5


def test_a_database_that_lacks_tables_is_told_in_a_sentence(
    database: Database, toolbox_process: ToolboxProcess
) -> None:
    database.execute("DROP TABLE frames.module_analytics_events CASCADE")
    outcome = toolbox_process("analytics", "query", "FROM module_events", database=database)
    assert outcome.exit_code == 4
    assert outcome.stderr.splitlines() == [
        'Error: The database lacks what this needs: relation "frames.module_analytics_events" does not exist.',
        "  → Bring it to its newest revision first: toolbox db upgrade",
    ]


RECORDS: Final = "SELECT privacy, recipient, basis, form, destination, row_count, datasets FROM toolbox.disclosures"
TO_FILE: Final = ("--format", "csv", "--output", "events.csv")


def test_a_file_is_recorded_like_an_export_before_it_is_seen(cli: CommandLine, peopled: Database) -> None:
    sql = "SELECT e.event_type FROM module_events e LEFT JOIN modules USING (module_id)"
    done = cli(
        "analytics", "query", sql, *TO_FILE, "--recipient", " The  university", "--basis", "a study", "--limit", "7",
        database=peopled,
    )  # fmt: skip
    assert (done.exit_code, done.stdout) == (0, ""), done.stderr
    file = cli.folder / "events.csv"
    [(privacy, recipient, basis, form, destination, rows, datasets)] = peopled.execute(RECORDS)
    assert (privacy, recipient, basis, form) == ("pseudonymous", "The university", "a study", "csv")
    assert (destination, rows) == (str(file), 7)
    assert datasets.keys() == {"module-events", "modules"}
    written = {"events.csv": {"rows": 7, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}}
    assert datasets["module-events"]["files"] == written
    assert "event_type" in datasets["module-events"]["columns"]


def test_no_file_is_there_that_can_not_be_recorded(cli: CommandLine, peopled: Database) -> None:
    peopled.execute("DROP TABLE toolbox.disclosures")
    done = cli("analytics", "query", "FROM module_events", *TO_FILE, database=peopled)
    assert (done.exit_code, "toolbox db upgrade" in done.stderr) == (4, True), done.stderr
    assert list(cli.folder.iterdir()) == []


def test_what_is_looked_at_and_what_left_before_is_not_recorded(cli: CommandLine, peopled: Database) -> None:
    items(asked(cli, "FROM module_events", peopled))
    done = cli("analytics", "query", "SHOW TABLES", "--output", str(cli.folder / "tables"), database=peopled)
    assert done.exit_code == 0, done.stderr
    assert peopled.execute(RECORDS) == []


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--recipient", "us"], "are of a file that leaves the database"),
        (["--basis", "a study", "--from", "exports", "--output", "x"], "was recorded when it was made"),
        (["--recipient", " ", "--output", "x"], "The recipient has no name."),
        (["--basis", " ", "--output", "x"], "The basis says nothing."),
    ],
)
def test_a_record_needs_a_file_of_live_datasets(cli: CommandLine, argv: list[str], says: str) -> None:
    done = cli("analytics", "query", "FROM module_events", *argv)
    assert (done.exit_code, says in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SHOW TABLES", ""),
        ("SELECT 1 AS n", ""),
        ("FROM modules WHERE false", "The query found no rows.\n"),
        ("SELECT count(*) AS n FROM modules", "Single persons stand behind these rows, under pseudonyms;"),
    ],
)
def test_persons_are_spoken_of_where_there_are_rows_of_datasets(
    cli: CommandLine, peopled: Database, sql: str, told: str
) -> None:
    done = asked(cli, sql, peopled)
    assert done.stderr.startswith(told)
    assert bool(done.stderr) == bool(told)
