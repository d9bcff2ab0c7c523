import json
import re
import subprocess
import sys
from typing import Any

import psycopg
import pytest

from tests.support.commands import CommandLine, Outcome, ToolboxProcess
from tests.support.servers import Database, Server
from tests.support.whole import at, catalogs, drift, fill, log, target_of
from toolbox_cli.core.database.locks import MIGRATIONS, NAMESPACE
from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.running.patience import Watch
from toolbox_cli.db.revisions.upgrade import upgrade

every_version = pytest.mark.every_version

HEADS = {line[-1].id for line in read_history().lines.values()}
REVISIONS = [revision.id for line in read_history().lines.values() for revision in line]
DOCUMENTS = {"toolbox_disclosures", "002", "phase_4_3_integration", "frames_phase_3"}


@pytest.fixture
def installed(empty_database: Database) -> Database:
    """What the documents' installations have, with rows."""
    upgrade(target_of(empty_database), "documents")
    fill(empty_database)
    return empty_database


def report(outcome: Outcome) -> Any:
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(outcome.stdout)


def applied(outcome: Outcome) -> list[str]:
    return [item["revision"] for item in report(outcome)["items"]]


@every_version
def test_an_empty_database_comes_to_the_heads(cli: CommandLine, empty_database: Database, database: Database) -> None:
    outcome = cli("db", "upgrade", "--format", "json", database=empty_database)

    found = report(outcome)
    assert (found["kind"], found["ok"], outcome.stderr) == ("toolbox.db.upgrade/1", True, "")
    assert [item["revision"] for item in found["items"]] == REVISIONS
    assert found["summary"] == {"revisions": len(REVISIONS), "dry_run": False, "current": sorted(HEADS)}
    assert [(item["platform"], item["revision"], "upgrade", item["sql_sha256"]) for item in found["items"]] == log(
        empty_database
    )
    assert drift(catalogs(database), catalogs(empty_database)) == []


@every_version
def test_each_revision_is_logged_with_who_ran_it_and_for_how_long(database: Database) -> None:
    ((count, users, versions, durations),) = database.execute(
        "SELECT count(*), array_agg(DISTINCT database_user), array_agg(DISTINCT tool_version),"
        " bool_and(duration_ms BETWEEN 0.001 AND 600000) FROM toolbox.migration_log"
    )
    assert (count, len(versions), durations) == (len(REVISIONS), 1, True)
    assert users == database.execute("SELECT array_agg(session_user::text)")[0][0]


def test_people_read_what_was_applied(cli: CommandLine, empty_database: Database) -> None:
    outcome = cli("db", "upgrade", "frames_phase_2", database=empty_database)
    lines = outcome.stdout.splitlines()
    assert re.fullmatch(r"platform +revision +ms +what it does", lines[0].strip())
    assert [line.split()[:2] for line in lines[1:-1]] == [
        ["toolbox", "toolbox_records"],
        ["toolbox", "toolbox_queue"],
        ["toolbox", "toolbox_analytics"],
        ["toolbox", "toolbox_disclosures"],
        ["frames", "frames_phase_1"],
        ["frames", "frames_phase_2"],
    ]
    assert lines[-1] == "6 revisions were applied."


@pytest.mark.parametrize(
    ("argv", "revisions"),
    [
        (["--to", "documents"], DOCUMENTS),
        (["--to", "documents", "--platform", "frames"], {"toolbox_disclosures", "frames_phase_3"}),
        (["--platform", "pas_in_peace"], {"toolbox_disclosures", "pas_in_peace_reviews"}),
        (["frames@head"], {"toolbox_disclosures", "frames_content"}),
        (["frames@+1"], {"toolbox_disclosures", "frames_phase_1"}),
        (["001"], {"toolbox_disclosures", "001"}),
        (["toolbox@head"], {"toolbox_disclosures"}),
    ],
)
def test_a_target_says_how_far(
    cli: CommandLine, empty_database: Database, argv: list[str], revisions: set[str]
) -> None:
    report(cli("db", "upgrade", *argv, "--format", "json", database=empty_database))
    assert at(empty_database) == revisions


