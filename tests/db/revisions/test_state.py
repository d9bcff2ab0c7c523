"""`toolbox db current`, `history`, `heads` and `plan`: they look, and change nothing."""

import datetime
import json
from typing import Any

import pytest

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database, Server
from tests.support.whole import catalogs, drift, fill, target_of
from toolbox_cli.core.database.locks import MIGRATIONS, NAMESPACE
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.upgrade import upgrade

PLATFORMS = ["toolbox", "toolboxai", "pas_in_peace", "frames"]
LINES = read_history().lines


def report(outcome: Outcome) -> Any:
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    return json.loads(outcome.stdout)


def test_a_database_that_was_never_migrated_lacks_everything(cli: CommandLine, empty_database: Database) -> None:
    found = report(cli("db", "current", "--format", "json", database=empty_database))
    assert found["kind"] == "toolbox.db.current/1"
    assert [(item["platform"], item["revision"], item["pending"], item["applied_at"]) for item in found["items"]] == [
        (platform, None, len(LINES[platform]), None) for platform in PLATFORMS
    ]
    assert found["summary"] == {"pending": sum(map(len, LINES.values()))}
    assert empty_database.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'toolbox'") == []


@pytest.mark.every_version
def test_current_says_where_each_platform_stands_since_when(cli: CommandLine, empty_database: Database) -> None:
    upgrade(target_of(empty_database), "frames_phase_2")
    ((when,),) = empty_database.execute(
        "SELECT applied_at FROM toolbox.migration_log WHERE revision = 'frames_phase_2'"
    )
    items = report(cli("db", "current", "--format", "json", database=empty_database))["items"]
    (frames,) = [item for item in items if item["platform"] == "frames"]
    assert frames.pop("database").startswith("postgresql://")
    assert datetime.datetime.fromisoformat(frames.pop("applied_at")) == when
    assert frames == {
        "platform": "frames",
        "schema": "frames",
        "revision": "frames_phase_2",
        "head": "frames_content",
        "pending": 8,
    }


def test_people_read_what_to_do_next(cli: CommandLine, database: Database) -> None:
    assert cli("db", "current", database=database).stdout.endswith("\nEvery platform is at its head.\n")
    database.execute("DELETE FROM toolbox.alembic_version WHERE version_num ~ '^frames'")
    assert cli("db", "current", database=database).stdout.endswith("\nUpgrade with: toolbox db upgrade\n")


def test_one_platform_alone(cli: CommandLine, database: Database) -> None:
    for command in ("current", "history"):
        found = report(cli("db", command, "--platform", "frames", "--format", "json", database=database))
        assert {item["platform"] for item in found["items"]} == {"toolbox", "frames"}


def test_history_lists_every_revision_and_what_became_of_it(cli: CommandLine, empty_database: Database) -> None:
    upgrade(target_of(empty_database), "frames_phase_2")
    found = report(cli("db", "history", "--format", "json", database=empty_database))
    assert found["kind"] == "toolbox.db.history/1"
    assert [(item["platform"], item["revision"], item["document"], item["title"]) for item in found["items"]] == [
        (revision.platform, revision.id, revision.document, revision.title)
        for line in LINES.values()
        for revision in line
    ]
    applied = {item["revision"]: item for item in found["items"] if item["applied"]}
    assert list(applied) == [
        "toolbox_records",
        "toolbox_queue",
        "toolbox_analytics",
        "toolbox_disclosures",
        "frames_phase_1",
        "frames_phase_2",
    ]
    assert all(item["by"] and item["tool_version"] and item["applied_at"] for item in applied.values())
    assert {item["applied_at"] for item in found["items"] if not item["applied"]} == {None}


def test_history_forgets_what_was_taken_back(cli: CommandLine, empty_database: Database) -> None:
    upgrade(target_of(empty_database), "frames_phase_2")
    assert cli("db", "downgrade", "frames@-1", "--yes", database=empty_database).exit_code == 0
    items = report(cli("db", "history", "--platform", "frames", "--format", "json", database=empty_database))["items"]
    assert [item["revision"] for item in items if item["applied_at"]] == [
        "toolbox_records",
        "toolbox_queue",
        "toolbox_analytics",
        "toolbox_disclosures",
        "frames_phase_1",
    ]


