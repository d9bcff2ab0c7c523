"""`toolbox db start|stop|status|url|shell`."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.servers import Database
from tests.support.terminals import terminal
from toolbox_cli.core.exits import Exit


def address_of(cli: CommandLine, *argv: str, **where: object) -> str:
    done = cli("db", "url", *argv, **where)  # type: ignore[arg-type]
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout.removesuffix("\n")


def test_start_status_stop(cli: CommandLine, home: Path) -> None:
    before = cli("db", "status")
    started, again = cli("db", "start"), cli("db", "start")
    during = json.loads(cli("db", "status", "--format", "json").stdout)
    stopped, gone = cli("db", "stop"), cli("db", "stop")

    assert (before.exit_code, before.stderr) == (0, "")
    assert "stopped" in before.stdout
    assert (started.exit_code, started.stdout, started.stderr) == (0, "", again.stderr)
    (item,) = during["items"]
    assert (during["kind"], during["ok"], item["state"], item["server"]) == (
        "toolbox.db.status/1",
        True,
        "ready",
        "embedded",
    )
    assert f"process {item['process_id']}." in started.stderr
    assert item["address"] == str(home / "toolbox")
    assert item["size_bytes"] > 20_000_000
    assert stopped.stderr == f"PostgreSQL in {home / 'toolbox'} is stopped.\n"
    assert (gone.exit_code, gone.stderr) == (0, f"PostgreSQL in {home / 'toolbox'} was not running.\n")


def test_status_starts_nothing(cli: CommandLine, home: Path) -> None:
    assert cli("db", "status").exit_code == 0
    assert not (home / "toolbox").exists()


def test_a_server_that_can_not_start_is_one_sentence(cli: CommandLine, home: Path) -> None:
    (home / "toolbox").mkdir()
    (home / "toolbox/letter.txt").touch()

    done = cli("db", "start")

    assert (done.exit_code, done.stdout) == (Exit.REFUSED, "")
    assert done.stderr.startswith(f"Error: The folder {home / 'toolbox'} holds other things (letter.txt)")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["start", "stop"])
def test_a_server_of_the_operators_is_neither_started_nor_stopped(
    cli: CommandLine, empty_database: Database, command: str
) -> None:
    done = cli("db", command, database=empty_database)

    assert done.exit_code == Exit.REFUSED
    assert "on a server of yours (TOOLBOX_DATABASE_URL)" in done.stderr
    assert empty_database.execute("SELECT 1") == [(1,)]


def test_status_of_a_configured_database(cli: CommandLine, empty_database: Database) -> None:
    done = cli("db", "status", "--format", "json", database=empty_database)
    (item,) = json.loads(done.stdout)["items"]

    assert (item["server"], item["state"]) == ("configured", "ready")
    assert item["version"].split(".")[0] == str(empty_database.version)
    assert item["size_bytes"] > 1_000_000
    assert item["started_at"]


def test_status_of_one_that_is_not_reached_still_shows_the_other(cli: CommandLine, empty_database: Database) -> None:
    environ = {"TOOLBOX_PLATFORMS_FRAMES_URL": "postgresql://ada:secret@localhost:1/school"}

    done = cli("db", "status", "--format", "json", database=empty_database, environ=environ)
    answer = json.loads(done.stdout)

    assert done.exit_code == Exit.UNREACHABLE
    assert [item["state"] for item in answer["items"]] == ["ready", "unreachable"]
    assert (answer["ok"], answer["summary"]) == (False, {"ready": 1})
    assert "secret" not in done.stdout + done.stderr


def test_the_address_of_the_embedded_server_is_one_to_connect_to(cli: CommandLine) -> None:
    with psycopg.connect(address_of(cli)) as connection:
        assert connection.info.dbname == "toolbox"
    cli("db", "stop")


@pytest.mark.parametrize(
    ("configured", "printed"),
    [
        (
            "postgresql://ada:se%2Fcret@db.example:5433/school?sslmode=require",
            "postgresql://ada@db.example:5433/school?sslmode=require",
        ),
        ("host=db.example user='a b' password=x dbname=school", "postgresql://a%20b@db.example/school"),
        ("postgresql://ada@[::1]/school", "postgresql://ada@[::1]/school"),
        ("postgresql://ada@one:1,two:2/school", "postgresql://ada@/school?host=one%2Ctwo&port=1%2C2"),
        ("postgresql:///school?host=/run/pg&sslpassword=y", "postgresql:///school?host=%2Frun%2Fpg"),
    ],
)
def test_an_address_is_printed_whole_but_for_its_secrets(cli: CommandLine, configured: str, printed: str) -> None:
    environ = {"TOOLBOX_DATABASE_URL": configured}

    assert address_of(cli, environ=environ) == printed
    shown = psycopg.conninfo.conninfo_to_dict(address_of(cli, "--show-password", environ=environ))
    assert shown == psycopg.conninfo.conninfo_to_dict(configured)


def test_an_address_in_libpqs_variables_is_printed(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"PGHOST": "db.example", "PGDATABASE": "school", "PGPASSWORD": "x", "PGSSLMODE": "require"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert address_of(cli, environ=given) == "postgresql://db.example/school?sslmode=require"
    assert address_of(cli, "--show-password", environ=given) == "postgresql://:x@db.example/school?sslmode=require"


def test_the_address_past_a_pooler(cli: CommandLine) -> None:
    environ = {"TOOLBOX_DATABASE_URL": "postgresql://pooler/x", "TOOLBOX_DIRECT_URL": "postgresql://server/x"}

    assert address_of(cli, environ=environ) == "postgresql://pooler/x"
    assert address_of(cli, "--direct", environ=environ) == "postgresql://server/x"


def test_an_address_that_libpq_can_not_read_is_wrong_configuration(cli: CommandLine) -> None:
    done = cli("db", "url", environ={"TOOLBOX_DATABASE_URL": "postgresql://db.example/x?nonsense=1"})

    assert (done.exit_code, done.stdout) == (Exit.USAGE, "")
    assert "nonsense" not in done.stderr


def test_of_several_databases_one_must_be_named(cli: CommandLine) -> None:
    environ = {"TOOLBOX_DATABASE_URL": "postgresql://one/x", "TOOLBOX_PLATFORMS_FRAMES_URL": "postgresql://two/y"}

    for command in ("url", "shell"):
        done = cli("db", command, environ=environ)
        assert done.exit_code == Exit.USAGE
        assert "--platform" in done.stderr
    assert address_of(cli, "--platform", "frames", environ=environ) == "postgresql://two/y"


def test_the_shell_is_psql_on_the_database(toolbox_process: ToolboxProcess, database: Database) -> None:
    done = toolbox_process("db", "shell", "--", "-Atc", "SHOW search_path", "-c", "SELECT 'ü'", database=database)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "toolboxai,pas_in_peace,frames,toolbox,public\nü\n"


def test_the_shell_of_one_platform_sees_its_tables(toolbox_process: ToolboxProcess, database: Database) -> None:
    done = toolbox_process(
        "db", "shell", "--platform", "frames", "--", "-Atc", "SELECT count(*) FROM modules", database=database
    )

    assert (done.exit_code, done.stdout) == (0, "0\n")


def test_the_shell_starts_the_embedded_server_and_ends_as_psql_ends(toolbox_process: ToolboxProcess) -> None:
    done = toolbox_process("db", "shell", "--", "--set", "ON_ERROR_STOP=1", stdin="SELECT 6 * 7;\nSELECT nonsense;\n")

    assert done.exit_code == 3, "psql's own status of a failed script"
    assert "42" in done.stdout
    toolbox_process("db", "stop")


def test_the_shell_takes_the_terminal(toolbox_process: ToolboxProcess, database: Database) -> None:
    with terminal(100) as screen:
        process = toolbox_process.start(
            "db", "shell", database=database, environ={"TERM": "dumb", "PAGER": "cat"}, **screen.streams
        )
        screen.wait_for("=#")
        screen.type("SELECT current_database();\n")
        screen.wait_for(database.name)
        screen.type("\\q\n")
        assert process.wait(timeout=30) == 0


def test_the_shell_shows_no_password_in_the_process_list(
    toolbox_process: ToolboxProcess, empty_database: Database
) -> None:
    url = empty_database.url.replace("postgresql://toolbox@", "postgresql://toolbox:a-secret@")
    assert "a-secret" in url

    process = toolbox_process.start("db", "shell", "--", "-At", environ={"TOOLBOX_DATABASE_URL": url})
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("SELECT 'here';\n")
    process.stdin.flush()
    assert process.stdout.readline() == "here\n"
    listed = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    process.communicate("\\q\n")

    assert b"psql" in listed
    assert b"a-secret" not in listed


def test_a_cron_job_that_is_quiet_hears_nothing(toolbox_process: ToolboxProcess, home: Path) -> None:
    quiet = toolbox_process("--quiet", "db", "start")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
    assert stat.S_IMODE((home / "toolbox").stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
    assert (toolbox_process("--quiet", "db", "stop").stderr) == ""


def test_start_and_stop_load_no_database_driver(toolbox_process: ToolboxProcess) -> None:
    script = """
import sys
from toolbox_cli.app import run
assert run(["db", "start"]) == 0
assert run(["db", "stop"]) == 0
assert not {"psycopg", "sqlalchemy", "alembic"} & set(sys.modules)
"""
    environ = {**toolbox_process.environ}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
