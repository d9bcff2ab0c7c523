import datetime
import hashlib
import json
import signal
from typing import Any

import pytest

from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.roles import role
from tests.support.school import wait_for_a_waiter
from tests.support.servers import Database
from toolbox_cli import __version__
from toolbox_cli.core.database.locks import NAMESPACE, SEEDS
from toolbox_cli.seed.roblox import ORDER, WAIT_S

DAY = ("--as-of", "2026-09-01")


def hashes(database: Database) -> dict[str, str]:
    """Hash what COPY gives of each seeded table."""
    found = {}
    with database.connect() as connection:
        for table in ORDER:
            with connection.cursor().copy(f"COPY toolboxai.{table} TO STDOUT") as copy:
                found[table] = hashlib.sha256(b"".join(bytes(part) for part in copy)).hexdigest()
    return found


def counts(database: Database) -> dict[str, int]:
    return {table: database.execute(f"SELECT count(*) FROM toolboxai.{table}")[0][0] for table in ORDER}


def records(database: Database) -> tuple[int, int]:
    """Count the rows of `seed_runs` and of the audit log."""
    (found,) = database.execute(
        "SELECT (SELECT count(*) FROM toolbox.seed_runs), (SELECT count(*) FROM toolbox.audit_log)"
    )
    return found[0], found[1]


NOTHING = dict.fromkeys(ORDER, 0)


def test_the_same_seed_and_day_give_the_same_tables_in_any_process(
    server: Any, toolbox_process: ToolboxProcess
) -> None:
    found = []
    for hash_seed in ("1", "2"):
        with server.temporary(server.template) as database:
            environ = {"PYTHONHASHSEED": hash_seed}
            assert toolbox_process("seed", "roblox", *DAY, database=database, environ=environ).exit_code == 0
            found.append(hashes(database))
    assert found[0] == found[1]
    assert len(set(found[0].values())) == len(ORDER)


def test_another_seed_gives_other_rows_beside_the_first(cli: CommandLine, database: Database) -> None:
    assert cli("seed", "roblox", *DAY, database=database).exit_code == 0
    first = counts(database)
    done = cli("seed", "roblox", "--seed", "7", "--format", "json", database=database)
    assert done.exit_code == 0
    second = {item["table"]: item["rows"] for item in json.loads(done.stdout)["items"]}
    assert counts(database) == {table: first[table] + second[table] for table in ORDER}
    assert second["achievements"] == 0


def test_a_second_run_changes_nothing_and_says_so(cli: CommandLine, database: Database) -> None:
    argv = ("seed", "roblox", "--format", "json")
    first = json.loads(cli(*argv, *DAY, database=database).stdout)
    before = hashes(database)
    again = json.loads(cli(*argv, database=database).stdout)
    assert hashes(database) == before
    assert records(database) == (1, 1)
    assert (first["summary"]["already"], again["summary"]["already"]) == (False, True)
    assert again["items"] == first["items"]
    assert [item["table"] for item in again["items"]] == list(ORDER)
    assert again["summary"]["as_of"] == first["summary"]["as_of"] == "2026-09-01"
    rows = f"{first['summary']['rows']:,} rows"
    assert f"{rows} were there already." in cli("seed", "roblox", *DAY, database=database).stdout


def test_the_table_says_what_was_loaded(cli: CommandLine, database: Database) -> None:
    done = cli("seed", "roblox", database=database)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["table", "rows"]
    assert {line[0]: int(line[1]) for line in lines[1:-1]} == counts(database)
    assert done.stdout.splitlines()[-1] == f"{sum(counts(database).values()):,} rows were loaded."


def test_one_seed_stays_at_one_day(cli: CommandLine, database: Database) -> None:
    assert cli("seed", "roblox", *DAY, database=database).exit_code == 0
    before = hashes(database)
    other = cli("seed", "roblox", "--as-of", "2026-09-02", database=database)
    assert (other.exit_code, other.stdout) == (4, "")
    assert other.stderr == "Error: Seed 42 is loaded as of 2026-09-01.\n  → Choose another --seed.\n"
    assert (hashes(database), records(database)) == (before, (1, 1))


def test_a_dry_run_shows_the_same_and_leaves_nothing(cli: CommandLine, database: Database) -> None:
    argv = ("seed", "roblox", *DAY, "--format", "json")
    tried = json.loads(cli(*argv, "--dry-run", database=database).stdout)
    assert (counts(database), records(database)) == (NOTHING, (0, 0))
    done = json.loads(cli(*argv, database=database).stdout)
    assert tried["items"] == done["items"]
    assert (tried["summary"].pop("dry_run"), done["summary"].pop("dry_run")) == (True, False)
    assert tried["summary"] == done["summary"]


def test_a_dry_run_says_that_it_is_one(cli: CommandLine, database: Database) -> None:
    assert "rows would be loaded." in cli("seed", "roblox", "--dry-run", database=database).stdout


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_production_takes_no_made_up_people(cli: CommandLine, database: Database, more: tuple[str, ...]) -> None:
    done = cli("seed", "roblox", *more, database=database, environ={"TOOLBOX_ENV": "production"})
    assert (done.exit_code, done.stdout) == (4, "")
    assert "never loaded in production" in done.stderr
    assert counts(database) == NOTHING


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
    if state == ("--to", "documents"):
        assert empty_database.execute("SELECT count(*) FROM toolboxai.users") == [(0,)]


