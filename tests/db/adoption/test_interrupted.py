"""An adoption is there whole or not at all: killed, interrupted, tried, twice at once, without the rights."""

import datetime
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.db.adoption.installations import contents
from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.faults import AT_ITS_RECORD, faults
from tests.support.revisions import catalog
from tests.support.roles import role
from tests.support.servers import Database
from tests.support.whole import HEADS, at, target_of
from toolbox_cli.core.database.locks import MIGRATIONS, NAMESPACE
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError, RefusedError
from toolbox_cli.core.settings import RECORDS, Environment
from toolbox_cli.db.adoption.adopt import Order, adopt
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.running.patience import Patience, Watch
from toolbox_cli.db.revisions.upgrade import upgrade

ADOPT = ("db", "adopt", "--platform", "frames")
IN_PUBLIC = {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "public"}
ADOPTED = {HEADS[RECORDS], "frames_phase_3"}


def state(database: Database) -> Any:
    """Read all that an adoption could change: the schema, its rows, the schemas there are, what is recorded."""
    schemas = database.execute("SELECT nspname FROM pg_namespace ORDER BY 1")
    records = contents(database, RECORDS) if ("toolbox",) in schemas else None
    return catalog(database, "public"), contents(database, "public"), schemas, records


def in_public(database: Database) -> Target:
    return Target(database.url, Names({RECORDS: RECORDS, "frames": "public"}), "the test suite")


def order(database: Database) -> Order:
    workshop = Workshop(in_public(database), None)
    return Order(workshop, Environment.DEVELOPMENT, datetime.date(2026, 1, 1))


@pytest.fixture
def recorded(frames: Database) -> Database:
    """The same with the toolkit's records already there, and nothing in them of frames."""
    upgrade(target_of(frames), "toolbox@head")
    return frames


@pytest.mark.parametrize("place", ["in the replay", "at its record"])
def test_killed_it_leaves_everything_as_it_was(
    toolbox_process: ToolboxProcess, frames: Database, cli: CommandLine, place: str
) -> None:
    logged, statement = 0, 2
    if place == "at its record":
        upgrade(target_of(frames), "toolbox@head")
        logged, statement = len(read_history().lines[RECORDS]), AT_ITS_RECORD
    before = state(frames)
    with faults(frames) as fault:
        fault.stop(after=logged, statement=statement)
        run = toolbox_process.start(*ADOPT, database=frames, environ=IN_PUBLIC)
        assert fault.stopped(run), run.communicate()
        run.kill()
        run.wait()
        fault.let_go()
    if place == "at its record":
        frames.execute("DROP TRIGGER IF EXISTS fault ON toolbox.migration_log")
    assert state(frames) == before
    assert cli(*ADOPT, database=frames).exit_code == 0
    assert at(frames) == ADOPTED


def test_interrupted_it_leaves_everything_as_it_was(toolbox_process: ToolboxProcess, frames: Database) -> None:
    before = state(frames)
    with faults(frames) as fault:
        fault.stop(after=0, statement=3)
        run = toolbox_process.start(*ADOPT, database=frames, environ=IN_PUBLIC)
        assert fault.stopped(run), run.communicate()
        run.send_signal(signal.SIGINT)
        fault.let_go()
        assert (run.wait(60), at_all(frames)) == (130, None)
    assert state(frames) == before


def at_all(database: Database) -> Any:
    return database.execute("SELECT to_regclass('toolbox.alembic_version')")[0][0]


def test_of_two_at_once_one_adopts(toolbox_process: ToolboxProcess, frames: Database) -> None:
    runs = [toolbox_process.start(*ADOPT, "--format", "json", database=frames, environ=IN_PUBLIC) for _ in range(2)]
    said = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    statuses = [json.loads(stdout)["summary"]["platforms"][0]["status"] for stdout, _ in said]
    assert sorted(statuses) == ["adopted", "recorded"]
    assert frames.execute("SELECT command FROM toolbox.audit_log") == [("db adopt",)]


