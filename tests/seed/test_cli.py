"""`toolbox seed` as people and cron use it."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.seed.looking import counts, hashes
from tests.support.commands import CommandLine, Outcome, ToolboxProcess
from tests.support.roles import role
from tests.support.school import wait_for_a_waiter
from tests.support.servers import Database, Server
from tests.support.template import NAMES
from tests.support.terminals import terminal
from toolbox_cli.core.database.locks import NAMESPACE, SEEDS
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.db.revisions.upgrade import upgrade
from toolbox_cli.seed.domains import COMMANDS
from toolbox_cli.seed.profiles.reading import profile_files

DAY = ("--as-of", "2026-10-01")
JSON = ("--format", "json")

TABLES = {
    platform: [table for domain in COMMANDS["all"] if domain.platform == platform for table in domain.content.TABLES]
    for platform in ("toolboxai", "pas_in_peace", "frames")
}
OWN = "id::text LIKE '5eed%' AND id::text NOT LIKE '5eed0000-0000%'"


def report(done: Outcome) -> dict[str, Any]:
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def students(database: Database) -> int:
    found: int = database.execute("SELECT count(*) FROM toolboxai.users WHERE role = 'student'")[0][0]
    return found


def everything(database: Database) -> dict[str, str]:
    return {
        f"{schema}.{name}": digest
        for schema in TABLES
        for name, digest in hashes(database, schema, TABLES[schema]).items()
    }


def test_the_same_wishes_give_the_same_bytes_in_any_process(server: Server, toolbox_process: ToolboxProcess) -> None:
    """Whatever the hash seed, the number of processes, the way of loading, or what was loaded before."""
    found = []
    for hash_seed, more in (("1", ()), ("2", ("--bulk",))):
        with server.temporary(server.template) as database:
            environ = {"PYTHONHASHSEED": hash_seed}
            done = toolbox_process("seed", "all", "--students", "70", *DAY, *more, database=database, environ=environ)
            assert done.exit_code == 0, done.stderr
            found.append(everything(database))
    assert found[0] == found[1]


def test_a_second_run_changes_nothing_and_says_so(cli: CommandLine, database: Database) -> None:
    first = report(cli("seed", "roblox", *DAY, *JSON, database=database))
    before = everything(database)
    again = report(cli("seed", "roblox", *JSON, database=database))
    assert everything(database) == before
    assert counts(database, "toolbox", ["seed_runs", "audit_log"]) == {"seed_runs": 2, "audit_log": 1}
    assert (first["kind"], first["summary"]["already"], again["summary"]["already"]) == (
        "toolbox.seed/2", [], ["activity", "classes"],
    )  # fmt: skip
    assert again["items"] == first["items"]
    assert again["summary"]["as_of"] == first["summary"]["as_of"] == "2026-10-01"
    assert "There already: activity, classes." in cli("seed", "roblox", database=database).stdout


def test_the_table_says_what_was_loaded(cli: CommandLine, database: Database) -> None:
    done = cli("seed", "frames", *DAY, database=database)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["domain", "table", "rows"]
    loaded = {line[1]: int(line[2].replace(",", "")) for line in lines[1:-1]}
    assert list(loaded) == TABLES["frames"]
    assert done.stdout.splitlines()[-1] == f"{sum(loaded.values()):,} rows were loaded."


def test_grades_come_with_the_classes_that_they_stand_on(cli: CommandLine, database: Database) -> None:
    done = report(cli("seed", "lms", *DAY, *JSON, database=database))
    assert {item["domain"] for item in done["items"]} == {"classes", "lms"}
    after = report(cli("seed", "all", *DAY, *JSON, database=database))
    assert after["summary"]["already"] == ["classes", "lms"]


def test_students_and_locale_come_before_the_profile(cli: CommandLine, database: Database) -> None:
    assert cli("seed", "roblox", "--students", "7", "--locale", "de_DE", database=database).exit_code == 0
    assert students(database) == 7
    [(options,)] = database.execute("SELECT options -> 'profile' FROM toolbox.seed_runs WHERE domain = 'classes'")
    assert (options["students"], options["locales"]) == (7, {"de_DE": 1.0})


def test_a_profile_of_ones_own(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    text = profile_files()["classroom"].read_text(encoding="utf-8")
    (cli.folder / "mine.yaml").write_text(text.replace("students: 30", "students: 3"), encoding="utf-8")
    assert cli("seed", "roblox", "--profile", "mine.yaml", database=database).exit_code == 0
    assert students(database) == 3
    assert database.execute("SELECT DISTINCT profile FROM toolbox.seed_runs") == [("mine",)]


def test_only_some_tables(cli: CommandLine, database: Database) -> None:
    done = report(cli("seed", "roblox", "--only", "lessons, users", *JSON, database=database))
    loaded = {item["table"] for item in done["items"] if item["rows"]}
    assert loaded == {"users", "lessons", "educational_content"}
    wrong = cli("seed", "roblox", "--only", "lesson", database=database)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "Did you mean lessons?" in wrong.stderr


def test_a_reset_says_how_many_rows_went(cli: CommandLine, database: Database) -> None:
    first = report(cli("seed", "all", *DAY, *JSON, database=database))["summary"]["rows"]
    again = report(cli("seed", "all", "--seed", "7", "--reset", *DAY, *JSON, database=database))["summary"]
    assert sum(again["deleted"].values()) == first
    assert database.execute("SELECT DISTINCT seed FROM toolbox.seed_runs") == [(7,)]
    fresh = everything(database)
    assert cli("seed", "all", "--seed", "7", "--reset", *DAY, database=database).exit_code == 0
    assert everything(database) == fresh


def test_a_dry_run_shows_the_same_and_leaves_nothing(cli: CommandLine, database: Database) -> None:
    before = everything(database)
    tried = report(cli("seed", "all", *DAY, *JSON, "--dry-run", database=database))
    assert everything(database) == before
    assert counts(database, "toolbox", ["seed_runs", "audit_log"]) == {"seed_runs": 0, "audit_log": 0}
    done = report(cli("seed", "all", *DAY, *JSON, database=database))
    assert tried["items"] == done["items"]
    assert (tried["summary"].pop("dry_run"), done["summary"].pop("dry_run")) == (True, False)
    assert tried["summary"] == done["summary"]
    assert "would be deleted" in cli("seed", "all", "--reset", "--dry-run", database=database).stdout


@pytest.mark.parametrize("what", COMMANDS)
def test_production_takes_no_made_up_people(cli: CommandLine, database: Database, what: str) -> None:
    done = cli("seed", what, "--dry-run", database=database, environ={"TOOLBOX_ENV": "production"})
    assert (done.exit_code, done.stdout) == (4, "")
    assert "never loaded in production" in done.stderr


def test_rows_of_others_are_not_loaded_beside_unless_that_is_wished(cli: CommandLine, database: Database) -> None:
    database.execute(
        "INSERT INTO toolboxai.users (username, email, password_hash, role)"
        " VALUES ('a', 'a@example.org', '!', 'student')"
    )
    done = cli("seed", "roblox", database=database)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "toolboxai.users" in done.stderr
    assert "--append" in done.stderr
    assert cli("seed", "roblox", "--append", database=database).exit_code == 0
    assert database.execute("SELECT count(*) FROM toolboxai.users WHERE username = 'a'") == [(1,)]


@pytest.mark.parametrize("state", [(), ("--platform", "frames"), ("--to", "documents")])
def test_a_database_that_is_not_upgraded_is_refused(
    cli: CommandLine, empty_database: Database, state: tuple[str, ...]
) -> None:
    if state:
        assert cli("db", "upgrade", *state, database=empty_database).exit_code == 0
    done = cli("seed", "roblox", database=empty_database)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "not at its newest revision" in done.stderr
    assert "toolbox db upgrade" in done.stderr


def test_a_role_without_rights_is_told_so(cli: CommandLine, database: Database) -> None:
    with role(database) as reader:
        database.execute(f"GRANT pg_read_all_data TO {reader}")
        done = cli("seed", "roblox", environ={"TOOLBOX_DATABASE_URL": f"{database.url}&options=-c%20role%3D{reader}"})
        database.execute(f"REVOKE pg_read_all_data FROM {reader}")
    assert done.exit_code == 4
    assert "permission denied" in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ("--seed", "-1"), ("--seed", "99999999999"), ("--seed", "x"), ("--students", "0"), ("--as-of", "yesterday"),
        ("--locale", "xx_XX"), ("--profile", "scool"), ("--profile", "missing.yaml"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_before_any_database_is_touched(cli: CommandLine, wrong: tuple[str, str]) -> None:
    done = cli("seed", "roblox", *wrong, environ={"TOOLBOX_DATABASE_URL": "postgresql://nobody@/x?host=/nonexistent"})
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr


def test_a_broken_profile_is_told_whole_and_loads_nothing(cli: CommandLine, database: Database) -> None:
    text = profile_files()["classroom"].read_text(encoding="utf-8")
    (cli.folder / "bad.yaml").write_text(text.replace("present: 0.93", "present: 2\n  presnt: 1"), encoding="utf-8")
    for argv in (("seed", "all", "--profile", "bad.yaml"), ("seed", "check", "bad.yaml")):
        done = cli(*argv, database=database)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "bad.yaml:22:12" in done.stderr
        assert "bad.yaml:23:3" in done.stderr
        assert "Did you mean present?" in done.stderr
    assert counts(database, "toolbox", ["seed_runs"]) == {"seed_runs": 0}


def test_the_list_and_what_a_profile_makes_ask_no_database(cli: CommandLine) -> None:
    environ = {"TOOLBOX_DATABASE_URL": "postgresql://nobody@/x?host=/nonexistent"}
    listed = report(cli("seed", "list", *JSON, environ=environ))["items"]
    assert [item["profile"] for item in listed] == ["classroom", "school", "district"]
    assert 9_000_000 < listed[-1]["rows"] < 15_000_000
    checked = report(cli("seed", "check", "school", *JSON, environ=environ))
    assert checked["summary"]["rows"] == listed[1]["rows"] == sum(item["rows"] for item in checked["items"])
    smaller = report(cli("seed", "check", "school", "--students", "100", *JSON, environ=environ))
    assert smaller["summary"]["rows"] < checked["summary"]["rows"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_leaves_nothing(
    cli: CommandLine, database: Database, toolbox_process: ToolboxProcess, how: signal.Signals
) -> None:
    before = everything(database)
    with database.connect(autocommit=False) as other:
        other.execute("LOCK TABLE toolboxai.user_progress")
        process = toolbox_process.start(
            "seed", "roblox", database=database, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
        )
        wait_for_a_waiter(database)
        process.send_signal(how)
        said = process.communicate(timeout=60)
    assert (*said, process.returncode) == ("", "", 130 if how is signal.SIGINT else -how)
    assert everything(database) == before
    assert cli("seed", "roblox", database=database).exit_code == 0


def test_two_runs_at_once_load_it_once(database: Database, toolbox_process: ToolboxProcess) -> None:
    both = [toolbox_process.start("seed", "roblox", *DAY, *JSON, database=database) for _ in range(2)]
    reports = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    assert sorted(report["summary"]["already"] for report in reports) == [[], ["activity", "classes"]]
    assert reports[0]["items"] == reports[1]["items"]
    assert counts(database, "toolbox", ["audit_log"]) == {"audit_log": 1}


def test_another_seeding_is_not_waited_for_without_end(
    cli: CommandLine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolbox_cli.seed.seeding.WAIT_S", 0)
    with database.connect(application_name="another seeding") as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, SEEDS))
        done = cli("seed", "roblox", database=database)
    assert done.exit_code == 6
    assert "another seeding" in done.stderr


def test_schemas_of_other_names_and_databases_of_their_own(cli: CommandLine, server: Server) -> None:
    with server.temporary() as one, server.temporary(server.template) as two:
        upgrade(Target(one.url, Names({**NAMES.schemas, "toolboxai": "learning"}), "the test suite"))
        environ = {
            "TOOLBOX_PLATFORMS_TOOLBOXAI_SCHEMA": "learning",
            "TOOLBOX_ROBLOX_UNIVERSE_ID": "5",
            "TOOLBOX_PLATFORMS_FRAMES_URL": two.url,
        }
        done = report(cli("seed", "all", *JSON, database=one, environ=environ))
        assert one.execute("SELECT DISTINCT universe_id FROM learning.roblox_sessions") == [("5",)]
        assert counts(one, "frames", ["students"]) == {"students": 0}
        assert counts(two, "frames", ["students"])["students"] > 0
        assert len({item["database"] for item in done["items"]}) == 2
        assert [counts(each, "toolbox", ["seed_runs"])["seed_runs"] for each in (one, two)] == [4, 1]


def test_a_terminal_shows_how_far_it_is(toolbox_process: ToolboxProcess, database: Database) -> None:
    with terminal(columns=120) as screen:
        process = toolbox_process.start(
            "seed", "roblox", "--students", "200", *DAY, database=database, **screen.streams
        )
        screen.wait_for("classes: users")
        screen.wait_for("rows were loaded")
        assert process.wait(timeout=120) == 0
