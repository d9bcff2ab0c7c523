"""Databases that somebody else built are adopted, and upgraded with every row."""

import json
from typing import Any

import pytest

from tests.db.adoption.conftest import INSTALLATIONS, configure
from tests.db.adoption.installations import OTHERS, SEEN, contents, contract_sql, document, installed, kept, rows_of
from tests.support.commands import CommandLine
from tests.support.revisions import catalog
from tests.support.servers import Database
from tests.support.whole import HEADS, at
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.revisions.lineage.history import read_history

every_version = pytest.mark.every_version


def report(cli: CommandLine, database: Database, *argv: str, exit_code: int = 0) -> dict[str, Any]:
    done = cli("db", "adopt", *argv, "--format", "json", database=database)
    assert done.exit_code == exit_code, done.stderr + done.stdout
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def verified(cli: CommandLine, database: Database, platform: str) -> list[tuple[str, str]]:
    """Verify the schema, which holds; give what is worth a warning."""
    done = cli("verify", "schema", "--platform", platform, "--format", "json", database=database)
    assert done.exit_code == 0, done.stdout
    items = json.loads(done.stdout)["items"]
    assert {item["severity"] for item in items} <= {"warning", "note"}
    return [(item["code"], item["object"]) for item in items if item["severity"] == "warning"]


@every_version
@pytest.mark.parametrize("name", ["document-001", "document-004", "contract"])
def test_an_installation_is_adopted_and_upgraded_with_its_rows(
    cli: CommandLine, empty_database: Database, name: str
) -> None:
    adopted_with_rows(cli, empty_database, name)


@pytest.mark.parametrize("name", ["contract-bare", "contract-otherwise", "public-002"])
def test_so_is_one_that_does_otherwise_what_does_not_matter(
    cli: CommandLine, empty_database: Database, name: str
) -> None:
    adopted_with_rows(cli, empty_database, name)


def adopted_with_rows(cli: CommandLine, empty_database: Database, name: str) -> None:
    platform, revision, statements = INSTALLATIONS[name]
    installed(empty_database, *statements, rows_of(platform), OTHERS, SEEN[platform])
    configure(cli, platform)
    before, shape = contents(empty_database, "public"), catalog(empty_database, "public")

    found = report(cli, empty_database, "--platform", platform)
    [told] = found["summary"]["platforms"]
    assert (told["status"], told["revision"], told["differences"]) == ("adopted", revision, 0)
    assert at(empty_database) == {HEADS[RECORDS], revision}
    assert contents(empty_database, "public") == before
    assert catalog(empty_database, "public") == shape

    done = cli("db", "upgrade", "--platform", platform, database=empty_database)
    assert done.exit_code == 0, done.stderr
    assert kept(before, contents(empty_database, "public"))
    renamed = [("constraint-renamed", "public.quests.fk_quests_psychologist_review")]
    assert verified(cli, empty_database, platform) == (renamed if name == "public-002" else [])
    assert empty_database.execute("SELECT version_num FROM public.alembic_version") == [("3f2a9c81d7e0",)]


def test_the_record_says_who_adopted_what(cli: CommandLine, frames: Database) -> None:
    report(cli, frames, "--platform", "frames")
    [row] = frames.execute("SELECT command, environment, platform, counts, details FROM toolbox.audit_log")
    assert row[:3] == ("db adopt", "development", "frames")
    assert row[3] == {"accepted": 0, "others": 6, "left_out": 0}
    assert row[4] == {
        "revision": "frames_phase_3", "schema": "public", "replayed_on": "the same server", "accepted": [],
        "renamed": [],
    }  # fmt: skip
    logged = "SELECT platform, revision, direction FROM toolbox.migration_log ORDER BY id"
    records = [(RECORDS, revision.id, "upgrade") for revision in read_history().lines[RECORDS]]
    assert frames.execute(logged) == [*records, ("frames", "frames_phase_3", "stamp")]


def test_what_is_recorded_is_left_alone_and_what_is_not_there_is_told(cli: CommandLine, frames: Database) -> None:
    report(cli, frames)
    log = frames.execute("SELECT count(*) FROM toolbox.audit_log")
    found = report(cli, frames)
    assert [(one["platform"], one["status"], one["revision"]) for one in found["summary"]["platforms"]] == [
        ("toolboxai", "nothing", None), ("pas_in_peace", "nothing", None), ("frames", "recorded", "frames_phase_3"),
    ]  # fmt: skip
    assert found["items"] == []
    assert frames.execute("SELECT count(*) FROM toolbox.audit_log") == log
    text = cli("db", "adopt", "--platform", "frames", database=frames).stdout
    assert text == "frames (schema public) is recorded at frames_phase_3 already, and left alone.\n"


def test_tables_in_another_schema_are_pointed_at(cli: CommandLine, empty_database: Database) -> None:
    installed(empty_database, document("document_004"), schema="lms")
    done = cli("db", "adopt", "--platform", "frames", database=empty_database)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "frames (schema frames) has none of its tables: nothing to adopt."
        " Schema lms has: set platforms.frames.schema.\n"
    )
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


def test_platforms_of_one_database_are_adopted_each_for_itself(cli: CommandLine, empty_database: Database) -> None:
    installed(empty_database, document("document_004"), schema="frames")
    installed(empty_database, contract_sql(), schema="pas_in_peace")
    empty_database.execute("ALTER TABLE frames.teams DROP subsystem")
    found = report(cli, empty_database, exit_code=3)
    assert {one["platform"]: (one["status"], one["differences"]) for one in found["summary"]["platforms"]} == {
        "toolboxai": ("nothing", 0), "pas_in_peace": ("adopted", 0), "frames": ("different", 1),
    }  # fmt: skip
    assert at(empty_database) == {HEADS[RECORDS], "phase_4_3_integration"}


def test_a_database_of_a_newer_toolbox_is_refused(cli: CommandLine, frames: Database) -> None:
    report(cli, frames)
    frames.execute("UPDATE toolbox.alembic_version SET version_num = 'frames_9' WHERE version_num ~ 'frames'")
    found = report(cli, frames, exit_code=4)
    assert [(item["code"], item["severity"]) for item in found["items"]] == [("refused", "error")]
    assert "frames_9" in found["items"][0]["found"]


def test_a_database_out_of_reach_is_told_and_the_rest_is_adopted(cli: CommandLine, frames: Database) -> None:
    away = {"TOOLBOX_PLATFORMS_PAS_IN_PEACE_URL": "postgresql://127.0.0.1:1/nowhere"}
    done = cli("db", "adopt", "--format", "json", database=frames, environ=away)
    assert done.exit_code == 5
    assert at(frames) == {HEADS[RECORDS], "frames_phase_3"}
    assert [item["code"] for item in json.loads(done.stdout)["items"]] == ["unreachable"]
