import json
from typing import Any

import pytest

from tests.support.commands import CommandLine, Outcome, ToolboxProcess
from tests.support.servers import Database, Server
from tests.support.terminals import terminal
from toolbox_cli.core.database.names import Names
from toolbox_cli.quickstart.checks import PROBES, check, declared_rules
from toolbox_cli.seed.domains import COMMANDS

NAMES = Names({name: name for name in ("toolbox", "toolboxai", "pas_in_peace", "frames")})
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname !~ '^pg_|^information_schema$'"


def rows(database: Database) -> dict[str, int]:
    """Count the rows of each table that is seeded."""
    return {
        f"{domain.platform}.{table}": database.execute(f"SELECT count(*) FROM {domain.platform}.{table}")[0][0]
        for domain in COMMANDS["all"]
        for table in domain.content.TABLES
    }


def summary(done: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)["summary"]
    return found


def test_from_nothing_to_a_classroom_and_no_further(toolbox_process: ToolboxProcess) -> None:
    first = toolbox_process("quickstart", "--format", "json")
    assert (first.exit_code, first.stderr) == (0, "")
    report = json.loads(first.stdout)
    assert (report["kind"], report["ok"]) == ("toolbox.quickstart/1", True)
    assert [item["platform"] for item in report["items"]] == ["toolboxai", "pas_in_peace", "frames"]
    assert report["summary"]["database"] == "the embedded server"
    assert report["summary"]["revisions_applied"] > 20
    assert report["summary"]["partitions_made"] > 0
    assert report["summary"]["seeded"]
    assert report["summary"]["changed"]

    again = json.loads(toolbox_process("quickstart", "--format", "json").stdout)
    assert again["items"] == report["items"]
    nothing = {"changed": False, "revisions_applied": 0, "partitions_made": 0, "seeded": False}
    assert again["summary"] == {**report["summary"], **nothing}

    told = toolbox_process("quickstart")
    assert told.exit_code == 0
    assert told.stdout.startswith("Nothing had to be done: a classroom stands in the embedded server.\nplatform")
    table = [line.split() for line in told.stdout.splitlines()[2:] if not line.startswith("  ")]
    assert {name: int(count.replace(",", "")) for name, count in table} == {
        item["platform"]: item["rows"] for item in report["items"]
    }
    assert [line for line in told.stdout.splitlines() if line.startswith("  ")] == [
        f"  ✓ {check}" for check in report["summary"]["checks"]
    ]
    assert told.stderr.count("\n  toolbox ") == 3

    quiet = toolbox_process("--quiet", "quickstart", environ={"PYTHONIOENCODING": "ascii"})
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, told.stdout.replace("✓", "+"), "")


def test_two_at_once_from_nothing_make_one_classroom(toolbox_process: ToolboxProcess) -> None:
    both = [toolbox_process.start("quickstart", "--format", "json") for _ in range(2)]
    ended = [process.communicate(timeout=180) for process in both]
    assert [(process.returncode, stderr) for process, (_, stderr) in zip(both, ended, strict=True)] == [(0, "")] * 2
    reports = [json.loads(stdout) for stdout, _ in ended]
    assert sorted(report["summary"]["seeded"] for report in reports) == [False, True]
    assert reports[0]["items"] == reports[1]["items"]


def test_a_configured_database_is_asked_about(cli: CommandLine, empty_database: Database) -> None:
    done = cli("quickstart", database=empty_database)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "There is no terminal to ask on." in done.stderr
    assert "--yes" in done.stderr
    assert empty_database.execute(TABLES) == [(0,)]


def test_yes_answers_for_a_configured_database(cli: CommandLine, database: Database) -> None:
    done = cli("quickstart", "--yes", "--format", "json", database=database)
    assert done.exit_code == 0
    assert (summary(done)["seeded"], summary(done)["rows"]) == (True, sum(rows(database).values()))


@pytest.mark.parametrize(("answer", "code"), [("n", 4), ("y", 0)])
def test_a_person_decides_about_a_configured_database(
    toolbox_process: ToolboxProcess, database: Database, answer: str, code: int
) -> None:
    with terminal(columns=100) as screen:
        process = toolbox_process.start("quickstart", database=database, **screen.streams)
        screen.wait_for(" Go on? [y/N] ")
        screen.type(f"{answer}\n")
        assert process.wait(timeout=120) == code
        screen.rest()
    assert "postgresql://" in screen.text
    assert ("Nothing was changed" in screen.text) is (answer == "n")
    assert ("Try next:" in screen.text) is (answer == "y")
    assert bool(rows(database)["toolboxai.users"]) is (answer == "y")


