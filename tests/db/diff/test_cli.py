"""`toolbox db diff` on the command line."""

import json
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.support.commands import CommandLine
from tests.support.psql import psql
from tests.support.roles import role
from tests.support.servers import Database, Server
from tests.support.template import NAMES
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.exits import Exit
from toolbox_cli.db.revisions.lineage.goal import one_goal
from toolbox_cli.db.revisions.upgrade import upgrade

DRIFT = "ALTER TABLE frames.modules ALTER title DROP NOT NULL"


@pytest.fixture
def diff(cli: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The command line, with what the models stand for remembered from test to test."""
    memory = tmp_path_factory.getbasetemp() / "diff"
    return replace(cli, environ={**cli.environ, "XDG_CACHE_HOME": str(memory)})


@pytest.mark.every_version
def test_the_script_runs_as_it_stands(diff: CommandLine, database: Database, tmp_path: Path) -> None:
    clean = diff("db", "diff", database=database)
    assert (clean.exit_code, clean.stdout) == (Exit.DONE, "")
    assert clean.stderr.startswith("-- Nothing to do: postgresql://")
    database.execute(
        f"{DRIFT}; ALTER TABLE toolbox.audit_log DISABLE TRIGGER USER; ALTER TABLE frames.teams ADD x text"
    )
    database.execute("ALTER TABLE pas_in_peace.users DROP parent_name; DROP INDEX frames.idx_progress_status")
    done = diff("db", "diff", database=database)
    assert done.exit_code == Exit.FINDINGS
    assert done.stderr.splitlines() == [
        "-- toolbox: 1 difference, 1 statement.",
        "-- pas_in_peace: 1 difference, 2 statements.",
        f"-- frames: 3 differences, {3 if database.version >= 18 else 5} statements, 1 more for you to decide.",
    ]
    assert '--! ALTER TABLE "teams" DROP COLUMN "x";' in done.stdout
    ran = psql(database, done.stdout)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    file = tmp_path / "mend.sql"
    again = diff("db", "diff", "--output", str(file), database=database)
    assert (again.exit_code, again.stdout) == (Exit.FINDINGS, "")
    assert [line for line in file.read_text().splitlines() if line and not line.startswith(("--", "SET "))] == []
    database.execute("ALTER TABLE frames.teams DROP x")
    assert diff("db", "diff", "--output", str(file), database=database).exit_code == Exit.DONE
    assert file.read_text() == ""


def test_each_statement_as_data(diff: CommandLine, database: Database) -> None:
    database.execute(f"{DRIFT}; DROP INDEX frames.idx_progress_status; ALTER TABLE toolboxai.users ADD shoe text")
    database.execute("INSERT INTO frames.students SELECT 's' || n FROM generate_series(1, 100) AS n; ANALYZE")
    done = diff("db", "diff", "--format", "json", database=database)
    assert done.exit_code == Exit.FINDINGS
    report = json.loads(done.stdout)
    assert (report["ok"], report["summary"]) == (
        False, {"differences": 3, "statements": 3, "withheld": 1, "pending": {}},
    )  # fmt: skip
    shoe, title, valid, index = report["items"]
    assert (shoe["sql"], shoe["withheld"], shoe["rows"]) == ('ALTER TABLE "users" DROP COLUMN "shoe"', True, 0)
    assert (title["platform"], title["schema"], title["object"]) == ("frames", "frames", "frames.modules.title")
    assert (title["code"], title["findings"][0]["field"]) == ("column-changed", "not null")
    assert (index["transaction"], index["sql"]) == (
        None, 'CREATE INDEX CONCURRENTLY "idx_progress_status" ON "module_progress" USING btree (status)',
    )  # fmt: skip
    assert len({shoe["transaction"], title["transaction"], valid["transaction"]}) == 3
    assert diff("db", "diff", "--format", "json", database=database) == done  # nothing of it was run
    table = diff("db", "diff", "--format", "table", "--platform", "frames", database=database)
    assert table.exit_code == Exit.FINDINGS
    assert table.stdout.endswith("frames: 2 differences, 3 statements.\n")
    assert "VALIDATE CONSTRAINT" in table.stdout


def test_pending_revisions_are_told_first(diff: CommandLine, empty_database: Database) -> None:
    done = diff("db", "diff", "--platform", "frames", database=empty_database)
    assert done.exit_code == Exit.FINDINGS
    assert "-- Revisions are pending (toolbox " in done.stdout[:400]
    assert done.stderr.startswith("-- Revisions are pending (toolbox ")
    assert 'CREATE SCHEMA IF NOT EXISTS "frames";' in done.stdout
    assert psql(empty_database, done.stdout).returncode == 0
    again = diff("db", "diff", "--platform", "frames", "--format", "json", database=empty_database)
    report = json.loads(again.stdout)
    assert (again.exit_code, report["summary"]["differences"]) == (Exit.DONE, 0)
    assert report["summary"]["pending"]["frames"] > 3
    assert (
        "frames: no revision is recorded." in diff("db", "diff", "--platform", "frames", database=empty_database).stderr
    )


def test_half_way_between_the_documents_and_the_models(diff: CommandLine, empty_database: Database) -> None:
    upgrade(Target(empty_database.url, NAMES, "the test suite"), one_goal("heads", "documents"))
    done = diff("db", "diff", "--platform", "pas_in_peace", database=empty_database)
    [line] = [line for line in done.stdout.splitlines() if "pending" in line]
    assert line.startswith("-- Revisions are pending (pas_in_peace ")
    assert line.endswith("The way is: toolbox db upgrade")
    assert "no revision is recorded" not in done.stdout


def test_another_database_says_how_it_should_be(diff: CommandLine, database: Database, server: Server) -> None:
    with server.temporary(server.template) as other:
        other.execute("CREATE TABLE frames.notes (id integer PRIMARY KEY, body text)")
        database.execute("CREATE TABLE frames.mine (id integer)")
        done = diff("db", "diff", "--platform", "frames", "--against", other.url, database=database)
    assert done.exit_code == Exit.FINDINGS
    assert 'CREATE TABLE "notes" (' in done.stdout
    assert '--! DROP TABLE "mine";' in done.stdout
    assert "pending" not in done.stdout


def test_a_role_that_may_only_look(diff: CommandLine, database: Database) -> None:
    database.execute(DRIFT)
    whole = diff("db", "diff", database=database)
    with role(database) as name:
        for schema in NAMES.schemas.values():
            database.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
        looking = database.with_options(f"-crole={name}")
        unable = diff("db", "diff", "--platform", "frames", database=looking)
        for schema in NAMES.schemas.values():
            database.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {name}")
        assert diff("db", "diff", database=looking).stdout.splitlines()[1:] == whole.stdout.splitlines()[1:]
    assert "VALIDATE CONSTRAINT" in unable.stdout


def test_wrong_use(diff: CommandLine, database: Database, tmp_path: Path) -> None:
    two = {"TOOLBOX_DATABASE_URL": database.url, "TOOLBOX_PLATFORMS_FRAMES_URL": f"postgresql://x@/two?host={tmp_path}"}
    done = diff("db", "diff", environ=two)
    assert (done.exit_code, "Pick one: toolbox db diff --platform NAME" in done.stderr) == (Exit.USAGE, True)
    assert diff("db", "diff", "--platform", "pas_in_peace", environ=two).exit_code == Exit.DONE
    assert diff("db", "diff", "--platform", "frames", environ=two).exit_code == Exit.UNREACHABLE
    assert diff("db", "diff", "--platform", "nowhere", database=database).exit_code == Exit.USAGE
    assert diff("db", "diff", "--format", "xml", database=database).exit_code == Exit.USAGE
    assert diff("db", "diff", "--against", "nonsense", database=database).exit_code == Exit.USAGE
    with role(database) as name:
        closed = diff("db", "diff", database=database.with_options(f"-crole={name}"))
    assert (closed.exit_code, "may not look into schema" in closed.stderr) == (Exit.REFUSED, True)
    with pytest.raises(psycopg.Error):
        database.execute("SELECT 1 / 0")