def test_steps_count_from_where_the_database_is(cli: CommandLine, empty_database: Database) -> None:
    assert applied(cli("db", "upgrade", "frames@+2", "--format", "json", database=empty_database)) == [
        "toolbox_records",
        "toolbox_queue",
        "toolbox_analytics",
        "toolbox_disclosures",
        "frames_phase_1",
        "frames_phase_2",
    ]
    again = cli("db", "upgrade", "frames@+1", "--format", "json", database=empty_database)
    assert applied(again) == ["frames_phase_3"]


@pytest.mark.parametrize("argv", [["frames@-1"], ["frames@base"], ["--to", "documents"], ["001"], ["frames_phase_1"]])
def test_an_upgrade_never_goes_down(cli: CommandLine, database: Database, argv: list[str]) -> None:
    outcome = cli("db", "upgrade", *argv, database=database)
    assert (outcome.exit_code, outcome.stdout.strip()) == (0, "Nothing to do.")
    assert at(database) == HEADS


@pytest.mark.parametrize(
    "argv",
    [
        ["-1"],
        ["--", "-1"],
        ["frames@1"],
        ["nowhere"],
        ["moodle@head"],
        ["--platform", "moodle"],
        ["--platform", "frames", "002"],
        ["--to", "frames_phase_1"],
        ["frames@head", "--to", "documents"],
        ["--wait", "soon"],
        ["--lock-timeout", "-5s"],
    ],
)
def test_wrong_use_is_told_before_anything_is_changed(
    cli: CommandLine, empty_database: Database, argv: list[str]
) -> None:
    outcome = cli("db", "upgrade", *argv, database=empty_database)
    assert outcome.exit_code == 2
    assert "rror" in outcome.stderr
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


def test_with_nothing_to_do_it_takes_no_lock(cli: CommandLine, database: Database) -> None:
    with database.connect() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))
        outcome = cli("db", "upgrade", "--wait", "0", "--format", "json", database=database)
    assert report(outcome)["summary"] == {"revisions": 0, "dry_run": False, "current": sorted(HEADS)}
    assert outcome.stderr == ""


def test_with_nothing_to_do_it_needs_neither_alembic_nor_sqlalchemy(
    toolbox_process: ToolboxProcess, database: Database
) -> None:
    code = (
        "import sys; from toolbox_cli.app import run; status = run(['db', 'upgrade']);"
        " sys.exit(status or ', '.join(sys.modules.keys() & {'alembic', 'sqlalchemy'}) or 0)"
    )
    environ = {**toolbox_process.environ, "TOOLBOX_DATABASE_URL": database.url}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing to do.\n", "")


def test_a_role_that_may_only_read_finds_out_that_nothing_is_to_do(
    server: Server, cli: CommandLine, database: Database
) -> None:
    role = f"reader_{database.name}"
    server.maintenance.execute(f"CREATE ROLE {role}")
    try:
        database.execute(f"GRANT USAGE ON SCHEMA toolbox TO {role}; GRANT SELECT ON toolbox.alembic_version TO {role}")
        reading = database.with_options(f"-c role={role} -c default_transaction_read_only=on")
        assert cli("db", "upgrade", database=reading).exit_code == 0
    finally:
        server.drop(database.name)
        server.maintenance.execute(f"DROP ROLE {role}")


@every_version
def test_a_dry_run_reports_the_same_and_changes_nothing(cli: CommandLine, installed: Database) -> None:
    before, logged = catalogs(installed), log(installed)

    tried = report(cli("db", "upgrade", "--dry-run", "--format", "json", database=installed))
    assert drift(before, catalogs(installed)) == []
    assert (log(installed), at(installed)) == (logged, DOCUMENTS)

    done = report(cli("db", "upgrade", "--format", "json", database=installed))
    assert (tried["summary"]["dry_run"], tried["summary"]["current"]) == (True, sorted(DOCUMENTS))
    assert [without_time(item) for item in tried["items"]] == [without_time(item) for item in done["items"]]


def test_a_dry_run_leaves_an_empty_database_empty(cli: CommandLine, empty_database: Database) -> None:
    outcome = cli("db", "upgrade", "--dry-run", database=empty_database)
    assert outcome.exit_code == 0
    assert outcome.stdout.endswith(f"{len(REVISIONS)} revisions would be applied.\n")
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


def without_time(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "duration_ms"}