def test_production_is_refused_before_anything(cli: CommandLine, empty_database: Database) -> None:
    for database in (empty_database, None):
        done = cli("quickstart", "--yes", database=database, environ={"TOOLBOX_ENV": "production"})
        assert (done.exit_code, done.stdout) == (4, "")
        assert "never loaded in production" in done.stderr
    assert empty_database.execute(TABLES) == [(0,)]


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("ALTER TABLE toolboxai.users DROP CONSTRAINT users_email_key", "toolboxai.users.users_email_key"),
        (
            "ALTER TABLE toolboxai.roblox_player_progress"
            " DROP CONSTRAINT roblox_player_progress_progress_percentage_check",
            "toolboxai.roblox_player_progress.roblox_player_progress_progress_percentage_check",
        ),
        ("ALTER TABLE frames.students DROP CONSTRAINT students_email_check", "frames.students.students_email_check"),
        (
            "ALTER TABLE frames.students DROP CONSTRAINT students_email_check,"
            " ADD CONSTRAINT students_email_check CHECK (email <> '') NOT VALID",
            "frames.students.students_email_check",
        ),
        ("DELETE FROM toolboxai.roblox_achievements", "toolboxai.roblox_achievements"),
    ],
)  # fmt: skip
def test_what_is_broken_is_named(cli: CommandLine, database: Database, broken: str, named: str) -> None:
    assert cli("quickstart", "--yes", database=database).exit_code == 0
    database.execute(broken)
    done = cli("quickstart", "--yes", database=database)
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("Error: The database is not as it was made.\n")
    assert {line.split(": ")[0].strip() for line in done.stderr.splitlines()[1:-1]} == {named}


def test_probes_find_nothing_and_leave_nothing(cli: CommandLine, database: Database) -> None:
    assert cli("seed", "roblox", database=database).exit_code == 0
    before = probed(database)
    with database.connect() as connection:
        assert not [outcome for outcome in check(connection, NAMES) if outcome.broken]
    assert probed(database) == before


def test_probes_notice_that_their_rules_let_everything_in(cli: CommandLine, database: Database) -> None:
    assert cli("seed", "roblox", database=database).exit_code == 0
    before = probed(database)
    for probe in PROBES:
        database.execute(f"ALTER TABLE toolboxai.{probe.table} DROP CONSTRAINT {probe.constraint}")
    with database.connect() as connection:
        outcomes = check(connection, NAMES)
    rules = {f"toolboxai.{probe.table}.{probe.constraint}" for probe in PROBES}
    assert set(outcomes[0].broken) == rules
    assert {rule for outcome in outcomes[2:] for rule in outcome.broken} == rules
    assert probed(database) == before


def probed(database: Database) -> list[Any]:
    """Hash the tables that probes try to change."""
    hashed = "SELECT md5(string_agg(to_jsonb(t)::text, '' ORDER BY id)) FROM toolboxai.{} AS t"
    return [database.execute(hashed.format(probe.table)) for probe in PROBES]


@pytest.mark.every_version
def test_a_migrated_database_keeps_every_rule(database: Database) -> None:
    assert len(declared_rules(NAMES)) > 400
    with database.connect() as connection:
        assert not [outcome for outcome in check(connection, NAMES) if outcome.broken]


def test_platforms_in_two_databases_are_all_brought_up(cli: CommandLine, server: Server) -> None:
    with server.temporary(server.template) as one, server.temporary(server.template) as two:
        environ = {"TOOLBOX_PLATFORMS_FRAMES_URL": two.url, "TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "frames"}
        done = cli("quickstart", "--yes", "--format", "json", database=one, environ=environ)
        assert done.exit_code == 0
        two.execute("ALTER TABLE frames.modules DROP CONSTRAINT modules_module_id_check")
        assert cli("quickstart", "--yes", database=one, environ=environ).exit_code == 3
    assert len(summary(done)["checks"]) == len(set(summary(done)["checks"])) == 7