def test_heads_ask_no_database(cli: CommandLine) -> None:
    nowhere = {"TOOLBOX_DATABASE_URL": "postgresql://127.0.0.1:1/nowhere"}
    found = report(cli("db", "heads", "--format", "json", environ=nowhere))
    assert [(item["platform"], item["revision"], item["revisions"]) for item in found["items"]] == [
        (platform, LINES[platform][-1].id, len(LINES[platform])) for platform in PLATFORMS
    ]
    assert found["summary"] == {"heads": 4}
    only = report(cli("db", "heads", "--platform", "frames", "--format", "json"))
    assert [item["revision"] for item in only["items"]] == ["frames_content"]


@pytest.mark.parametrize("command", ["current", "history", "heads", "plan"])
def test_an_unknown_platform_is_wrong_use(cli: CommandLine, command: str) -> None:
    outcome = cli("db", command, "--platform", "moodle")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        "Error: There is no platform 'moodle'.\n  → The platforms are toolboxai, pas_in_peace, frames.\n"
    )


@pytest.mark.every_version
def test_a_plan_says_what_is_coming_and_takes_no_lock(cli: CommandLine, empty_database: Database) -> None:
    upgrade(target_of(empty_database), "documents")
    fill(empty_database)
    before = catalogs(empty_database)
    with empty_database.connect(autocommit=False) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))
        other.execute("LOCK TABLE frames.modules IN ROW EXCLUSIVE MODE")
        found = report(cli("db", "plan", "frames@head", "--format", "json", database=empty_database))

    assert found["kind"] == "toolbox.db.plan/1"
    planned = {item["revision"]: item for item in found["items"]}
    assert list(planned) == [revision.id for revision in LINES["frames"][3:]]
    assert found["summary"] == {"revisions": len(planned)}
    types = planned["frames_types"]
    assert types["sql_bytes"] > 1000
    assert {"table": "module_analytics_events", "lock": "ACCESS EXCLUSIVE", "work": "rewrite", "rows": 2} in types[
        "tables"
    ]
    assert types["holds_up"].startswith("rewrites module_analytics_events and 9 more (")
    assert planned["frames_comments"]["tables"] == []
    assert planned["frames_comments"]["holds_up"] == "nothing"
    assert drift(before, catalogs(empty_database)) == []


def test_a_plan_for_an_empty_database_holds_nothing_up(cli: CommandLine, empty_database: Database) -> None:
    items = report(cli("db", "plan", "--format", "json", database=empty_database))["items"]
    assert len(items) == sum(map(len, LINES.values()))
    assert {item["holds_up"] for item in items} == {"nothing"}
    assert empty_database.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'toolbox'") == []


def test_a_plan_reads_the_servers_own_estimate_of_rows(cli: CommandLine, empty_database: Database) -> None:
    upgrade(target_of(empty_database), "frames_phase_3")
    empty_database.execute("INSERT INTO frames.teams (name) SELECT 't' FROM generate_series(1, 500)")
    empty_database.execute("UPDATE pg_class SET reltuples = 700 WHERE oid = 'frames.teams'::regclass")
    outcome = cli("db", "plan", "frames_types", database=empty_database)
    assert "rewrites teams and 9 more (700 rows)" in outcome.stdout
    assert outcome.stdout.endswith("\n1 revisions are coming.\n")


def test_a_plan_with_nothing_to_do(cli: CommandLine, database: Database) -> None:
    assert cli("db", "plan", database=database).stdout == "Nothing is coming.\n"
    assert cli("db", "plan", "-1", database=database).exit_code == 2


def test_a_role_without_rights_on_the_records_is_told(server: Server, cli: CommandLine, database: Database) -> None:
    role = f"reader_{database.name}"
    server.maintenance.execute(f"CREATE ROLE {role}")
    try:
        outcome = cli("db", "current", database=database.with_options(f"-c role={role}"))
    finally:
        server.maintenance.execute(f"DROP ROLE {role}")
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert "permission denied for schema toolbox" in outcome.stderr