def test_rows_in_the_way_are_listed_at_once_and_the_revisions_before_stay(
    cli: CommandLine, installed: Database
) -> None:
    installed.execute("""
        UPDATE frames.modules SET status = 'live', category = 'Fun';
        INSERT INTO frames.modules (module_id, title) SELECT 'Bad ' || n, '' FROM generate_series(1, 7) AS n""")
    before = catalogs(installed)["frames"]

    outcome = cli("db", "upgrade", "frames@head", database=installed)

    assert (outcome.exit_code, outcome.stdout) == (3, "")
    assert outcome.stderr.splitlines() == [
        "Error: Rows are in the way of the next revision; nothing of it was applied.",
        "  frames.modules modules_module_id_check: 7 rows, such as 2, 3, 4, 5, 6"
        " (expected module_id ~ '^[a-z0-9]+(-[a-z0-9]+)*$')",
        "  frames.modules modules_category_check: 1 rows, such as 1"
        " (expected category IN ('Safety', 'Technical', 'Orientation'))",
        "  frames.modules modules_status_check: 1 rows, such as 1"
        " (expected status IN ('draft', 'published', 'archived'))",
        "  → Mend or remove these rows, then repeat.",
    ]
    assert at(installed) == DOCUMENTS - {"frames_phase_3"} | {"frames_types"}
    assert {key for key in catalogs(installed)["frames"].objects} == set(before.objects)

    installed.execute("DELETE FROM frames.modules WHERE id > 1")
    installed.execute("UPDATE frames.modules SET status = 'draft', category = 'Safety'")
    assert applied(cli("db", "upgrade", "frames@head", "--format", "json", database=installed))[0] == "frames_checks"


def test_programs_read_the_rows_in_the_way(cli: CommandLine, installed: Database) -> None:
    installed.execute("UPDATE frames.modules SET status = 'live'")
    outcome = cli("db", "upgrade", "frames@head", "--format", "json", database=installed)
    assert outcome.exit_code == 3
    assert outcome.stderr.startswith("Error: Rows are in the way")
    found = json.loads(outcome.stdout)
    assert (found["kind"], found["ok"]) == ("toolbox.db.rows-in-the-way/1", False)
    (item,) = found["items"]
    assert {key: value for key, value in item.items() if value is not None} == {
        "code": "rows-in-the-way",
        "severity": "error",
        "object": "frames.modules",
        "field": "modules_status_check",
        "expected": "status IN ('draft', 'published', 'archived')",
        "found": "1 rows, such as 1",
    }


def test_a_dry_run_ends_as_the_run_would(cli: CommandLine, installed: Database) -> None:
    installed.execute("UPDATE frames.modules SET status = 'live'")
    outcome = cli("db", "upgrade", "--dry-run", database=installed)
    assert outcome.exit_code == 3
    assert "frames.modules modules_status_check: 1 rows" in outcome.stderr
    assert at(installed) == DOCUMENTS


@pytest.mark.parametrize("argv", [["upgrade"], ["current"], ["plan"], ["history"], ["upgrade", "--sql"]])
def test_a_database_that_a_newer_toolbox_migrated_is_refused(
    cli: CommandLine, database: Database, argv: list[str]
) -> None:
    database.execute("UPDATE toolbox.alembic_version SET version_num = 'frames_2031' WHERE version_num ~ '^frames'")
    outcome = cli("db", *argv, database=database)
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert outcome.stderr == (
        "Error: The database is at revision frames_2031, which this toolbox does not know.\n"
        "  → A newer toolbox has migrated it: install that version, or restore a backup from before.\n"
    )


def test_heads_are_read_back_so_that_a_swallowed_failure_is_no_success(empty_database: Database) -> None:
    target = target_of(empty_database)
    upgrade(target, "toolbox@head")
    empty_database.execute("""
        CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER swallow BEFORE INSERT ON toolbox.alembic_version FOR EACH ROW EXECUTE FUNCTION swallow()""")
    with pytest.raises(ToolboxError, match="the database still lacks frames_phase_1"):
        upgrade(target, "frames@+1")