def test_a_dry_run_changes_nothing(cli: CommandLine, recorded: Database) -> None:
    before = state(recorded)
    done = cli(*ADOPT, "--dry-run", database=recorded)
    assert (done.exit_code, done.stdout) == (
        0, "frames (schema public) would be recorded at frames_phase_3; 7 revisions are to come.\n",
    )  # fmt: skip
    assert state(recorded) == before


def test_a_dry_run_makes_no_records(cli: CommandLine, frames: Database) -> None:
    before = state(frames)
    found = json.loads(cli(*ADOPT, "--dry-run", "--format", "json", database=frames).stdout)
    assert (found["ok"], found["summary"]["platforms"][0]["status"]) == (True, "would-adopt")
    assert state(frames) == before


def test_it_waits_for_a_migration(frames: Database) -> None:
    with frames.connect(application_name="the night shift") as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))
        with pytest.raises(LockedError, match="the night shift"):
            adopt(in_public(frames), order(frames), patience=Patience(wait_s=0))


def test_what_changes_while_it_is_looked_at_is_not_recorded(frames: Database) -> None:
    def meddle(platform: str, revision: str) -> None:
        frames.execute("ALTER TABLE modules DROP IF EXISTS description")

    with pytest.raises(RefusedError, match="Schema public was changed while it was looked at"):
        adopt(in_public(frames), order(frames), watch=Watch(on_start=meddle))
    assert at_all(frames) is None


def test_a_role_that_may_make_nothing_is_refused_and_told_what_it_needs(cli: CommandLine, frames: Database) -> None:
    before = state(frames)
    with role(frames) as name:
        frames.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        done = cli(*ADOPT, "--format", "json", database=frames.with_options(f"-c role={name}"))
    assert done.exit_code == 4, done.stderr
    [item] = [item for item in json.loads(done.stdout)["items"] if item["severity"] == "error"]
    assert item["found"].startswith("The toolkit's records can't be kept there: permission denied for database ")
    assert item["remedy"].startswith("As an owner of the database: CREATE SCHEMA IF NOT EXISTS toolbox AUTHORIZATION ")
    assert state(frames) == before


def test_a_role_with_records_of_its_own_adopts_by_the_embedded_server(
    cli: CommandLine, frames: Database, tmp_path: Path
) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    with role(frames) as name:
        frames.execute(f"CREATE SCHEMA toolbox AUTHORIZATION {name}; GRANT USAGE ON SCHEMA public TO {name}")
        done = cli(*ADOPT, "--format", "json", database=frames.with_options(f"-c role={name}"), environ=environ)
        [standing] = json.loads(done.stdout)["summary"]["platforms"]
        assert (done.exit_code, standing["status"], standing["revision"]) == (0, "adopted", "frames_phase_3")
        assert standing["replayed_on"].startswith("the embedded server, PostgreSQL ")
        assert at(frames) == ADOPTED


def test_a_role_that_may_not_look_is_refused(cli: CommandLine, frames: Database) -> None:
    with role(frames) as name:
        frames.execute("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
        done = cli(*ADOPT, "--format", "json", database=frames.with_options(f"-c role={name}"))
        [item] = json.loads(done.stdout)["items"]
        assert (done.exit_code, item["code"]) == (4, "refused")
        assert item["found"] == f"The role {name} may not look into schema public."


def test_a_database_that_takes_no_writes_is_refused(cli: CommandLine, frames: Database) -> None:
    closed = frames.with_options("-c default_transaction_read_only=on")
    done = cli(*ADOPT, "--format", "json", database=closed)
    [item] = [item for item in json.loads(done.stdout)["items"] if item["severity"] == "error"]
    assert (done.exit_code, item["code"]) == (4, "refused")
    assert item["found"].startswith("The database takes no writes: ")