def test_a_role_without_rights_is_told_so(cli: CommandLine, database: Database) -> None:
    with role(database) as reader:
        database.execute(f"GRANT pg_read_all_data TO {reader}")
        environ = {"TOOLBOX_DATABASE_URL": f"{database.url}&options=-c%20role%3D{reader}"}
        done = cli("seed", "roblox", environ=environ)
        database.execute(f"REVOKE pg_read_all_data FROM {reader}")
    assert done.exit_code == 4
    assert "lacks a privilege: permission denied for table users." in done.stderr
    assert counts(database) == NOTHING


@pytest.mark.parametrize(("seed", "told"), [("-1", "--seed"), ("99999999999", "--seed"), ("x", "--seed")])
def test_a_seed_is_a_small_natural_number(cli: CommandLine, database: Database, seed: str, told: str) -> None:
    done = cli("seed", "roblox", "--seed", seed, database=database)
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.every_version
def test_every_row_satisfies_every_constraint(cli: CommandLine, database: Database) -> None:
    assert cli("seed", "roblox", "--seed", "2147483647", database=database).exit_code == 0
    with database.connect(autocommit=False) as connection:
        copied = connection.execute(
            "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I, ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,"
            " conname, pg_get_constraintdef(oid)) FROM pg_constraint"
            " WHERE connamespace = 'toolboxai'::regnamespace AND contype IN ('c', 'f') AND conparentid = 0"
            " AND conrelid = ANY (%s::regclass[])",
            ([f"toolboxai.{table}" for table in ORDER],),
        ).fetchall()
        assert len(copied) > 100
        for (statement,) in copied:  # checked anew against the rows that stand there
            connection.execute(statement)
        connection.rollback()


def test_a_run_is_recorded_with_its_counts(cli: CommandLine, database: Database) -> None:
    cli("seed", "roblox", "--seed", "7", *DAY, database=database, environ={"TOOLBOX_ENV": "staging"})
    (run,) = database.execute(
        "SELECT profile, seed, as_of, tables, tool_version, finished_at >= started_at FROM toolbox.seed_runs"
    )
    at = datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)
    tables = {f"toolboxai.{table}": {"rows": rows} for table, rows in counts(database).items()}
    assert run == ("roblox/classroom", 7, at, tables, __version__, True)
    (audit,) = database.execute("SELECT command, environment, platform, counts, tool_version FROM toolbox.audit_log")
    command = "toolbox seed roblox --seed 7 --as-of 2026-09-01"
    assert audit == (command, "staging", "toolboxai", counts(database), __version__)


def test_a_run_that_is_killed_leaves_nothing(
    cli: CommandLine, database: Database, toolbox_process: ToolboxProcess
) -> None:
    with database.connect(autocommit=False) as other:
        other.execute(f"LOCK TABLE toolboxai.{ORDER[-1]}")
        process = toolbox_process.start("seed", "roblox", database=database)
        wait_for_a_waiter(database)
        process.kill()
        process.wait(timeout=60)
    assert (counts(database), records(database)) == (NOTHING, (0, 0))
    assert cli("seed", "roblox", database=database).exit_code == 0
    assert records(database) == (1, 1)


def test_ctrl_c_leaves_nothing(database: Database, toolbox_process: ToolboxProcess) -> None:
    with database.connect(autocommit=False) as other:
        other.execute(f"LOCK TABLE toolboxai.{ORDER[-1]}")
        process = toolbox_process.start(
            "seed", "roblox", database=database, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
        )
        wait_for_a_waiter(database)
        process.send_signal(signal.SIGINT)
        assert (*process.communicate(timeout=60), process.returncode) == ("", "", 130)
    assert (counts(database), records(database)) == (NOTHING, (0, 0))


def test_two_runs_at_once_load_it_once(database: Database, toolbox_process: ToolboxProcess) -> None:
    both = [toolbox_process.start("seed", "roblox", "--format", "json", database=database) for _ in range(2)]
    reports = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(report["summary"]["already"] for report in reports) == [False, True]
    assert reports[0]["items"] == reports[1]["items"]
    assert records(database) == (1, 1)


def test_a_run_that_never_ends_is_not_waited_for(
    cli: CommandLine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WAIT_S == 30
    monkeypatch.setattr("toolbox_cli.seed.roblox.WAIT_S", 0)
    with database.connect(application_name="another seeding") as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, SEEDS))
        done = cli("seed", "roblox", database=database)
    assert done.exit_code == 6
    assert "another seeding" in done.stderr


def test_schemas_of_other_names_are_filled(cli: CommandLine, database: Database) -> None:
    database.execute("ALTER SCHEMA toolboxai RENAME TO learning")
    environ = {"TOOLBOX_PLATFORMS_TOOLBOXAI_SCHEMA": "learning", "TOOLBOX_ROBLOX_UNIVERSE_ID": "5"}
    assert cli("seed", "roblox", database=database, environ=environ).exit_code == 0
    assert database.execute("SELECT DISTINCT universe_id FROM learning.roblox_sessions") == [("5",)]