def test_tables_that_stand_already_lead_to_stamp(cli: CommandLine, empty_database: Database) -> None:
    empty_database.execute("CREATE SCHEMA frames; CREATE TABLE frames.modules (id integer)")
    outcome = cli("db", "upgrade", "--platform", "frames", database=empty_database)
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert outcome.stderr == (
        'Error: frames_phase_1 makes what frames has already: relation "modules" already exists.\n'
        "  → If it was built by other means, find out where it stands, and record that: toolbox db adopt --dry-run\n"
    )
    assert at(empty_database) == {"toolbox_disclosures"}


def test_tables_that_are_missing_are_told(cli: CommandLine, database: Database) -> None:
    database.execute("DROP TABLE frames.module_feedback")
    database.execute("UPDATE toolbox.alembic_version SET version_num = 'frames_phase_3' WHERE version_num ~ '^frames'")
    outcome = cli("db", "upgrade", database=database)
    assert outcome.exit_code == 4
    assert 'frames_types builds on what frames lacks: relation "module_feedback" does not exist.' in outcome.stderr


def test_what_stands_on_a_table_is_named(cli: CommandLine, installed: Database) -> None:
    installed.execute("CREATE VIEW public.events AS SELECT * FROM frames.module_analytics_events")
    outcome = cli("db", "upgrade", "frames@head", database=installed)
    assert outcome.exit_code == 4
    assert outcome.stderr == (
        "Error: Other objects depend on what frames_types changes:"
        " cannot alter type of a column used by a view or rule;"
        ' rule _RETURN on view public.events depends on column "timestamp".\n'
        "  → Drop them, repeat, and create them again.\n"
    )


def test_a_role_without_rights_is_refused_with_a_sentence(
    server: Server, cli: CommandLine, empty_database: Database
) -> None:
    role = f"stranger_{empty_database.name}"
    server.maintenance.execute(f"CREATE ROLE {role}")
    try:
        outcome = cli("db", "upgrade", database=empty_database.with_options(f"-c role={role}"))
    finally:
        server.maintenance.execute(f"DROP ROLE {role}")
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert outcome.stderr.startswith(
        f"Error: The database role lacks a privilege: permission denied for database {empty_database.name}.\n  → "
    )


def test_a_database_that_takes_no_writes_is_refused_with_a_sentence(cli: CommandLine, empty_database: Database) -> None:
    empty_database.execute(f'ALTER DATABASE "{empty_database.name}" SET default_transaction_read_only = on')
    outcome = cli("db", "upgrade", database=empty_database)
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert "takes no writes: it is a standby, or set to read only" in outcome.stderr


def test_a_statement_that_the_server_ends_is_told(cli: CommandLine, installed: Database) -> None:
    outcome = cli("db", "upgrade", "frames@head", database=installed.with_options("-c statement_timeout=1ms"))
    assert outcome.exit_code == 4
    assert "canceling statement due to statement timeout" in outcome.stderr
    assert "statement_timeout" in outcome.stderr


def test_several_revisions_can_be_followed(empty_database: Database) -> None:
    told: list[tuple[str, str]] = []
    done: list[str] = []
    watch = Watch(on_start=lambda *what: told.append(what), on_applied=lambda one: done.append(one.revision))
    upgrade(target_of(empty_database), "frames_phase_2", watch=watch)
    assert told == [
        ("toolbox", "toolbox_records"),
        ("toolbox", "toolbox_queue"),
        ("toolbox", "toolbox_analytics"),
        ("toolbox", "toolbox_disclosures"),
        ("frames", "frames_phase_1"),
        ("frames", "frames_phase_2"),
    ]
    assert done == [revision for _, revision in told]


@every_version
def test_it_needs_no_search_path_and_leaves_none(database: Database, empty_database: Database) -> None:
    """A role whose sessions look elsewhere, where tables of the same names stand, gets the same schemas."""
    empty_database.execute(f"""
        CREATE SCHEMA elsewhere;
        CREATE TABLE elsewhere.users (a text);
        CREATE TABLE elsewhere.alembic_version (version_num text);
        INSERT INTO elsewhere.alembic_version VALUES ('older');
        ALTER DATABASE "{empty_database.name}" SET search_path = elsewhere""")
    upgrade(target_of(empty_database))
    assert drift(catalogs(database), catalogs(empty_database)) == []
    with empty_database.connect() as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT FROM modules")
