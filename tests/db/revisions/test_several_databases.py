"""Platforms in databases and schemas of their own, as `toolbox.yaml` or the environment says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database, Server
from tests.support.whole import at, catalogs, drift
from toolbox_cli.core.database.catalog import compare, read_catalog


@pytest.fixture
def own(server: Server) -> Iterator[Database]:
    """A second database, for FRAMES alone."""
    with server.temporary() as made:
        yield made


@pytest.fixture
def elsewhere(own: Database) -> dict[str, str]:
    return {"TOOLBOX_PLATFORMS_FRAMES_URL": own.url, "TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "public"}


def report(outcome: Outcome) -> Any:
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(outcome.stdout)


@pytest.mark.every_version
def test_each_database_gets_its_platforms_and_records_of_its_own(
    cli: CommandLine, empty_database: Database, own: Database, elsewhere: dict[str, str], database: Database
) -> None:
    found = report(cli("db", "upgrade", "--format", "json", database=empty_database, environ=elsewhere))

    assert [item["platform"] for item in found["items"] if item["platform"] == "toolbox"] == ["toolbox"] * 8
    assert at(empty_database) == {"toolbox_disclosures", "toolboxai_works", "pas_in_peace_reviews"}
    assert at(own) == {"toolbox_disclosures", "frames_content"}
    whole = catalogs(database)
    with own.connect() as connection:
        assert (
            compare(whole["frames"], read_catalog(connection, "public"), ignore=frozenset({"owner", "privileges"}))
            == []
        )
    assert drift(whole, catalogs(empty_database) | {"frames": whole["frames"]}) == []
    again = cli("db", "upgrade", database=empty_database, environ=elsewhere)
    assert again.stdout == "Nothing to do.\n"


def test_the_configuration_file_says_the_same(
    cli: CommandLine, tmp_path: Path, empty_database: Database, own: Database
) -> None:
    (tmp_path / "toolbox.yaml").write_text(
        f"database_url: {empty_database.url}\nplatforms:\n  frames:\n    url: {own.url}\n    schema: lms\n"
    )
    assert cli("db", "upgrade", "--to", "documents").exit_code == 0
    assert own.execute("SELECT to_regclass('lms.modules')::text") == [("lms.modules",)]
    assert empty_database.execute("SELECT to_regclass('toolboxai.users')::text") == [("toolboxai.users",)]
    found = report(cli("db", "current", "--platform", "frames", "--format", "json"))
    assert [(item["platform"], item["schema"], item["revision"]) for item in found["items"]] == [
        ("toolbox", "toolbox", "toolbox_disclosures"),
        ("frames", "lms", "frames_phase_3"),
    ]


def test_a_target_goes_to_the_database_of_its_platform(
    cli: CommandLine, empty_database: Database, own: Database, elsewhere: dict[str, str]
) -> None:
    for argv in (["upgrade", "frames_phase_2"], ["downgrade", "frames@-1", "--yes"], ["stamp", "frames@head", "--yes"]):
        assert cli("db", *argv, database=empty_database, environ=elsewhere).exit_code == 0
    assert at(own) == {"toolbox_disclosures", "frames_content"}
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]

    planned = report(cli("db", "plan", "002", "--format", "json", database=empty_database, environ=elsewhere))
    assert [item["revision"] for item in planned["items"]] == [
        "toolbox_records",
        "toolbox_queue",
        "toolbox_analytics",
        "toolbox_disclosures",
        "001",
        "002",
    ]


def test_a_target_that_means_several_databases_is_wrong_use_where_one_is_needed(
    cli: CommandLine, empty_database: Database, elsewhere: dict[str, str]
) -> None:
    for argv in (["upgrade", "--sql"], ["stamp", "heads", "--yes"], ["downgrade", "toolbox@base", "--yes"]):
        outcome = cli("db", *argv, database=empty_database, environ=elsewhere)
        assert (outcome.exit_code, outcome.stdout) == (2, "")
        assert "The platforms live in several databases." in outcome.stderr
    one = cli("db", "upgrade", "--sql", "--platform", "frames", database=empty_database, environ=elsewhere)
    assert 'SET LOCAL search_path TO "public"' in one.stdout


def test_a_platform_of_another_database_is_wrong_use(cli: CommandLine, empty_database: Database) -> None:
    outcome = cli("db", "upgrade", "--platform", "frames", "toolboxai@head", database=empty_database)
    assert outcome.exit_code == 2
    assert "toolboxai does not live in this database." in outcome.stderr


@pytest.mark.parametrize(
    "environ",
    [
        {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "toolboxai"},
        {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "toolbox"},
        {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "shared", "TOOLBOX_PLATFORMS_PAS_IN_PEACE_SCHEMA": "shared"},
        {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "pg_frames"},
        {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "information_schema"},
        {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": 'x"; DROP SCHEMA public'},
    ],
)
def test_a_schema_that_can_not_be_a_platforms_own_is_refused(
    cli: CommandLine, empty_database: Database, environ: dict[str, str]
) -> None:
    outcome = cli("db", "upgrade", database=empty_database, environ=environ)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


def test_two_platforms_may_share_a_schemas_name_in_two_databases(
    cli: CommandLine, empty_database: Database, elsewhere: dict[str, str]
) -> None:
    environ = elsewhere | {"TOOLBOX_PLATFORMS_PAS_IN_PEACE_SCHEMA": "public"}
    assert cli("db", "upgrade", "--to", "documents", database=empty_database, environ=environ).exit_code == 0
    assert empty_database.execute("SELECT to_regclass('public.quests')::text") == [("quests",)]


@pytest.mark.every_version
def test_every_revision_goes_up_and_down_in_a_schema_of_another_name(
    cli: CommandLine, empty_database: Database, database: Database
) -> None:
    environ = {
        "TOOLBOX_PLATFORMS_TOOLBOXAI_SCHEMA": "learning",
        "TOOLBOX_PLATFORMS_PAS_IN_PEACE_SCHEMA": "public",
        "TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "order",
    }
    assert cli("db", "upgrade", database=empty_database, environ=environ).exit_code == 0
    whole = catalogs(database)
    with empty_database.connect() as connection:
        for platform, schema in (("toolboxai", "learning"), ("pas_in_peace", "public"), ("frames", "order")):
            assert compare(whole[platform], read_catalog(connection, schema)) == []
    for platform in ("toolboxai", "pas_in_peace", "frames"):
        outcome = cli("db", "downgrade", f"{platform}@base", "--yes", database=empty_database, environ=environ)
        assert outcome.exit_code == 0, outcome.stderr
    left = "SELECT relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE nspname = ANY (%s)"
    assert empty_database.execute(left, (["learning", "public", "order"],)) == []
