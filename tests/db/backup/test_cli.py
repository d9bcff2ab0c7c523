import json
import re
import signal
from pathlib import Path
from subprocess import Popen

from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.school import contents, fill, wait_for_a_waiter
from tests.support.servers import Database
from toolbox_cli.core.database.locks import BACKUPS, NAMESPACE
from toolbox_cli.db.backup.store import partial_file

PROGRAMS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '^toolbox'"


def wait_until_alone(database: Database) -> None:
    """Come back once no program of toolbox is connected any more."""
    with database.connect() as connection:
        for _ in range(5_000):
            if connection.execute(PROGRAMS).fetchone() == (0,):
                return
            connection.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("a program is still there")


def kill(process: Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_stdout_is_the_path_and_nothing_else(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    fill(database)
    done = cli("db", "backup", "--to", str(tmp_path / "to"), "--keep", "2", database=database)
    assert done.exit_code == 0
    (dump,) = (tmp_path / "to").glob("*.dump")
    assert done.stdout == f"{dump}\n"
    assert re.fullmatch(r"postgresql://toolbox@/\w+: [\d,]+ bytes, about \d{3} rows\.\n", done.stderr)

    quiet = cli("--quiet", "db", "backup", "--to", str(tmp_path / "to"), "--keep", "1", database=database)
    assert (quiet.exit_code, quiet.stderr, quiet.stdout.count("\n")) == (0, "", 1)
    told = cli("db", "backup", "--to", str(tmp_path / "to"), "--keep", "1", database=database)
    assert "; 1 older removed." in told.stderr


def test_the_report_for_machines(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    done = cli("db", "backup", "--to", str(tmp_path), "--format", "json", database=database)
    report = json.loads(done.stdout)
    assert (report["kind"], report["ok"], report["summary"]) == ("toolbox.db.backup/1", True, {"backups": 1})
    (item,) = report["items"]
    assert Path(item["path"]).stat().st_size == item["size_bytes"]
    assert set(item["heads"]) == {"toolbox", "toolboxai", "pas_in_peace", "frames"}


def test_the_embedded_server_and_its_home(cli: CommandLine, home: Path) -> None:
    done = cli("db", "backup")
    assert done.exit_code == 0, done.stderr
    assert Path(done.stdout.strip()).parent == home / "toolbox" / "backups"
    assert cli("db", "restore", done.stdout.strip()).exit_code == 0


def test_the_home_stays_usable_for_an_embedded_server(cli: CommandLine, database: Database, home: Path) -> None:
    assert cli("db", "backup", database=database).exit_code == 0
    assert (home / "toolbox" / "toolbox-home").exists()
    assert cli("db", "backup").exit_code == 0


def test_a_dead_database_does_not_keep_the_others_from_it(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    dead = {"TOOLBOX_PLATFORMS_FRAMES_URL": f"postgresql://x@/nowhere?host={tmp_path}"}
    done = cli("db", "backup", "--to", str(tmp_path), database=database, environ=dead)
    assert (done.exit_code, done.stdout.count("\n")) == (5, 1)
    assert "Nothing listens at that socket" in done.stderr
    one = cli("db", "backup", "--to", str(tmp_path), "--platform", "pas_in_peace", database=database, environ=dead)
    assert one.exit_code == 0


def test_what_is_no_number_to_keep_is_wrong_use(cli: CommandLine, database: Database) -> None:
    assert cli("db", "backup", "--keep", "0", database=database).exit_code == 2


def test_a_second_backup_at_once_ends_with_6(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    with database.connect() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, BACKUPS))
        done = cli("db", "backup", "--to", str(tmp_path), database=database)
    assert (done.exit_code, done.stdout) == (6, "")


def test_a_killed_backup_leaves_nothing_that_looks_whole(
    cli: CommandLine, toolbox_process: ToolboxProcess, database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "to"
    fill(database)
    database.execute("ANALYZE")  # what is estimated is not looked at: so it is pg_dump that waits
    with database.connect() as other:
        other.execute("BEGIN; LOCK TABLE frames.students IN ACCESS EXCLUSIVE MODE")
        running = toolbox_process.start("db", "backup", "--to", str(folder), database=database)
        wait_for_a_waiter(database)
        left = list(folder.iterdir())
        kill(running)
        assert [path.suffix for path in left] == [".partial"]
        with partial_file(folder):
            assert left[0].exists(), "its pg_dump still writes"
        assert list(folder.iterdir()) == left
    wait_until_alone(database)

    done = cli("db", "backup", "--to", str(folder), database=database)
    dump = Path(done.stdout.strip())
    assert set(folder.iterdir()) == {dump, dump.with_suffix(".json")}


def test_a_killed_restore_leaves_what_was_there(
    cli: CommandLine, toolbox_process: ToolboxProcess, database: Database, tmp_path: Path
) -> None:
    dump = cli("db", "backup", "--to", str(tmp_path), database=database).stdout.strip()
    fill(database)
    before = contents(database)
    with database.connect() as other:
        other.execute("BEGIN; LOCK TABLE frames.students IN ACCESS EXCLUSIVE MODE")
        running = toolbox_process.start("db", "restore", dump, "--replace", "--yes", database=database)
        wait_for_a_waiter(database)
        kill(running)
    wait_until_alone(database)
    assert contents(database) == before

    assert cli("db", "restore", dump, "--replace", "--yes", database=database).exit_code == 0
    assert database.execute("SELECT count(*) FROM frames.students") == [(0,)]


def test_restore_reports_what_came_back(
    cli: CommandLine, database: Database, empty_database: Database, tmp_path: Path
) -> None:
    fill(database)
    dump = cli("db", "backup", "--to", str(tmp_path), database=database).stdout.strip()
    done = cli("db", "restore", dump, "--format", "json", database=empty_database)
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["kind"] == "toolbox.db.restore/1"
    assert {"table": "frames.students", "rows": 200} in report["items"]
    assert report["summary"]["replaced"] == []
    assert len(report["summary"]["revisions"]) == 4
    assert "which is empty" in done.stderr


def test_replacing_asks_first(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    dump = cli("db", "backup", "--to", str(tmp_path), database=database).stdout.strip()
    fill(database)

    refused = cli("db", "restore", dump, database=database)
    assert (refused.exit_code, "--replace" in refused.stderr) == (4, True)
    unanswered = cli("db", "restore", dump, "--replace", database=database)
    assert unanswered.exit_code == 4
    assert "schema frames: 12 tables, about 401 rows" in unanswered.stderr
    assert database.execute("SELECT count(*) FROM frames.students") == [(200,)]

    done = cli("db", "restore", dump, "--replace", "--yes", database=database)
    assert done.exit_code == 0
    assert database.execute("SELECT count(*) FROM frames.students") == [(0,)]


def test_production_wants_to_hear_it_twice(
    cli: CommandLine, database: Database, empty_database: Database, tmp_path: Path
) -> None:
    production = {"TOOLBOX_ENV": "production"}
    dump = cli("db", "backup", "--to", str(tmp_path), database=database).stdout.strip()
    refused = cli("db", "restore", dump, "--yes", database=empty_database, environ=production)
    assert (refused.exit_code, "--data-loss" in refused.stderr) == (4, True)
    done = cli("db", "restore", dump, "--data-loss", database=empty_database, environ=production)
    assert done.exit_code == 0
    assert empty_database.execute("SELECT environment FROM toolbox.audit_log") == [("production",)]
